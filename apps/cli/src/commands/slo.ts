import { loadConfig } from '@modelmeter/config-file';
import { CliError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { readToken } from '../http-access.js';
import { budgetTable } from '../slo/budget-table.js';
import { type BudgetWindow, readBudgets } from '../slo/budgets.js';
import { openSlo } from '../slo/openslo.js';
import { importOpenSlo } from '../slo/openslo-import.js';
import { connectPrometheus, prometheusNames } from '../slo/prometheus.js';

export interface SloCommandOptions {
  readonly prometheus?: string;
  /** Configuration whose objectives are exported. */
  readonly config?: string;
  readonly export?: 'openslo';
  /** File of OpenSLO v1 whose objectives are set in the configuration. */
  readonly import?: string;
  readonly tokenFile?: string;
  readonly tenant?: string;
  readonly job?: string;
  readonly model?: string;
  readonly window: BudgetWindow;
  readonly at?: string;
  readonly json?: boolean;
  /** Share of a budget from which the exit code is 2. */
  readonly failOn?: number;
}

/** `modelmeter slo`: the objectives of the models and what is left of their error budgets. */
export async function sloCommand(options: SloCommandOptions): Promise<number> {
  if (options.export !== undefined) return exportObjectives(options);
  if (options.import !== undefined) return importObjectives(options.import, options.config);
  if (options.prometheus === undefined) {
    throw new CliError(
      'OPTION_INVALID',
      'modelmeter slo needs the address of Prometheus: --prometheus http://localhost:9090.',
    );
  }
  const { tenant, window, job, model, failOn } = options;
  const token = await readToken(options.tokenFile, prometheusNames, 'a token or user:password');
  const query = connectPrometheus({ url: options.prometheus, token, tenant });
  const timeMs = timeOf(options.at);
  const budgets = await readBudgets(query, { window, timeMs, job, model });
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify({ time: new Date(timeMs).toISOString(), budgets }, null, 2)}\n`
      : budgetTable(budgets),
  );
  if (failOn === undefined) return exitCodes.done;
  if (budgets.some(({ budgetUsed }) => (budgetUsed ?? 0) >= failOn)) return exitCodes.found;
  return budgets.some(({ budgetUsed }) => budgetUsed === null)
    ? exitCodes.undecided
    : exitCodes.done;
}

async function exportObjectives({ config, window }: SloCommandOptions): Promise<number> {
  if (config === undefined) {
    throw new CliError(
      'OPTION_INVALID',
      '--export openslo needs the configuration that has the objectives; name it with --config.',
    );
  }
  process.stdout.write(openSlo((await loadConfig(config)).config, window));
  return exitCodes.done;
}

/** Prints the configuration with the imported objectives; exit code 3 when an SLO was left out. */
async function importObjectives(path: string, config: string | undefined): Promise<number> {
  if (config === undefined) {
    throw new CliError(
      'OPTION_INVALID',
      '--import needs the configuration that takes the objectives; name it with --config.',
    );
  }
  const { text, imported, leftOut } = await importOpenSlo(path, config);
  process.stdout.write(text);
  for (const reason of leftOut) process.stderr.write(`left out: ${reason}\n`);
  process.stderr.write(`${imported} imported, ${leftOut.length} left out\n`);
  return leftOut.length === 0 ? exitCodes.done : exitCodes.undecided;
}

function timeOf(text: string | undefined): number {
  if (text === undefined) return Date.now();
  const timeMs = Date.parse(text);
  if (!Number.isNaN(timeMs)) return timeMs;
  throw new CliError(
    'OPTION_INVALID',
    `--at ${text} is not a time. Write one such as 2026-11-27T08:00:00Z.`,
  );
}
