import type { Scenario } from '../alert-scenario.js';
import { model, ofModel } from '../alert-scenario.js';
import type { InputSeries } from '../promtool.js';

/** Calls a step: so many, of which so many fail and so many are only slow. */
function calls(
  each: { readonly calls: number; readonly failed?: number; readonly slow?: number },
  steps: number,
  { instance = 'a:8001', restartsAt = undefined as number | undefined } = {},
): InputSeries[] {
  const { failed = 0, slow = 0 } = each;
  const rising = (amount: number): string => {
    if (restartsAt === undefined) return `0+${amount}x${steps}`;
    return `0+${amount}x${restartsAt} ${amount}+${amount}x${steps - restartsAt - 1}`;
  };
  const counter = (metric: string, amount: number, labels: Record<string, string>): InputSeries =>
    ofModel(metric, rising(amount), labels, instance);
  return [
    counter('model_predictions_total', each.calls - failed, { status: 'success' }),
    counter('model_predictions_total', failed, { status: 'error' }),
    counter('model_slo_events_total', each.calls - failed, { slo: 'errors', result: 'good' }),
    counter('model_slo_events_total', failed, { slo: 'errors', result: 'bad' }),
    counter('model_slo_events_total', each.calls - failed - slow, {
      slo: 'latency',
      result: 'good',
    }),
    counter('model_slo_events_total', failed + slow, { slo: 'latency', result: 'bad' }),
  ];
}

/** Calls of which a fifth fail for a reason of their caller: no events of the objectives. */
function callerErrors(steps: number): InputSeries[] {
  return [
    ...calls({ calls: 80 }, steps).filter(({ series }) => !series.includes('status="error"')),
    ofModel('model_predictions_total', `0+20x${steps}`, { status: 'error' }),
    ofModel('model_prediction_errors_total', `0+10x${steps}`, { reason: 'cancelled' }),
    ofModel('model_prediction_errors_total', `0+10x${steps}`, { reason: 'invalid_input' }),
  ];
}

function thresholds(steps: number): InputSeries[] {
  return [
    ofModel('model_slo_error_rate_threshold_ratio', `0.01x${steps}`),
    ofModel('model_slo_latency_threshold_seconds', `0.2x${steps}`),
    ofModel('model_slo_objective_ratio', `0.99x${steps}`, { slo: 'errors' }),
    ofModel('model_slo_objective_ratio', `0.98x${steps}`, { slo: 'latency' }),
  ];
}

const windows =
  'over the shortest window of 5m, 1h, 6h, 1d that shows it. Exactly at the threshold, chance fires it once in half a year at most';
const errorRateText = (share: string): string =>
  `${share} of the prediction calls of m 1 failed (threshold 1%) ${windows}.`;
const latencyText = (share: string): string =>
  `${share} of the successful predictions of m 1 took longer than 200ms (the 99th percentile allows 1%) ${windows}.`;

const errorRate: Scenario[] = [
  {
    alert: 'ModelErrorRateHigh',
    name: 'fires once fifteen hundred calls show it, not after five hundred',
    steps: 20,
    series: (steps) => [...calls({ calls: 100, failed: 3 }, steps), ...thresholds(steps)],
    silentAt: ['5m'],
    firing: [{ at: '17m', alerts: [{ labels: model, description: errorRateText('3%') }] }],
  },
  {
    alert: 'ModelErrorRateHigh',
    name: 'uses the ratio of all replicas, not of the worst one',
    steps: 20,
    series: (steps) => [
      ...calls({ calls: 10, failed: 5 }, steps),
      ...calls({ calls: 990 }, steps, { instance: 'b:8001' }),
      ...thresholds(steps),
    ],
    silentAt: ['10m', '20m'],
  },
  {
    alert: 'ModelErrorRateHigh',
    name: 'is silent at exactly the threshold',
    steps: 20,
    series: (steps) => [...calls({ calls: 200, failed: 2 }, steps), ...thresholds(steps)],
    silentAt: ['10m', '20m'],
  },
  {
    alert: 'ModelErrorRateHigh',
    name: 'is silent at low traffic: one failed call of three',
    steps: 60,
    series: (steps) => [
      ofModel('model_slo_events_total', `0x20 1x${steps - 21}`, { slo: 'errors', result: 'bad' }),
      ofModel('model_slo_events_total', `0x20 2x${steps - 21}`, { slo: 'errors', result: 'good' }),
      ...thresholds(steps),
    ],
    silentAt: ['21m', '26m', '30m'],
  },
  {
    alert: 'ModelErrorRateHigh',
    name: 'fires at low traffic: all of twenty calls fail',
    steps: 60,
    series: (steps) => [
      ofModel('model_slo_events_total', `0x20 20x${steps - 21}`, { slo: 'errors', result: 'bad' }),
      ofModel('model_slo_events_total', `0x${steps}`, { slo: 'errors', result: 'good' }),
      ...thresholds(steps),
    ],
    silentAt: ['20m'],
    firing: [{ at: '30m', alerts: [{ labels: model, description: errorRateText('100%') }] }],
  },
  {
    alert: 'ModelErrorRateHigh',
    name: 'is silent when callers cancel a fifth of the calls or send input that cannot be read',
    steps: 60,
    series: (steps) => [...callerErrors(steps), ...thresholds(steps)],
    silentAt: ['10m', '30m', '60m'],
  },
  {
    alert: 'ModelErrorRateHigh',
    name: 'ends soon after the failures do, although an hour still holds them',
    steps: 60,
    series: (steps) => [
      ofModel('model_slo_events_total', `0+97x20 2037+100x${steps - 21}`, {
        slo: 'errors',
        result: 'good',
      }),
      ofModel('model_slo_events_total', `0+3x20 60x${steps - 21}`, {
        slo: 'errors',
        result: 'bad',
      }),
      ...thresholds(steps),
    ],
    silentAt: ['29m', '40m'],
    firing: [{ at: '20m', alerts: [{ labels: model, description: errorRateText('3%') }] }],
  },
  {
    alert: 'ModelErrorRateHigh',
    name: 'keeps counting when a replica restarts',
    steps: 20,
    series: (steps) => [
      ...calls({ calls: 100, failed: 3 }, steps, { restartsAt: 9 }),
      ...thresholds(steps),
    ],
    silentAt: [],
    firing: [{ at: '15m', alerts: [{ labels: model, description: errorRateText('3%') }] }],
  },
  {
    alert: 'ModelErrorRateHigh',
    name: 'is silent when a healthy replica restarts',
    steps: 20,
    series: (steps) => [...calls({ calls: 100 }, steps, { restartsAt: 9 }), ...thresholds(steps)],
    silentAt: ['10m', '15m', '20m'],
  },
  {
    alert: 'ModelErrorRateHigh',
    name: 'ends when the target is lost; then ModelExporterDown fires',
    steps: 10,
    series: (steps) => [...calls({ calls: 100, failed: 3 }, steps), ...thresholds(steps)],
    silentAt: ['35m', '45m'],
  },
];

const latency: Scenario[] = [
  {
    alert: 'ModelLatencyHigh',
    name: 'fires once three thousand calls show it, not after a thousand',
    steps: 20,
    series: (steps) => [...calls({ calls: 200, slow: 5 }, steps), ...thresholds(steps)],
    silentAt: ['5m'],
    firing: [{ at: '17m', alerts: [{ labels: model, description: latencyText('2.5%') }] }],
  },
  {
    alert: 'ModelLatencyHigh',
    name: 'is silent at exactly 1 %',
    steps: 20,
    series: (steps) => [...calls({ calls: 200, slow: 2 }, steps), ...thresholds(steps)],
    silentAt: ['15m', '20m'],
  },
  {
    alert: 'ModelLatencyHigh',
    name: 'leaves failed calls to the alerts about errors',
    steps: 20,
    series: (steps) => [...calls({ calls: 200, failed: 50 }, steps), ...thresholds(steps)],
    silentAt: ['15m', '20m'],
  },
  {
    alert: 'ModelLatencyHigh',
    name: 'is silent at low traffic: one slow call of forty',
    steps: 90,
    series: (steps) => [...calls({ calls: 2 / 3, slow: 1 / 60 }, steps), ...thresholds(steps)],
    silentAt: ['15m', '60m', '90m'],
  },
  {
    alert: 'ModelLatencyHigh',
    name: 'keeps counting when a replica restarts',
    steps: 20,
    series: (steps) => [
      ...calls({ calls: 200, slow: 5 }, steps, { restartsAt: 13 }),
      ...thresholds(steps),
    ],
    silentAt: [],
    firing: [{ at: '18m', alerts: [{ labels: model, description: latencyText('2.5%') }] }],
  },
  {
    alert: 'ModelLatencyHigh',
    name: 'ends when the target is lost; then ModelExporterDown fires',
    steps: 14,
    series: (steps) => [...calls({ calls: 200, slow: 5 }, steps), ...thresholds(steps)],
    silentAt: ['35m', '45m'],
  },
];

function burnText(
  bad: string,
  share: string,
  long: string,
  short: string,
  factor: number,
  objective: string,
): string {
  return `Over the last ${long}, ${share} ${bad} for m 1, and the last ${short} confirm it: more than ${factor} times what the objective of ${objective} good events allows, and more than chance explains.`;
}

const failed = 'of the prediction calls failed';
const slow = 'of the successful calls were slower than the latency threshold';

const burn = (
  slo: 'errors' | 'latency',
  window: '1h' | '6h' | '1d' | '3d',
  share: string,
): Required<Scenario>['firing'][number]['alerts'][number] => {
  const [short, factor] = (
    { '1h': ['5m', 14.4], '6h': ['30m', 6], '1d': ['2h', 3], '3d': ['6h', 1] } as const
  )[window];
  return {
    rule: { window },
    labels: { ...model, slo },
    description: burnText(
      slo === 'errors' ? failed : slow,
      share,
      window,
      short,
      factor,
      slo === 'errors' ? '99%' : '98%',
    ),
  };
};

const budgets: Scenario[] = [
  {
    alert: 'ModelErrorBudgetBurn',
    name: 'pages for the one-hour window after two minutes, and for six hours after twenty',
    steps: 40,
    series: (steps) => [...calls({ calls: 200, failed: 40 }, steps), ...thresholds(steps)],
    silentAt: ['2m'],
    firing: [
      { at: '4m', alerts: [burn('errors', '1h', '20%')] },
      { at: '15m', alerts: [burn('errors', '1h', '20%')] },
      { at: '21m', alerts: [burn('errors', '1h', '20%'), burn('errors', '6h', '20%')] },
    ],
  },
  {
    alert: 'ModelErrorBudgetBurn',
    name: 'pages for the six-hour window alone below 14.4 times the budget',
    steps: 40,
    series: (steps) => [...calls({ calls: 200, failed: 28 }, steps), ...thresholds(steps)],
    silentAt: ['10m'],
    firing: [{ at: '30m', alerts: [burn('errors', '6h', '14%')] }],
  },
  {
    alert: 'ModelErrorBudgetBurn',
    name: 'raises a ticket for a slow burn once a quarter of the window has data',
    step: '5m',
    steps: 300,
    series: (steps) => [...calls({ calls: 500, failed: 20 }, steps), ...thresholds(steps)],
    silentAt: ['1h', '5h', '6h30m'],
    firing: [
      { at: '8h', alerts: [burn('errors', '1d', '4%')] },
      { at: '18h', alerts: [burn('errors', '1d', '4%')] },
      { at: '22h', alerts: [burn('errors', '1d', '4%'), burn('errors', '3d', '4%')] },
    ],
  },
  {
    alert: 'ModelErrorBudgetBurn',
    name: 'is silent while the budget lasts its 30 days',
    step: '5m',
    steps: 300,
    series: (steps) => [...calls({ calls: 500, failed: 5 }, steps), ...thresholds(steps)],
    silentAt: ['2h', '12h', '24h'],
  },
  {
    alert: 'ModelErrorBudgetBurn',
    name: 'ends soon after the failures do',
    steps: 120,
    series: (steps) => [
      ofModel('model_slo_events_total', `0+160x${steps}`, { slo: 'errors', result: 'good' }),
      ofModel('model_slo_events_total', `0+40x60 2400x${steps - 61}`, {
        slo: 'errors',
        result: 'bad',
      }),
      ...thresholds(steps),
    ],
    // The hour still holds what was lost, the short windows say that it is over.
    silentAt: ['100m', '110m'],
    firing: [{ at: '60m', alerts: [burn('errors', '1h', '20%'), burn('errors', '6h', '20%')] }],
  },
  {
    alert: 'ModelErrorBudgetBurn',
    name: 'is silent at low traffic: two failed calls of ten in an hour',
    steps: 120,
    series: (steps) => [
      ofModel('model_slo_events_total', `0x20 2x${steps - 21}`, { slo: 'errors', result: 'bad' }),
      ofModel('model_slo_events_total', `0x20 8x${steps - 21}`, { slo: 'errors', result: 'good' }),
      ...thresholds(steps),
    ],
    silentAt: ['22m', '24m', '30m', '50m', '2h'],
  },
  {
    alert: 'ModelErrorBudgetBurn',
    name: 'pages at low traffic when half of forty calls in an hour fail',
    steps: 60,
    series: (steps) => [...calls({ calls: 2 / 3, failed: 1 / 3 }, steps), ...thresholds(steps)],
    silentAt: ['2m'],
    firing: [{ at: '60m', alerts: [burn('errors', '1h', '50%'), burn('errors', '6h', '50%')] }],
  },
  {
    alert: 'ModelErrorBudgetBurn',
    name: 'is silent when callers cancel a fifth of the calls or send input that cannot be read',
    steps: 60,
    series: (steps) => [...callerErrors(steps), ...thresholds(steps)],
    silentAt: ['10m', '30m', '60m'],
  },
  {
    alert: 'ModelErrorBudgetBurn',
    name: 'keeps counting when a replica restarts',
    steps: 40,
    series: (steps) => [
      ...calls({ calls: 200, failed: 40 }, steps, { restartsAt: 20 }),
      ...thresholds(steps),
    ],
    silentAt: [],
    firing: [{ at: '30m', alerts: [burn('errors', '1h', '20%'), burn('errors', '6h', '20%')] }],
  },
  {
    alert: 'ModelErrorBudgetBurn',
    name: 'is silent when a healthy replica restarts',
    steps: 40,
    series: (steps) => [...calls({ calls: 200 }, steps, { restartsAt: 20 }), ...thresholds(steps)],
    silentAt: ['21m', '30m', '40m'],
  },
  {
    alert: 'ModelErrorBudgetBurn',
    name: 'ends when the target is lost; then ModelExporterDown fires',
    steps: 20,
    series: (steps) => [...calls({ calls: 200, failed: 40 }, steps), ...thresholds(steps)],
    silentAt: ['30m', '60m'],
  },
  {
    alert: 'ModelLatencyBudgetBurn',
    name: 'pages for the one-hour window after two minutes, with the latency objective',
    steps: 40,
    series: (steps) => [...calls({ calls: 200, slow: 60 }, steps), ...thresholds(steps)],
    silentAt: ['2m'],
    firing: [
      { at: '4m', alerts: [burn('latency', '1h', '30%')] },
      { at: '21m', alerts: [burn('latency', '1h', '30%'), burn('latency', '6h', '30%')] },
    ],
  },
  {
    alert: 'ModelLatencyBudgetBurn',
    name: 'leaves failed calls to ModelErrorBudgetBurn',
    steps: 40,
    series: (steps) => [...calls({ calls: 200, failed: 100 }, steps), ...thresholds(steps)],
    silentAt: ['10m', '40m'],
  },
  {
    alert: 'ModelLatencyBudgetBurn',
    name: 'is silent at low traffic: two slow calls of ten in an hour',
    steps: 90,
    series: (steps) => [...calls({ calls: 1 / 6, slow: 1 / 30 }, steps), ...thresholds(steps)],
    silentAt: ['30m', '1h'],
  },
  {
    alert: 'ModelLatencyBudgetBurn',
    name: 'ends when the target is lost; then ModelExporterDown fires',
    steps: 20,
    series: (steps) => [...calls({ calls: 200, slow: 60 }, steps), ...thresholds(steps)],
    silentAt: ['30m', '60m'],
  },
  {
    alert: 'ModelLatencyBudgetBurn',
    name: 'keeps counting when a replica restarts',
    steps: 40,
    series: (steps) => [
      ...calls({ calls: 200, slow: 60 }, steps, { restartsAt: 20 }),
      ...thresholds(steps),
    ],
    silentAt: [],
    firing: [{ at: '30m', alerts: [burn('latency', '1h', '30%'), burn('latency', '6h', '30%')] }],
  },
];

const freshness = (good: number, bad: number, steps: number): InputSeries[] => [
  ofModel('model_slo_events_total', `0+${good}x${steps}`, { slo: 'freshness', result: 'good' }),
  ofModel('model_slo_events_total', `0+${bad}x${steps}`, { slo: 'freshness', result: 'bad' }),
  ofModel('model_slo_objective_ratio', `0.9x${steps}`, { slo: 'freshness' }),
];

const otherObjectives: Scenario[] = [
  {
    alert: 'ModelObjectiveBudgetBurn',
    name: 'fires for late targets, not one minute earlier than the confirming windows',
    steps: 40,
    series: (steps) => freshness(30, 70, steps),
    silentAt: ['2m', '15m'],
    firing: [
      {
        at: '25m',
        alerts: [
          {
            rule: { window: '6h' },
            labels: { ...model, slo: 'freshness' },
            description: burnText(
              'of the events of the objective freshness were bad',
              '70%',
              '6h',
              '30m',
              6,
              '90%',
            ),
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelObjectiveBudgetBurn',
    name: 'is silent while the budget lasts, and for errors and latency',
    steps: 40,
    series: (steps) => [
      ...freshness(95, 5, steps),
      ...calls({ calls: 200, failed: 40, slow: 60 }, steps),
      ...thresholds(steps),
    ],
    silentAt: ['20m', '40m'],
  },
  {
    alert: 'ModelObjectiveBudgetBurn',
    name: 'ends when the target is lost; then ModelExporterDown fires',
    steps: 30,
    series: (steps) => freshness(30, 70, steps),
    silentAt: ['42m', '60m'],
  },
];

/** Steps of five minutes until the calls stop: 25 hours. */
const quietFrom = 300;
const afterQuiet = (minutes: number): string => `${quietFrom * 5 + minutes}m`;
const stopping = (perStep: number, steps: number): string =>
  `0+${perStep}x${quietFrom} ${quietFrom * perStep}x${steps - quietFrom - 1}`;

const traffic: Scenario[] = [
  {
    alert: 'ModelTrafficAbsent',
    name: 'fires when calls stop that came at the same time a day ago',
    step: '5m',
    steps: quietFrom + 24,
    series: (steps) => [
      ofModel('model_predictions_total', stopping(25, steps), { status: 'success' }),
    ],
    silentAt: [afterQuiet(0), afterQuiet(15)],
    firing: [
      {
        at: afterQuiet(30),
        alerts: [
          {
            labels: { job: 'modelmeter', model_name: 'm' },
            description:
              'No replica has received a call for m in 25 minutes; at the same time yesterday there were at least 100 calls per hour.',
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelTrafficAbsent',
    name: 'is silent where traffic was low a day ago',
    step: '5m',
    steps: quietFrom + 24,
    series: (steps) => [
      ofModel('model_predictions_total', stopping(8, steps), { status: 'success' }),
    ],
    silentAt: [afterQuiet(30), afterQuiet(120)],
  },
  {
    alert: 'ModelTrafficAbsent',
    name: 'is silent when the calls moved to the next version',
    step: '5m',
    steps: quietFrom + 24,
    series: (steps) => [
      ofModel('model_predictions_total', stopping(25, steps), { status: 'success' }),
      ofModel('model_predictions_total', `0x${quietFrom - 1} 0+25x${steps - quietFrom}`, {
        status: 'success',
        model_version: '2',
      }),
    ],
    silentAt: [afterQuiet(30), afterQuiet(120)],
  },
  {
    alert: 'ModelTrafficAbsent',
    name: 'is silent on a day of the week without calls',
    step: '5m',
    evaluatedEvery: '1h',
    // No calls on the first day and, a week later, on the eighth; calls on the six between.
    steps: 288 * 8,
    series: (steps) => [
      ofModel(
        'model_predictions_total',
        `0x288 25+25x${288 * 6 - 1} ${288 * 6 * 25}x${steps - 288 * 7 - 1}`,
        { status: 'success' },
      ),
    ],
    silentAt: ['170h', '180h'],
  },
  {
    alert: 'ModelTrafficAbsent',
    name: 'is silent when the target is lost; then ModelExporterDown fires',
    step: '5m',
    steps: quietFrom,
    series: (steps) => [ofModel('model_predictions_total', `0+25x${steps}`, { status: 'success' })],
    silentAt: [afterQuiet(30), afterQuiet(60)],
  },
  {
    alert: 'ModelTrafficAbsent',
    name: 'is silent when calls continue after a restart',
    step: '5m',
    steps: quietFrom + 24,
    series: (steps) => [
      ofModel('model_predictions_total', `0+25x${quietFrom} 25+25x${steps - quietFrom - 1}`, {
        status: 'success',
      }),
    ],
    silentAt: [afterQuiet(30), afterQuiet(120)],
  },
];

/** What happens to calls, their failures and their latency. */
export const servingScenarios: readonly Scenario[] = [
  ...errorRate,
  ...latency,
  ...budgets,
  ...otherObjectives,
  ...traffic,
];
