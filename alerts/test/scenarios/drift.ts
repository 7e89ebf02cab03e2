import type { Scenario } from '../alert-scenario.js';
import { model, ofModel } from '../alert-scenario.js';
import type { InputSeries } from '../promtool.js';

const ofFeature = (metric: string, values: string, labels: Record<string, string> = {}) =>
  ofModel(metric, values, { feature: 'age', reference_id: 'r1', ...labels });
const age = { ...model, feature: 'age' };

/** The thresholds of one feature for one statistic. */
function thresholds(
  steps: number,
  { feature = 'age', statistic = 'psi', drift = 0.25, investigate = 0.1 } = {},
): InputSeries[] {
  return Object.entries({ drift, investigate }).map(([level, value]) =>
    ofFeature('model_feature_drift_threshold', `${value}x${steps}`, { feature, statistic, level }),
  );
}

/** What a run found about a feature: runs in a row, and whether its state is drift. */
function found(feature: string, runs: string, state: string): InputSeries[] {
  return [
    ofFeature('model_feature_drift_consecutive_runs', runs, { feature }),
    ofFeature('model_feature_drift_state', state, { feature, state: 'drift' }),
  ];
}

const persistent: Scenario[] = [
  {
    alert: 'ModelDataDriftPersistent',
    name: 'rings five minutes after a second run in a row, not one minute earlier',
    steps: 40,
    series: (steps) => [
      ...found('age', `1x10 2x${steps - 11}`, `1x${steps}`),
      ...thresholds(steps),
    ],
    silentAt: ['15m'],
    firing: [
      {
        at: '16m',
        alerts: [
          {
            labels: age,
            description:
              'The last 2 drift runs all found feature age of m 1 in drift: the shift is significant, and above the threshold of the feature (psi 0.250). Two runs in a row are needed.',
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelDataDriftPersistent',
    name: 'names the threshold of the statistic that decides for the feature',
    steps: 40,
    series: (steps) => [
      ...found('age', `2x${steps}`, `1x${steps}`),
      ...thresholds(steps),
      ...thresholds(steps, { statistic: 'js_distance', drift: 0.3 }),
      ...thresholds(steps, { feature: 'income', statistic: 'hellinger_distance', drift: 0.7 }),
    ],
    silentAt: [],
    firing: [
      {
        at: '10m',
        alerts: [
          {
            labels: age,
            description:
              'The last 2 drift runs all found feature age of m 1 in drift: the shift is significant, and above the threshold of the feature (js_distance 0.300). Two runs in a row are needed.',
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelDataDriftPersistent',
    name: 'is silent after one run, however long its gauges stand',
    steps: 400,
    series: (steps) => [...found('age', `1x${steps}`, `1x${steps}`), ...thresholds(steps)],
    silentAt: ['30m', '400m'],
  },
  {
    alert: 'ModelDataDriftPersistent',
    name: 'is silent at low traffic: the state is insufficient_data',
    steps: 40,
    series: (steps) => [...found('age', `2x${steps}`, `0x${steps}`), ...thresholds(steps)],
    silentAt: ['20m', '40m'],
  },
  {
    alert: 'ModelDataDriftPersistent',
    name: 'ends when the target is lost; then ModelExporterDown rings',
    steps: 20,
    series: (steps) => [...found('age', `2x${steps}`, `1x${steps}`), ...thresholds(steps)],
    silentAt: ['26m', '40m'],
  },
];

const many: Scenario[] = [
  {
    alert: 'ModelDriftManyFeatures',
    name: 'rings after five minutes when three of five features are in drift',
    steps: 30,
    series: (steps) =>
      ['a', 'b', 'c', 'd', 'e'].flatMap((feature, index) =>
        found(feature, `${index < 3 ? 2 : 0}x${steps}`, `${index < 3 ? 1 : 0}x${steps}`),
      ),
    silentAt: ['4m'],
    firing: [
      {
        at: '5m',
        alerts: [
          {
            labels: model,
            description:
              '60% of the features of m 1 are in drift; the limit is 30%, and at least 3 features. That is seldom the world and often the pipeline in front of the model.',
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelDriftManyFeatures',
    name: 'does not call two of two many',
    steps: 30,
    series: (steps) => ['a', 'b'].flatMap((feature) => found(feature, `2x${steps}`, `1x${steps}`)),
    silentAt: ['20m'],
  },
  {
    alert: 'ModelDriftManyFeatures',
    name: 'does not call three of ten many',
    steps: 30,
    series: (steps) =>
      Array.from({ length: 10 }, (_, index) =>
        found(`f${index}`, `${index < 3 ? 2 : 0}x${steps}`, `${index < 3 ? 1 : 0}x${steps}`),
      ).flat(),
    silentAt: ['20m'],
  },
  {
    alert: 'ModelDriftManyFeatures',
    name: 'ends when the target is lost; then ModelExporterDown rings',
    steps: 10,
    series: (steps) =>
      ['a', 'b', 'c'].flatMap((feature) => found(feature, `2x${steps}`, `1x${steps}`)),
    silentAt: ['16m', '30m'],
  },
];

const hours = (count: number): number => count * 12;
/** Time of the tests begins with the Unix epoch, so gauges of Unix times are seconds of the test. */
const predicting = (steps: number): InputSeries =>
  ofModel('model_last_prediction_timestamp_seconds', `0+300x${steps}`);

/** What the recording rules give of a feature, and for how long its reference has been known. */
function recorded(
  steps: number,
  { feature = 'age', psi = 0.4, floor = 0.02, knownFrom = 0, drift = 0.25, investigate = 0.1 } = {},
): InputSeries[] {
  return [
    ofFeature('feature:model_feature_drift_psi:increase', `${psi}x${steps}`, {
      feature,
      instance: '',
    }),
    ofFeature('feature:model_feature_drift_psi_noise_floor:increase', `${floor}x${steps}`, {
      feature,
      instance: '',
    }),
    ofFeature(
      'model_feature_reference_samples',
      knownFrom === 0 ? `5000x${steps}` : `_x${knownFrom} 5000x${steps - knownFrom}`,
      { feature },
    ),
    ...thresholds(steps, { feature, drift, investigate }),
    predicting(steps),
  ];
}

const fleetText =
  'Over the last 24h, the population stability index of feature age of m 1 is 0.400 over all replicas; its threshold is 0.250. The recording rules found it, since no drift run is on time.';

const ofFleet: Scenario[] = [
  {
    alert: 'ModelDataDrift',
    name: 'rings where no evaluator is, an hour after the first whole window',
    step: '5m',
    steps: hours(27),
    series: (steps) => recorded(steps),
    silentAt: ['12h', '24h', '24h55m'],
    firing: [{ at: '25h', alerts: [{ labels: age, description: fleetText }] }],
  },
  {
    alert: 'ModelDataDrift',
    name: 'is silent while drift runs are on time, whatever they find',
    step: '5m',
    steps: hours(27),
    series: (steps) => [
      ...recorded(steps),
      ofModel('model_drift_next_run_timestamp_seconds', `3600+300x${steps}`),
    ],
    silentAt: ['25h', '27h'],
  },
  {
    alert: 'ModelDataDrift',
    name: 'rings when the next run is overdue by a quarter of an hour and an hour more',
    step: '5m',
    steps: hours(30),
    series: (steps) => [
      ...recorded(steps),
      ofModel('model_drift_next_run_timestamp_seconds', `${26 * 3600}x${steps}`),
    ],
    silentAt: ['26h', '26h15m', '27h15m'],
    firing: [{ at: '27h20m', alerts: [{ labels: age, description: fleetText }] }],
  },
  {
    alert: 'ModelDataDrift',
    name: 'rings when runs are on time and fail',
    step: '5m',
    steps: hours(30),
    series: (steps) => [
      ...recorded(steps),
      ofModel('model_drift_next_run_timestamp_seconds', `3600+300x${steps}`),
      ofModel('model_drift_runs_total', `0x${steps}`, { status: 'success' }),
      ofModel('model_drift_runs_total', `0x${hours(26)} 1x11 2x${steps - hours(27)}`, {
        status: 'error',
      }),
    ],
    silentAt: ['25h'],
    firing: [{ at: '29h', alerts: [{ labels: age, description: fleetText }] }],
  },
  {
    alert: 'ModelDataDrift',
    name: 'compares every feature with its own threshold',
    step: '5m',
    steps: hours(27),
    series: (steps) => [
      ...recorded(steps, { drift: 0.5 }),
      ...recorded(steps, { feature: 'income', psi: 0.4, drift: 0.35, investigate: 0.3 }).slice(
        0,
        -1,
      ),
      ...recorded(steps, { feature: 'city', psi: 0.4, floor: 0.02, investigate: 0.01 }).slice(
        0,
        -1,
      ),
    ],
    silentAt: [],
    firing: [
      {
        at: '26h',
        alerts: [
          {
            labels: { ...model, feature: 'income' },
            description: fleetText.replace('age', 'income').replace('0.250', '0.350'),
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelDataDrift',
    name: 'is silent below the threshold',
    step: '5m',
    steps: hours(27),
    series: (steps) => recorded(steps, { psi: 0.24 }),
    silentAt: ['25h', '27h'],
  },
  {
    alert: 'ModelDataDrift',
    name: 'is silent at low traffic: chance alone reaches the level of investigate',
    step: '5m',
    steps: hours(27),
    series: (steps) => recorded(steps, { floor: 0.1 }),
    silentAt: ['25h', '27h'],
  },
  {
    alert: 'ModelDataDrift',
    name: 'waits for a whole window of a new version',
    step: '5m',
    steps: hours(27),
    series: (steps) => recorded(steps, { knownFrom: hours(4) }),
    silentAt: ['25h', '27h'],
  },
  {
    alert: 'ModelDataDrift',
    name: 'leaves features with a weekly rhythm to the engine',
    step: '5m',
    steps: hours(27),
    series: (steps) => [
      ...recorded(steps),
      ofFeature('model_feature_cycle_seconds', `604800x${steps}`),
    ],
    silentAt: ['25h', '27h'],
  },
  {
    alert: 'ModelDataDrift',
    name: 'judges features with a daily rhythm',
    step: '5m',
    steps: hours(27),
    series: (steps) => [
      ...recorded(steps),
      ofFeature('model_feature_cycle_seconds', `86400x${steps}`),
    ],
    silentAt: [],
    firing: [{ at: '26h', alerts: [{ labels: age, description: fleetText }] }],
  },
  {
    alert: 'ModelDataDrift',
    name: 'ends when the targets are lost; then ModelExporterDown rings',
    step: '5m',
    steps: hours(26),
    series: (steps) => recorded(steps),
    silentAt: ['26h10m', '28h'],
  },
];

const runs: Scenario[] = [
  {
    alert: 'ModelDriftRunFailing',
    name: 'rings after the second failure within twelve hours',
    step: '5m',
    steps: hours(30),
    series: (steps) => [
      ofModel('model_drift_runs_total', `0x11 1x71 2x${steps - 85}`, { status: 'error' }),
      ofModel('model_drift_runs_total', `0+0x${steps}`, { status: 'success' }),
    ],
    silentAt: ['50m'],
    firing: [
      {
        at: '7h20m',
        alerts: [
          {
            labels: model,
            description:
              'About 2 drift runs of m 1 failed and none succeeded, so its drift scores are old.',
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelDriftRunFailing',
    name: 'is silent when a run succeeded between failures',
    step: '5m',
    steps: hours(30),
    series: (steps) => [
      ofModel('model_drift_runs_total', `0x11 1x71 2x${steps - 85}`, { status: 'error' }),
      ofModel('model_drift_runs_total', `0x5 1x${steps - 6}`, { status: 'success' }),
    ],
    silentAt: ['7h20m', '12h'],
  },
  {
    alert: 'ModelDriftRunFailing',
    name: 'does not count what a restart takes away',
    step: '5m',
    steps: hours(30),
    series: (steps) => [
      ofModel('model_drift_runs_total', `2x100 0x${steps - 101}`, { status: 'error' }),
      ofModel('model_drift_runs_total', `0x${steps}`, { status: 'success' }),
    ],
    silentAt: ['9h', '12h', '24h'],
  },
  {
    alert: 'ModelDriftRunFailing',
    name: 'ends when the failures are two days past',
    step: '5m',
    evaluatedEvery: '1h',
    steps: hours(60),
    series: (steps) => [
      ofModel('model_drift_runs_total', `0x11 1x${steps - 12}`, { status: 'error' }),
      ofModel('model_drift_runs_total', `0x${steps}`, { status: 'success' }),
    ],
    silentAt: ['50h', '60h'],
  },
  {
    alert: 'ModelDriftRunStale',
    name: 'rings twenty minutes after the time of the next run, not five minutes earlier',
    step: '5m',
    steps: hours(10),
    series: (steps) => [
      ofModel('model_drift_next_run_timestamp_seconds', `21600x${steps}`),
      predicting(steps),
    ],
    silentAt: ['6h', '6h15m', '6h20m'],
    firing: [
      {
        at: '6h25m',
        alerts: [
          {
            labels: model,
            description:
              'The next drift run of m 1 is overdue by 25m 0s; the limit is 15m. Its drift scores are old.',
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelDriftRunStale',
    name: 'is silent while runs move on',
    step: '5m',
    steps: hours(10),
    series: (steps) => [
      ofModel('model_drift_next_run_timestamp_seconds', `3600+300x${steps}`),
      predicting(steps),
    ],
    silentAt: ['6h25m', '10h'],
  },
  {
    alert: 'ModelDriftRunStale',
    name: 'is silent without traffic for a day',
    step: '5m',
    steps: hours(40),
    series: (steps) => [
      ofModel('model_drift_next_run_timestamp_seconds', `${30 * 3600}x${steps}`),
      ofModel('model_last_prediction_timestamp_seconds', `3600x${steps}`),
    ],
    silentAt: ['31h', '40h'],
  },
  {
    alert: 'ModelDriftRunStale',
    name: 'ends when the target is lost; then ModelExporterDown rings',
    step: '5m',
    steps: hours(7),
    series: (steps) => [
      ofModel('model_drift_next_run_timestamp_seconds', `21600x${steps}`),
      predicting(steps),
    ],
    silentAt: ['7h10m', '8h'],
  },
];

/** Rows a minute of a numeric feature, and how many of them lack it or hold something invalid. */
function values(
  each: { readonly rows: number; readonly missing?: number; readonly invalid?: number },
  steps: number,
  { referenceMissing = 0, restartsAt = undefined as number | undefined } = {},
): InputSeries[] {
  const rising = (amount: number): string =>
    restartsAt === undefined
      ? `0+${amount}x${steps}`
      : `0+${amount}x${restartsAt} ${amount}+${amount}x${steps - restartsAt - 1}`;
  const { rows, missing = 0, invalid = 0 } = each;
  return [
    ofFeature('model_feature_value_bucket', rising(rows - missing), { le: '+Inf' }),
    ofFeature('model_feature_missing_total', rising(missing)),
    ofFeature('model_feature_reference_missing_ratio', `${referenceMissing}x${steps}`),
    ofModel('model_feature_invalid_total', rising(invalid), { feature: 'age' }),
    ofModel('model_prediction_samples_total', rising(rows)),
  ];
}

const qualityText = (share: string, problem: string): string =>
  `${share} of the values of feature age of m 1 within 15 minutes are ${problem}; the limit is 5%. At least 100 rows are needed.`;
const missingText = (share: string): string =>
  qualityText(share, 'missing, more than in the reference');

const quality: Scenario[] = [
  {
    alert: 'ModelFeatureQuality',
    name: 'rings after fifteen minutes with too many missing values, not one minute earlier',
    steps: 60,
    series: (steps) => values({ rows: 200, missing: 50 }, steps),
    silentAt: ['15m'],
    firing: [
      {
        at: '17m',
        alerts: [{ labels: { ...age, problem: 'missing' }, description: missingText('25%') }],
      },
    ],
  },
  {
    alert: 'ModelFeatureQuality',
    name: 'rings for invalid values too, of a categorical feature as of a numeric one',
    steps: 60,
    series: (steps) => [
      ofFeature('model_feature_category_total', `0+180x${steps}`, { category: 'x' }),
      ofFeature('model_feature_category_total', `0+20x${steps}`, { category: '__missing__' }),
      ofFeature('model_feature_missing_total', `0+20x${steps}`),
      ofFeature('model_feature_reference_missing_ratio', `0x${steps}`),
      ofModel('model_feature_invalid_total', `0+12x${steps}`, { feature: 'age' }),
      ofModel('model_prediction_samples_total', `0+200x${steps}`),
    ],
    silentAt: ['15m'],
    firing: [
      {
        at: '20m',
        alerts: [
          { labels: { ...age, problem: 'missing' }, description: missingText('10%') },
          { labels: { ...age, problem: 'invalid' }, description: qualityText('6%', 'invalid') },
        ],
      },
    ],
  },
  {
    alert: 'ModelFeatureQuality',
    name: 'is silent where the reference lacks as many values',
    steps: 60,
    series: (steps) => values({ rows: 200, missing: 50 }, steps, { referenceMissing: 0.22 }),
    silentAt: ['30m', '60m'],
  },
  {
    alert: 'ModelFeatureQuality',
    name: 'is silent at low traffic: fewer rows than the minimum',
    steps: 60,
    series: (steps) => values({ rows: 6, missing: 3, invalid: 3 }, steps),
    silentAt: ['30m', '60m'],
  },
  {
    alert: 'ModelFeatureQuality',
    name: 'counts on over the restart of a replica',
    steps: 60,
    series: (steps) => values({ rows: 200, missing: 50 }, steps, { restartsAt: 25 }),
    silentAt: [],
    firing: [
      {
        at: '30m',
        alerts: [{ labels: { ...age, problem: 'missing' }, description: missingText('25%') }],
      },
    ],
  },
  {
    alert: 'ModelFeatureQuality',
    name: 'ends when the target is lost; then ModelExporterDown rings',
    steps: 20,
    series: (steps) => values({ rows: 200, missing: 50 }, steps),
    silentAt: ['36m', '60m'],
  },
];

/** What happens to features, drift runs and data quality. */
export const driftScenarios: readonly Scenario[] = [
  ...persistent,
  ...many,
  ...ofFleet,
  ...runs,
  ...quality,
];
