import { defaultRunbookBase } from './runbook-links.js';

/** What a rule file may be fitted to; every setting has a default. */
export interface RuleOptions {
  /** Value of the label `job` of the scrape job that holds all exporters of the fleet. */
  readonly job: string;
  /** Address that the names of runbook pages are appended to. */
  readonly runbookBase: string;
  /** Address of Grafana, in front of `/d/`. */
  readonly dashboardBase: string;
  /** Length of the drift window of the recording rules, as a Prometheus duration. */
  readonly driftWindow: string;
  /** Length of the window of model quality, as a Prometheus duration. */
  readonly qualityWindow: string;
  /** Prediction calls in a window below which nothing is concluded from their share. */
  readonly minimumCalls: number;
}

/** The options of the committed files: those of the docker compose stack. */
export const defaultRuleOptions: RuleOptions = {
  job: 'modelmeter',
  runbookBase: defaultRunbookBase,
  dashboardBase: 'http://localhost:3000',
  driftWindow: '24h',
  qualityWindow: '1h',
  minimumCalls: 100,
};

const unitSeconds: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400, w: 604_800 };

/** The seconds of a window of the options. */
export function durationSeconds(window: string): number {
  return Number(window.slice(0, -1)) * unitSeconds[window.slice(-1)]!;
}

/** An option that no rule can be made with. */
export class RuleOptionError extends Error {
  readonly code = 'RULE_OPTION_INVALID';
  readonly option: keyof RuleOptions;
  /** What is wrong and what to do, without the name of the option. */
  readonly problem: string;

  constructor(option: keyof RuleOptions, value: unknown, nextStep: string) {
    const problem = `is ${JSON.stringify(value)}; ${nextStep}.`;
    super(`The option ${option} ${problem}`);
    this.problem = problem;
    this.name = 'RuleOptionError';
    this.option = option;
  }
}

/**
 * The options with defaults filled in.
 *
 * @throws RuleOptionError RULE_OPTION_INVALID naming the first option that cannot be used.
 */
export function completeOptions(given: Partial<RuleOptions> = {}): RuleOptions {
  const options = { ...defaultRuleOptions, ...given };
  if (!/^[^"\\\p{Cc}]+$/u.test(options.job)) {
    throw new RuleOptionError(
      'job',
      options.job,
      'write the name of a scrape job without quotes and backslashes',
    );
  }
  for (const option of ['runbookBase', 'dashboardBase'] as const) {
    if (!/^https?:\/\/[^\s{}"]+$/.test(options[option])) {
      throw new RuleOptionError(option, options[option], 'write an address with http or https');
    }
  }
  for (const option of ['driftWindow', 'qualityWindow'] as const) {
    if (!/^[1-9]\d{0,4}[mhdw]$/.test(options[option])) {
      throw new RuleOptionError(
        option,
        options[option],
        'write a whole number and a unit: m, h, d or w, such as "24h"',
      );
    }
  }
  if (!(Number.isInteger(options.minimumCalls) && options.minimumCalls >= 1)) {
    throw new RuleOptionError(
      'minimumCalls',
      options.minimumCalls,
      'write a whole number of 1 or more',
    );
  }
  return options;
}
