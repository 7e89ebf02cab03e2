import { CliError } from '../errors.js';
import { ApiAbsent, type ClassicDashboard, type GrafanaApi, type SaveOptions } from './api.js';
import { createLegacyApi } from './legacy-api.js';
import type { GrafanaRequest } from './request.js';
import { createResourceApi } from './resource-api.js';

export interface ImportOptions extends Omit<SaveOptions, 'folderUid'> {
  /** Title of the folder; empty for none. */
  readonly folder: string;
  /** Namespace of the newer interface: `default`, `org-2` or `stacks-123`. */
  readonly namespace: string;
}

/**
 * Saves dashboards in a folder of Grafana and gives the address of each, relative to that of
 * Grafana. Uses `/api`, or `/apis` (from Grafana 12 on) when `/api` is gone.
 *
 * @throws CliError GRAFANA_UNREACHABLE or GRAFANA_REFUSED at the first failure.
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
    'Grafana has neither /api nor /apis at this address. Check that --grafana-url includes the path under which Grafana is served.',
  );
}
