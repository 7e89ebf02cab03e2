import { defaultLimits, limitProblem, type RuleLimits } from './limits.js';
import { defaultRunbookBase } from './runbook-links.js';

/** What the rule files are generated for. */
export interface RuleOptions {
  /** Value of the label `job` of the scrape job that holds all exporters of the fleet. */
  readonly job: string;
  /**
   * Value of the label `job` of the scrape job of dcgm-exporter. Its GPUs are taken for those of the
   * models.
   */
  readonly gpuJob: string;
  /** Base URL of the runbook pages. */
  readonly runbookBase: string;
  /** Base URL of Grafana, in front of `/d/`. */
  readonly dashboardBase: string;
  /** Length of the drift window of the recording rules, as a Prometheus duration. */
  readonly driftWindow: string;
  /** Length of the window of model quality, as a Prometheus duration. */
  readonly qualityWindow: string;
  readonly limits: RuleLimits;
}

/** The options to change; every other option, and every other limit, has its default. */
export type GivenRuleOptions = Partial<Omit<RuleOptions, 'limits'>> & {
  readonly limits?: Partial<RuleLimits>;
};

/** The options of the committed files: those of the docker compose stack. */
export const defaultRuleOptions: RuleOptions = {
  job: 'modelmeter',
  gpuJob: 'dcgm',
  runbookBase: defaultRunbookBase,
  dashboardBase: 'http://localhost:3000',
  driftWindow: '24h',
  qualityWindow: '1h',
  limits: defaultLimits,
};

const unitSeconds: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400, w: 604_800 };

/** The length in seconds of a window of the options, such as 86,400 for `24h`. */
export function durationSeconds(window: string): number {
  return Number(window.slice(0, -1)) * unitSeconds[window.slice(-1)]!;
}

/** An option for which no rules can be generated. */
export class RuleOptionError extends Error {
  readonly code = 'RULE_OPTION_INVALID';
  readonly option: keyof RuleOptions;
  /** What is wrong and what to do, without the name of the option. */
  readonly problem: string;

  constructor(option: keyof RuleOptions, problem: string) {
    super(`The option ${option} ${problem}.`);
    this.problem = `${problem}.`;
    this.name = 'RuleOptionError';
    this.option = option;
  }
}

/**
 * Fills in the defaults.
 *
 * @throws RuleOptionError RULE_OPTION_INVALID naming the first option that cannot be used.
 */
export function completeOptions(given: GivenRuleOptions = {}): RuleOptions {
  const options = { ...defaultRuleOptions, ...given };
  const requireOption = (
    option: Exclude<keyof RuleOptions, 'limits'>,
    pattern: RegExp,
    nextStep: string,
  ): void => {
    if (pattern.test(options[option])) return;
    throw new RuleOptionError(option, `is ${JSON.stringify(options[option])}; ${nextStep}`);
  };
  for (const option of ['job', 'gpuJob'] as const) {
    requireOption(
      option,
      /^[^"\\\p{Cc}]+$/u,
      'use the name of a scrape job without quotes and backslashes',
    );
  }
  for (const option of ['runbookBase', 'dashboardBase'] as const) {
    requireOption(option, /^https?:\/\/[^\s{}"]+$/, 'use a URL with http or https');
  }
  for (const option of ['driftWindow', 'qualityWindow'] as const) {
    requireOption(
      option,
      /^[1-9]\d{0,4}[mhdw]$/,
      'use a whole number and a unit (m, h, d or w), such as "24h"',
    );
  }
  const problem = limitProblem(given.limits ?? {});
  if (problem !== undefined) throw new RuleOptionError('limits', problem);
  return { ...options, limits: { ...defaultLimits, ...given.limits } };
}
