import { gaugeText, modelText } from './description.js';
import { unknownDispersion } from './detector.js';
import { detectorRule, detectorStep, latest } from './detector-rules.js';
import { dispersionOf, dispersionRules } from './dispersion.js';
import { promql, shareEvidence } from './evidence.js';
import { burnEvidence, callWindows } from './evidence-windows.js';
import {
  byModel,
  either,
  failedCalls,
  increaseBy,
  jobSelector,
  modelGauge,
  onModel,
  type Scope,
  withLabel,
} from './expressions.js';
import type { RuleOptions } from './options.js';
import {
  type BurnRateRange,
  badCallDetector,
  badCallEvidence,
  badCallLimits,
  badCallMean,
  badCallRatio,
  badCalls,
  burnRateRanges,
  callDispersion,
  countedCalls,
} from './recorded-metrics.js';
import type { AlertRule, DashboardLink, RecordingRule, RuleFile, Severity } from './rule.js';

const { calls: unknown } = unknownDispersion;

const bySlo = 'by (job, model_name, model_version, slo)';

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

/** Objectives with an alert of their own name. */
interface ObjectiveGroup {
  /** Matcher of the label `slo`. */
  readonly matcher: string;
  readonly alert: string;
  readonly summary: string;
  readonly bad: string;
  readonly dashboard: DashboardLink['name'];
}

const latencies = 'slo=~"latency.*"';

const groups: readonly ObjectiveGroup[] = [
  {
    matcher: 'slo="errors"',
    alert: 'ModelErrorBudgetBurn',
    summary: 'Failed predictions use up the error budget too fast.',
    bad: 'of the prediction calls failed',
    dashboard: 'serving_latency',
  },
  {
    matcher: latencies,
    alert: 'ModelLatencyBudgetBurn',
    summary: 'Slow predictions use up the error budget too fast.',
    bad: 'of the successful calls were slower than the latency threshold',
    dashboard: 'serving_latency',
  },
  {
    matcher: 'slo!~"errors|latency.*"',
    alert: 'ModelObjectiveBudgetBurn',
    summary: 'An objective of a model uses up its budget too fast.',
    bad: 'of the events of the objective {{ $labels.slo }} were bad',
    dashboard: 'model_performance',
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
          ...limits(selector),
          ...burnRateRanges.flatMap((range) => recordings({ selector, range }, range)),
          ...groups.flatMap((group) =>
            burnRateWindows.map((window) => burnAlert(options, group, window)),
          ),
        ],
      },
      { name: 'bad_calls', interval: detectorStep, rules: detector(selector) },
    ],
  };
}

/** The ratios of bad calls from which alerts may fire, by objective. */
function limits(selector: string): RecordingRule[] {
  return [
    {
      record: badCallLimits.threshold,
      expression: either(
        withLabel(modelGauge('model_slo_error_rate_threshold_ratio', selector), 'slo', 'errors'),
        // More than 1 % of the calls slower than the threshold is "p99 above the threshold" without
        // interpolation. The 1 % is the definition of p99, not a limit to adjust.
        withLabel(
          `0.01 + 0 * ${modelGauge('model_slo_latency_threshold_seconds', selector)}`,
          'slo',
          'latency',
        ),
      ),
    },
    {
      record: badCallLimits.budget,
      expression: `1 - max ${bySlo} (model_slo_objective_ratio{${selector}})`,
    },
  ];
}

/** The bad calls of a window, all that are counted, their ratio, and evidence about it. */
function recordings(scope: Scope, range: BurnRateRange): RecordingRule[] {
  const of = (record: string): string => `${record}{${scope.selector}}`;
  const bad = of(badCalls(range));
  const all = of(countedCalls(range));
  const dispersion = dispersionOf((record) => latest(record, scope.selector), callDispersion, {
    samples: countedCalls(range),
    unknown,
  });
  const evidence = (above: keyof typeof badCallLimits): RecordingRule => ({
    record: badCallEvidence(above, range),
    expression: `${shareEvidence(promql, { bad, all, limit: of(badCallLimits[above]) })}
/ ${dispersion}`,
  });
  const events = (matchers: string): string =>
    increaseBy(bySlo, 'model_slo_events_total', scope, matchers);
  const isCallWindow = callWindows.some((window) => window === range);
  const isLongWindow = burnRateWindows.some(({ long }) => long === range);
  return [
    {
      record: badCalls(range),
      // A failed call is bad for its latency too; without it, the rest was only slow.
      expression: either(
        events('slo!~"latency.*",result="bad"'),
        `${events(`${latencies},result="bad"`)} - ${onModel} group_left () ${failedCalls(scope)}`,
      ),
    },
    {
      record: countedCalls(range),
      expression: either(
        events('slo!~"latency.*"'),
        `${events(latencies)} - ${onModel} group_left () ${failedCalls(scope)}`,
      ),
    },
    { record: badCallRatio(range), expression: `${bad} / (${all} > 0)` },
    ...(isCallWindow ? [evidence('threshold')] : []),
    ...(isLongWindow ? [evidence('budget')] : []),
  ];
}

/** The dispersion of bad calls, and the detector of a ratio above its threshold. */
function detector(selector: string): RecordingRule[] {
  const of = (record: string): string => `${record}{${selector}}`;
  const week = (record: string): string => `sum_over_time(${of(record)}[1w:1h])`;
  return [
    {
      record: badCallMean,
      expression: `${week(badCalls('1h'))} / (${week(countedCalls('1h'))} > 0)`,
    },
    ...dispersionRules(selector, callDispersion, {
      sum: of(badCalls('1h')),
      samples: of(countedCalls('1h')),
      mean: of(badCallMean),
      meanSquare: of(badCallMean),
      unknown,
    }),
    detectorRule(selector, badCallDetector, {
      grouping: bySlo,
      bad: of(badCalls('5m')),
      all: of(countedCalls('5m')),
      limit: of(badCallLimits.threshold),
      dispersion: dispersionOf(of, callDispersion, { samples: countedCalls('5m'), unknown }),
    }),
  ];
}

function burnAlert(
  options: RuleOptions,
  { matcher, alert, summary, bad, dashboard }: ObjectiveGroup,
  { severity, holdsFor, long, short, factor, knownFor }: BurnRateWindow,
): AlertRule {
  const selector = jobSelector(options);
  const of = (record: string): string => `${record}{${selector},${matcher}}`;
  const burns = (range: BurnRateRange): string =>
    `${of(badCallRatio(range))} > ${factor} * ${of(badCallLimits.budget)}`;
  const known =
    knownFor === undefined
      ? ''
      : `
and ${onModel}
count ${byModel} (max_over_time(model_predictions_total{${selector}}[1h] offset ${knownFor}))`;
  return {
    alert,
    expression: `${burns(long)}
and
${burns(short)}
and
${of(badCallEvidence('budget', long))} > ${burnEvidence}${known}`,
    holdsFor,
    severity,
    labels: { window: long },
    summary,
    description: `Over the last ${long}, {{ $value | humanizePercentage }} ${bad} for ${modelText}, and the last ${short} confirm it: more than ${factor} times what the objective of ${gaugeText('model_slo_objective_ratio', 'humanizePercentage', ['job', 'model_name', 'model_version', 'slo'])} good events allows, and more than chance explains.`,
    dashboard: { name: dashboard, variables: ['job', 'model_name'] },
  };
}
