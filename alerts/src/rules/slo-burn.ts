import { gaugeText, modelText } from './description.js';
import {
  byModel,
  either,
  errorRatio,
  jobSelector,
  modelIncrease,
  onModel,
  slowRatio,
  withLabel,
} from './expressions.js';
import type { RuleOptions } from './options.js';
import { type BurnRateRange, badCallRatio, burnRateRanges } from './recorded-metrics.js';
import type { AlertRule, RuleFile, Severity } from './rule.js';

/** One tier of burn rate alerts. */
interface BurnRateWindow {
  readonly severity: Severity;
  readonly holdsFor: string;
  /** The window that measures how much of the budget is used up. */
  readonly long: BurnRateRange;
  /** The window that confirms that the burn continues. */
  readonly short: BurnRateRange;
  /** Burn rate: multiples of the rate that uses up the budget in 30 days. */
  readonly factor: number;
  /**
   * Minimum age of a model. All windows of a new model hold the same few calls, so that without it
   * all tiers fire at once. Pages do not wait.
   */
  readonly knownFor?: string;
}

/**
 * A page for 2 % of the 30-day budget in an hour or 5 % in six hours; a ticket for 10 % in a day or
 * 10 % in three days. Source: Google, The Site Reliability Workbook, 2018, chapter 5.
 */
export const burnRateWindows: readonly BurnRateWindow[] = [
  { severity: 'critical', holdsFor: '2m', long: '1h', short: '5m', factor: 14.4 },
  { severity: 'critical', holdsFor: '15m', long: '6h', short: '30m', factor: 6 },
  { severity: 'warning', holdsFor: '1h', long: '1d', short: '2h', factor: 3, knownFor: '6h' },
  { severity: 'warning', holdsFor: '3h', long: '3d', short: '6h', factor: 1, knownFor: '18h' },
];

interface Objective {
  readonly slo: 'errors' | 'latency';
  readonly alert: string;
  readonly summary: string;
  readonly bad: string;
}

const objectives: readonly Objective[] = [
  {
    slo: 'errors',
    alert: 'ModelErrorBudgetBurn',
    summary: 'Failed predictions use up the error budget too fast.',
    bad: 'of the prediction calls failed',
  },
  {
    slo: 'latency',
    alert: 'ModelLatencyBudgetBurn',
    summary: 'Slow predictions use up the error budget too fast.',
    bad: 'of the successful calls were slower than the latency threshold',
  },
];

export function sloBurn(options: RuleOptions): RuleFile {
  const selector = jobSelector(options);
  return {
    name: 'slo',
    groups: [
      {
        name: 'slo',
        rules: [
          ...burnRateRanges.map((range) => ({
            record: badCallRatio(range),
            expression: either(
              withLabel(errorRatio({ selector, range }), 'slo', 'errors'),
              withLabel(slowRatio({ selector, range }), 'slo', 'latency'),
            ),
          })),
          ...objectives.flatMap((objective) =>
            burnRateWindows.map((window) => burnAlert(options, objective, window)),
          ),
        ],
      },
    ],
  };
}

function burnAlert(
  options: RuleOptions,
  { slo, alert, summary, bad }: Objective,
  { severity, holdsFor, long, short, factor, knownFor }: BurnRateWindow,
): AlertRule {
  const { minimumCalls } = options.limits;
  const selector = jobSelector(options);
  const onObjective = 'on (job, model_name, model_version, slo)';
  const burns = (range: BurnRateRange): string => `${badCallRatio(range)}{${selector},slo="${slo}"}
> ${onObjective}
  ${factor} * (1 - max by (job, model_name, model_version, slo) (model_slo_objective_ratio{${selector},slo="${slo}"}))`;
  const known =
    knownFor === undefined
      ? ''
      : `
and ${onModel}
count ${byModel} (max_over_time(model_predictions_total{${selector}}[1h] offset ${knownFor}))`;
  return {
    alert,
    expression: `${burns(long)}
and ${onObjective}
${burns(short)}
and ${onModel}
${modelIncrease('model_predictions_total', { selector, range: long })} >= ${minimumCalls}${known}`,
    holdsFor,
    severity,
    labels: { window: long },
    summary,
    description: `Over the last ${long}, {{ $value | humanizePercentage }} ${bad} for ${modelText}, and the last ${short} confirm it: more than ${factor} times what the objective of ${gaugeText('model_slo_objective_ratio', 'humanizePercentage', ['job', 'model_name', 'model_version', 'slo'])} good calls allows. At least ${minimumCalls} calls are required.`,
    dashboard: { name: 'serving_latency', variables: ['job', 'model_name'] },
  };
}
