import { defaultRuleOptions } from '@modelmeter/alerts';
import { type Check, checkList } from '../doctor/check.js';
import { checkConfiguration } from '../doctor/check-configuration.js';
import { checkExporter } from '../doctor/check-exporter.js';
import { checkPrometheus } from '../doctor/check-prometheus.js';
import type { Access } from '../doctor/fetch-text.js';
import { CliError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { authorizationOf, checkedAddress, readToken, type ServerNames } from '../http-access.js';
import { prometheusNames } from '../slo/prometheus.js';

export interface DoctorOptions {
  readonly config?: string;
  readonly exporter?: string;
  readonly prometheus?: string;
  readonly job?: string;
  readonly exporterTokenFile?: string;
  readonly prometheusTokenFile?: string;
  readonly tenant?: string;
  readonly format: 'table' | 'json';
}

const exporterNames: ServerNames = {
  server: 'the exporter',
  addressOption: '--exporter',
  example: 'http://localhost:8001',
  tokenVariable: 'MODELMETER_TOKEN',
};

/** `modelmeter doctor`: whether an installation works, from the configuration to Alertmanager. */
export async function doctorCommand(options: DoctorOptions): Promise<number> {
  const { config, exporter, prometheus, tenant, job = defaultRuleOptions.job } = options;
  if (config === undefined && exporter === undefined && prometheus === undefined) {
    throw new CliError(
      'OPTION_INVALID',
      'modelmeter doctor needs something to look at: --config config.yaml, --exporter http://localhost:8001, --prometheus http://localhost:9090, or all of them.',
    );
  }
  const checks: Check[] = [];
  if (config !== undefined) checks.push(...(await checkConfiguration(config)));
  if (exporter !== undefined) {
    const access = await accessOf(options.exporterTokenFile, exporterNames);
    checks.push(...(await checkExporter(checkedAddress(exporter, exporterNames), access)));
  }
  if (prometheus !== undefined) {
    const access = await accessOf(options.prometheusTokenFile, prometheusNames);
    checks.push(
      ...(await checkPrometheus(checkedAddress(prometheus, prometheusNames), {
        ...access,
        tenant,
        job,
      })),
    );
  }
  process.stdout.write(
    options.format === 'json' ? `${JSON.stringify({ checks }, null, 2)}\n` : checkList(checks),
  );
  return checks.some(({ status }) => status === 'fail') ? exitCodes.found : exitCodes.done;
}

async function accessOf(tokenFile: string | undefined, names: ServerNames): Promise<Access> {
  const token = await readToken(tokenFile, names, 'a token or user:password');
  return { authorization: token === undefined ? undefined : authorizationOf(token, names) };
}
