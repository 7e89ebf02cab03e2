import { RuleOptionError, type RuleOptions, renderRules } from '@modelmeter/alerts';
import { loadConfig } from '@modelmeter/config-file';
import { writtenConfig } from '@modelmeter/core/config';
import { CliError } from '../errors.js';
import { writeFolder } from '../files.js';

/** The command-line option of each rule option. */
export const ruleFlags: Readonly<Record<keyof RuleOptions, string>> = {
  job: '--job',
  driftWindow: '--drift-window',
  qualityWindow: '--quality-window',
  minimumCalls: '--minimum-calls',
  runbookBase: '--runbook-base-url',
  dashboardBase: '--dashboard-base-url',
};

export interface RulesCommandOptions {
  readonly out: string;
  readonly config?: string;
  readonly job?: string;
  readonly driftWindow?: string;
  readonly qualityWindow?: string;
  readonly minimumCalls?: number;
  readonly runbookBaseUrl?: string;
  readonly dashboardBaseUrl?: string;
}

/** `modelmeter rules`: writes the rule files for a job, its windows and its addresses. */
export async function rulesCommand(options: RulesCommandOptions): Promise<void> {
  const { out, config, runbookBaseUrl, dashboardBaseUrl, ...named } = options;
  const given = {
    ...(config === undefined ? {} : await windowsOf(config)),
    ...named,
    ...(runbookBaseUrl === undefined ? {} : { runbookBase: runbookBaseUrl }),
    ...(dashboardBaseUrl === undefined ? {} : { dashboardBase: dashboardBaseUrl }),
  };
  await writeFolder(out, render(given));
}

/** The windows over which the exporters of a configuration evaluate. */
async function windowsOf(path: string): Promise<Partial<RuleOptions>> {
  const { drift_detection, quality } = writtenConfig((await loadConfig(path)).config);
  return {
    ...(drift_detection?.window === undefined ? {} : { driftWindow: drift_detection.window }),
    ...(quality?.window === undefined ? {} : { qualityWindow: quality.window }),
  };
}

function render(options: Partial<RuleOptions>): ReturnType<typeof renderRules> {
  try {
    return renderRules(options);
  } catch (error) {
    if (!(error instanceof RuleOptionError)) throw error;
    throw new CliError('OPTION_INVALID', `${ruleFlags[error.option]} ${error.problem}`, error);
  }
}
