import { buildDashboards } from '@modelmeter/dashboards';
import { CliError } from '../errors.js';
import { writeFolder } from '../files.js';
import { importDashboards } from '../grafana/import-dashboards.js';
import { connectGrafana, grafanaNames } from '../grafana/request.js';
import { readToken } from '../http-access.js';
import { version } from '../version.js';
import { warn } from '../warn.js';

interface BuildOptions {
  /** Address of the runbooks that panels link to. */
  readonly runbookBaseUrl?: string;
}

export interface DashboardImportOptions extends BuildOptions {
  readonly grafanaUrl: string;
  readonly folder: string;
  readonly namespace: string;
  readonly tokenFile?: string;
  readonly overwrite: boolean;
}

/** `modelmeter dashboards import`: saves every dashboard in Grafana. */
export async function dashboardsImportCommand(options: DashboardImportOptions): Promise<void> {
  const { grafanaUrl, runbookBaseUrl, tokenFile, ...saved } = options;
  const request = connectGrafana({
    url: grafanaUrl,
    token: await tokenOf(tokenFile),
    onRetry: warn,
  });
  const imported = importDashboards(request, Object.values(built(runbookBaseUrl)), {
    ...saved,
    message: `Modelmeter ${version}`,
  });
  const base = grafanaUrl.replace(/\/*$/, '/');
  for await (const { title, address } of imported) {
    process.stdout.write(`${title}: ${new URL(address, base).href}\n`);
  }
}

/** `modelmeter dashboards write`: the dashboards as files, to import or to provision. */
export async function dashboardsWriteCommand({
  out,
  runbookBaseUrl,
}: BuildOptions & { readonly out: string }): Promise<void> {
  const files = Object.entries(built(runbookBaseUrl)).map(([name, dashboard]) => ({
    file: `${name}.json`,
    text: `${JSON.stringify(dashboard, null, 2)}\n`,
  }));
  await writeFolder(out, files);
}

function built(runbookBase: string | undefined): ReturnType<typeof buildDashboards> {
  return buildDashboards(runbookBase === undefined ? {} : { runbookBase });
}

async function tokenOf(tokenFile: string | undefined): Promise<string> {
  const token = await readToken(tokenFile, grafanaNames, 'the token of a service account');
  if (token === undefined) {
    throw new CliError(
      'SECRET_UNUSABLE',
      'Grafana needs the token of a service account. Name a file that holds it with --token-file, or set GRAFANA_TOKEN.',
    );
  }
  return token;
}
