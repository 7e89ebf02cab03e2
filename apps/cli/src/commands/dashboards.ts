import { dashboards, renderDashboard } from '@modelmeter/dashboards';
import { CliError } from '../errors.js';
import { writeFolder } from '../files.js';
import { type ClassicDashboard, importDashboards } from '../grafana/import-dashboards.js';
import { connectGrafana } from '../grafana/request.js';
import { readSecret } from '../secret-files.js';
import { version } from '../version.js';

export interface DashboardImportOptions {
  readonly grafanaUrl: string;
  readonly folder: string;
  readonly namespace: string;
  readonly tokenFile?: string;
  readonly overwrite: boolean;
}

/** `modelmeter dashboards import`: saves every dashboard in Grafana. */
export async function dashboardsImportCommand(options: DashboardImportOptions): Promise<void> {
  const { grafanaUrl, tokenFile, ...saved } = options;
  const request = connectGrafana({
    url: grafanaUrl,
    token: await tokenOf(tokenFile),
    onRetry: (message) => process.stderr.write(`modelmeter: ${message}\n`),
  });
  const imported = importDashboards(
    request,
    dashboards.map((spec): ClassicDashboard => JSON.parse(renderDashboard(spec))),
    { ...saved, message: `Modelmeter ${version}` },
  );
  for await (const { title, path } of imported) {
    process.stdout.write(`${title}: ${new URL(path, grafanaUrl).href}\n`);
  }
}

/** `modelmeter dashboards write`: the dashboards as files, to import or to provision. */
export async function dashboardsWriteCommand({ out }: { readonly out: string }): Promise<void> {
  await writeFolder(
    out,
    dashboards.map((spec) => ({ file: `${spec.name}.json`, text: renderDashboard(spec) })),
  );
}

/** Never an argument: those are seen by every user of the machine. */
async function tokenOf(tokenFile: string | undefined): Promise<string> {
  if (tokenFile !== undefined) return readSecret(tokenFile, 'the token of a service account');
  const token = process.env.GRAFANA_TOKEN?.trim() ?? '';
  if (token === '') {
    throw new CliError(
      'SECRET_UNUSABLE',
      'Grafana wants a token of a service account: name a file with it by --token-file, or put it into GRAFANA_TOKEN.',
    );
  }
  return token;
}
