import { CliError } from '../errors.js';
import { createLegacyApi } from './legacy-api.js';
import type { GrafanaRequest } from './request.js';
import { createResourceApi } from './resource-api.js';

/** A dashboard in Grafana's classic JSON; its `uid` is what it is known by. */
export interface ClassicDashboard {
  readonly uid: string;
  readonly title: string;
}

/** How a dashboard is saved. */
export interface SaveOptions {
  /** Left out, it lies outside of any folder. */
  readonly folderUid: string | undefined;
  /** Whether it takes the place of one with the same uid. */
  readonly overwrite: boolean;
  /** What the history of the dashboard says. */
  readonly message: string;
}

/** One of the two interfaces that Grafana has had for the same. */
export interface GrafanaApi {
  /** The uid of the folder of that title, which is made when there is none. */
  folderOf(title: string): Promise<string>;
  /** The address of the saved dashboard, relative to that of Grafana. */
  save(dashboard: ClassicDashboard, options: SaveOptions): Promise<string>;
}

/** Thrown where an interface answers that it does not exist. */
export class ApiAbsent extends Error {}

export interface ImportOptions extends Omit<SaveOptions, 'folderUid'> {
  /** Title of the folder; empty for none. */
  readonly folder: string;
  /** Namespace of the newer interface: `default`, `org-2` or `stacks-123`. */
  readonly namespace: string;
}

/**
 * Saves dashboards in a folder of Grafana and gives the address of each, relative to that of
 * Grafana. Asks `/api`, and where that is gone `/apis`, which Grafana has from 12 on.
 *
 * @throws CliError GRAFANA_UNREACHABLE or GRAFANA_REFUSED at the first thing that cannot be done.
 */
export async function* importDashboards(
  request: GrafanaRequest,
  dashboards: readonly ClassicDashboard[],
  { folder, namespace, ...save }: ImportOptions,
): AsyncGenerator<{ readonly title: string; readonly address: string }> {
  const apis = [createLegacyApi(request), createResourceApi(request, namespace)];
  const folderUid =
    folder === '' ? undefined : await firstPresent(apis, (api) => api.folderOf(folder));
  for (const dashboard of dashboards) {
    const address = await firstPresent(apis, (api) => api.save(dashboard, { folderUid, ...save }));
    yield { title: dashboard.title, address };
  }
}

async function firstPresent<Result>(
  apis: readonly GrafanaApi[],
  use: (api: GrafanaApi) => Promise<Result>,
): Promise<Result> {
  for (const api of apis) {
    try {
      return await use(api);
    } catch (error) {
      if (!(error instanceof ApiAbsent)) throw error;
    }
  }
  throw new CliError(
    'GRAFANA_UNREACHABLE',
    'Neither /api nor /apis of Grafana is there. See whether --grafana-url has the path under which Grafana is served.',
  );
}
