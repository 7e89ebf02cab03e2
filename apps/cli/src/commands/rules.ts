import {
  type GivenRuleOptions,
  limitNames,
  limitTable,
  type RuleFileText,
  RuleOptionError,
  type RuleOptions,
  renderPrometheusRule,
  renderRules,
} from '@modelmeter/alerts';
import { loadConfig } from '@modelmeter/config-file';
import { durationText } from '@modelmeter/core/settings';
import { CliError } from '../errors.js';
import { writeFolder } from '../files.js';

/** The command-line option of each rule option. */
export const ruleFlags: Readonly<Record<keyof RuleOptions, string>> = {
  job: '--job',
  gpuJob: '--gpu-job',
  driftWindow: '--drift-window',
  qualityWindow: '--quality-window',
  limits: '--limit',
  runbookBase: '--runbook-base-url',
  dashboardBase: '--dashboard-base-url',
};

export interface RulesCommandOptions {
  readonly out: string;
  readonly config?: string;
  readonly job?: string;
  readonly gpuJob?: string;
  readonly driftWindow?: string;
  readonly qualityWindow?: string;
  /** Limits of alerts by name; checked when the rules are generated. */
  readonly limit?: Readonly<Record<string, number>>;
  readonly runbookBaseUrl?: string;
  readonly dashboardBaseUrl?: string;
  /** Write one PrometheusRule for Kubernetes instead of rule files. */
  readonly kubernetes?: boolean;
}

/** `modelmeter rules`: writes the rule files for a job, its windows and its addresses. */
export async function rulesCommand(options: RulesCommandOptions): Promise<void> {
  const {
    out,
    config,
    kubernetes = false,
    runbookBaseUrl,
    dashboardBaseUrl,
    limit,
    ...named
  } = options;
  const given = {
    ...(config === undefined ? {} : await windowsOf(config)),
    ...named,
    ...(limit === undefined ? {} : { limits: limit }),
    ...(runbookBaseUrl === undefined ? {} : { runbookBase: runbookBaseUrl }),
    ...(dashboardBaseUrl === undefined ? {} : { dashboardBase: dashboardBaseUrl }),
  };
  await writeFolder(out, render(given, kubernetes));
}

const dayMs = 86_400_000;

/**
 * The windows over which the exporters of a configuration evaluate. The recording rules know no
 * history of the reference, so they compare a day or more with it, never a part of one.
 */
async function windowsOf(path: string): Promise<GivenRuleOptions> {
  const { driftDetection, quality } = (await loadConfig(path)).config;
  return {
    driftWindow: durationText(Math.max(dayMs, driftDetection.window)),
    qualityWindow: durationText(quality.window),
  };
}

/** The limits of the alerts with their defaults, for the help text. */
export function limitsHelp(): string {
  const width = Math.max(...limitNames.map(({ length }) => length));
  const lines = limitNames.map((name) => {
    const { value, meaning } = limitTable[name];
    return `  ${name.padEnd(width)}  ${meaning} (default: ${value})`;
  });
  return ['Limits:', ...lines].join('\n');
}

function render(options: GivenRuleOptions, kubernetes: boolean): RuleFileText[] {
  try {
    if (!kubernetes) return renderRules(options);
    return [{ file: 'prometheus-rule.yaml', text: renderPrometheusRule(options) }];
  } catch (error) {
    if (!(error instanceof RuleOptionError)) throw error;
    throw new CliError('OPTION_INVALID', `${ruleFlags[error.option]} ${error.problem}`, error);
  }
}
