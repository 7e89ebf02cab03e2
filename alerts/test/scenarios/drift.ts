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

/** The size of the shift of one feature by one statistic. */
const effect = (
  steps: number,
  estimate: number,
  { feature = 'age', statistic = 'psi' } = {},
): InputSeries =>
  ofFeature('model_feature_drift_effect', `${estimate}x${steps}`, {
    feature,
    statistic,
    bound: 'estimate',
  });

/** The gauges of a feature after a drift run: consecutive runs in drift, and whether its state is drift. */
function found(feature: string, runs: string, state: string): InputSeries[] {
  return [
    ofFeature('model_feature_drift_consecutive_runs', runs, { feature }),
    ofFeature('model_feature_drift_state', state, { feature, state: 'drift' }),
  ];
}

const persistent: Scenario[] = [
  {
    alert: 'ModelDataDriftPersistent',
    name: 'fires five minutes after a second consecutive run, not one minute earlier',
    steps: 40,
    series: (steps) => [
      ...found('age', `1x10 2x${steps - 11}`, `1x${steps}`),
      ...thresholds(steps),
      ...thresholds(steps, { statistic: 'share_moved', drift: 0.3 }),
      effect(steps, 0.4),
      effect(steps, 0.2, { statistic: 'share_moved' }),
    ],
    silentAt: ['15m'],
    firing: [
      {
        at: '16m',
        alerts: [
          {
            labels: age,
            description:
              'The last 2 drift runs found drift in feature age of m 1: the shift is significant and its size is now psi 0.400 (threshold 0.250), share_moved 0.200 (threshold 0.300). At least 2 consecutive runs are required. A shift older than 8d is not reported again.',
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelDataDriftPersistent',
    name: 'names the statistic that was chosen for the feature, not the thresholds of the others',
    steps: 40,
    series: (steps) => [
      ...found('age', `2x${steps}`, `1x${steps}`),
      ...thresholds(steps),
      ...thresholds(steps, { statistic: 'js_distance', drift: 0.3 }),
      effect(steps, 0.35, { statistic: 'js_distance' }),
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
              'The last 2 drift runs found drift in feature age of m 1: the shift is significant and its size is now js_distance 0.350 (threshold 0.300). At least 2 consecutive runs are required. A shift older than 8d is not reported again.',
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelDataDriftPersistent',
    name: 'is silent after one run, however long its gauges keep their values',
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
    name: 'ends when the target is lost; then ModelExporterDown fires',
    steps: 20,
    series: (steps) => [...found('age', `2x${steps}`, `1x${steps}`), ...thresholds(steps)],
    silentAt: ['31m', '40m'],
  },
];

const sinceStart = (feature: string, steps: number): InputSeries =>
  ofFeature('model_feature_drift_since_timestamp_seconds', `0x${steps}`, { feature });

/** A drift run every hour, the step of these scenarios. */
const hourlyRuns = (steps: number): InputSeries =>
  ofModel('model_drift_last_success_timestamp_seconds', `0+3600x${steps}`);

const lasting: Scenario[] = [
  {
    alert: 'ModelDataDriftPersistent',
    name: 'ends when the shift is eight days old, though the state stays',
    step: '1h',
    steps: 220,
    series: (steps) => [
      ...found('age', `2x${steps}`, `1x${steps}`),
      ...thresholds(steps),
      effect(steps, 0.4),
      sinceStart('age', steps),
      hourlyRuns(steps),
    ],
    silentAt: ['194h', '220h'],
    firing: [
      {
        at: '192h',
        alerts: [
          {
            labels: age,
            description:
              'The last 2 drift runs found drift in feature age of m 1: the shift is significant and its size is now psi 0.400 (threshold 0.250). At least 2 consecutive runs are required. A shift older than 8d is not reported again.',
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelReferenceOld',
    name: 'fires an hour after three of five shifts are eight days old',
    step: '1h',
    steps: 220,
    series: (steps) => [
      hourlyRuns(steps),
      ...['a', 'b', 'c', 'd', 'e'].flatMap((feature, index) => [
        ...found(feature, `${index < 3 ? 2 : 0}x${steps}`, `${index < 3 ? 1 : 0}x${steps}`),
        ...(index < 3 ? [sinceStart(feature, steps)] : []),
      ]),
    ],
    silentAt: ['24h', '193h'],
    firing: [
      {
        at: '194h',
        alerts: [
          {
            labels: model,
            description:
              '60% of the features of m 1 have been in drift for more than 8d (limit 50%). If the quality of the model is fine, the reference is out of date: replace it with one of recent data.',
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelReferenceOld',
    name: 'is silent for two features of five, however old their shifts are',
    step: '1h',
    steps: 220,
    series: (steps) => [
      hourlyRuns(steps),
      ...['a', 'b', 'c', 'd', 'e'].flatMap((feature, index) => [
        ...found(feature, `${index < 2 ? 2 : 0}x${steps}`, `${index < 2 ? 1 : 0}x${steps}`),
        ...(index < 2 ? [sinceStart(feature, steps)] : []),
      ]),
    ],
    silentAt: ['200h', '220h'],
  },
  {
    alert: 'ModelReferenceOld',
    name: 'ends when the target is lost; then ModelExporterDown fires',
    step: '1h',
    steps: 200,
    series: (steps) => [
      ...found('age', `2x${steps}`, `1x${steps}`),
      sinceStart('age', steps),
      hourlyRuns(steps),
    ],
    silentAt: ['205h'],
  },
];

const many: Scenario[] = [
  {
    alert: 'ModelDriftManyFeatures',
    name: 'fires after five minutes when three of five features have drifted',
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
              '60% of the features of m 1 have drifted (limit 30%, and at least 3 features). The usual cause is a broken data pipeline, not a change in the world.',
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelDriftManyFeatures',
    name: 'is silent for two drifted features of two',
    steps: 30,
    series: (steps) => ['a', 'b'].flatMap((feature) => found(feature, `2x${steps}`, `1x${steps}`)),
    silentAt: ['20m'],
  },
  {
    alert: 'ModelDriftManyFeatures',
    name: 'is silent for three drifted features of ten',
    steps: 30,
    series: (steps) =>
      Array.from({ length: 10 }, (_, index) =>
        found(`f${index}`, `${index < 3 ? 2 : 0}x${steps}`, `${index < 3 ? 1 : 0}x${steps}`),
      ).flat(),
    silentAt: ['20m'],
  },
  {
    alert: 'ModelDriftManyFeatures',
    name: 'ends when the target is lost; then ModelExporterDown fires',
    steps: 10,
    series: (steps) =>
      ['a', 'b', 'c'].flatMap((feature) => found(feature, `2x${steps}`, `1x${steps}`)),
    silentAt: ['21m', '30m'],
  },
];

const hours = (count: number): number => count * 12;
/** Tests start at the Unix epoch, so gauges of Unix times are seconds since the start of the test. */
const predicting = (steps: number): InputSeries =>
  ofModel('model_last_prediction_timestamp_seconds', `0+300x${steps}`);

/** The recorded scores of a feature, and the step at which its reference first appears. */
function recorded(
  steps: number,
  { feature = 'age', psi = 0.4, moved = 0.1, chi2 = 300, referenceFrom = 0, drift = 0.25 } = {},
): InputSeries[] {
  const recordedScore = (name: string, value: number): InputSeries =>
    ofFeature(`feature:model_feature_drift_${name}`, `${value}x${steps}`, {
      feature,
      instance: '',
    });
  return [
    recordedScore('psi_effect:increase_drift_window', psi),
    recordedScore('share_moved:increase_drift_window', moved),
    recordedScore('chi2_statistic:increase_drift_window', chi2),
    recordedScore('chi2_statistic:chance_drift_window', 33.7),
    ofFeature(
      'model_feature_reference_samples',
      referenceFrom === 0 ? `5000x${steps}` : `_x${referenceFrom} 5000x${steps - referenceFrom}`,
      { feature },
    ),
    ...thresholds(steps, { feature, drift }),
    ...thresholds(steps, { feature, statistic: 'share_moved' }),
    predicting(steps),
  ];
}

const agePsi = { ...age, statistic: 'psi' };
const fleetText =
  'Over the last 24h and all replicas, the population stability index (PSI) of feature age of m 1 is 0.400 (threshold 0.250). The recording rules found it, because drift runs are overdue, failing or not configured.';

const fleetDrift: Scenario[] = [
  {
    alert: 'ModelDataDrift',
    name: 'fires without a drift evaluator, an hour after the first complete window',
    step: '5m',
    steps: hours(27),
    series: (steps) => recorded(steps),
    silentAt: ['12h', '24h', '24h55m'],
    firing: [{ at: '25h', alerts: [{ labels: agePsi, description: fleetText }] }],
  },
  {
    alert: 'ModelDataDrift',
    name: 'is silent while drift runs are on time',
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
    name: 'fires when the next run has been overdue for a quarter of an hour and another hour',
    step: '5m',
    steps: hours(30),
    series: (steps) => [
      ...recorded(steps),
      ofModel('model_drift_next_run_timestamp_seconds', `${26 * 3600}x${steps}`),
    ],
    silentAt: ['26h', '26h15m', '27h15m'],
    firing: [{ at: '27h20m', alerts: [{ labels: agePsi, description: fleetText }] }],
  },
  {
    alert: 'ModelDataDrift',
    name: 'fires when runs are on time but fail',
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
    firing: [{ at: '29h', alerts: [{ labels: agePsi, description: fleetText }] }],
  },
  {
    alert: 'ModelDataDrift',
    name: 'compares every feature with its own threshold',
    step: '5m',
    steps: hours(27),
    series: (steps) => [
      ...recorded(steps, { drift: 0.5 }),
      ...recorded(steps, { feature: 'income', psi: 0.4, drift: 0.35 }).slice(0, -1),
    ],
    silentAt: [],
    firing: [
      {
        at: '26h',
        alerts: [
          {
            labels: { ...agePsi, feature: 'income' },
            description: fleetText
              .replace('feature age', 'feature income')
              .replace('0.250', '0.350'),
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
    name: 'is silent where chance reaches the chi-square statistic',
    step: '5m',
    steps: hours(27),
    series: (steps) => recorded(steps, { moved: 0.4, chi2: 33 }),
    silentAt: ['25h', '27h'],
  },
  {
    alert: 'ModelDataDrift',
    name: 'fires for the share moved where the PSI is below its threshold',
    step: '5m',
    steps: hours(27),
    series: (steps) => recorded(steps, { psi: 0.24, moved: 0.3 }),
    silentAt: [],
    firing: [
      {
        at: '26h',
        alerts: [
          {
            labels: { ...age, statistic: 'share_moved' },
            description: fleetText
              .replace('population stability index (PSI)', 'largest move of the share of one bin')
              .replace('0.400', '0.300'),
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelDataDrift',
    name: 'fires once for a feature that both sizes find',
    step: '5m',
    steps: hours(27),
    series: (steps) => recorded(steps, { moved: 0.3 }),
    silentAt: [],
    firing: [{ at: '26h', alerts: [{ labels: agePsi, description: fleetText }] }],
  },
  {
    alert: 'ModelDataDrift',
    name: 'is silent until a new version has a complete window',
    step: '5m',
    steps: hours(27),
    series: (steps) => recorded(steps, { referenceFrom: hours(4) }),
    silentAt: ['25h', '27h'],
  },
  {
    alert: 'ModelDataDrift',
    name: 'leaves features with a weekly cycle to the drift runs',
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
    name: 'fires for features with a daily cycle',
    step: '5m',
    steps: hours(27),
    series: (steps) => [
      ...recorded(steps),
      ofFeature('model_feature_cycle_seconds', `86400x${steps}`),
    ],
    silentAt: [],
    firing: [{ at: '26h', alerts: [{ labels: agePsi, description: fleetText }] }],
  },
  {
    alert: 'ModelDataDrift',
    name: 'ends when the targets are lost; then ModelExporterDown fires',
    step: '5m',
    steps: hours(26),
    series: (steps) => recorded(steps),
    silentAt: ['26h15m', '28h'],
  },
];

const runs: Scenario[] = [
  {
    alert: 'ModelDriftRunFailing',
    name: 'fires after the second failure within twelve hours',
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
              'About 2 drift runs of m 1 failed and none succeeded. Its drift scores are out of date.',
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
    name: 'is silent when a restart resets the counters',
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
    steps: hours(60),
    series: (steps) => [
      ofModel('model_drift_runs_total', `0x11 1x${steps - 12}`, { status: 'error' }),
      ofModel('model_drift_runs_total', `0x${steps}`, { status: 'success' }),
    ],
    silentAt: ['50h', '60h'],
  },
  {
    alert: 'ModelDriftRunStale',
    name: 'fires twenty minutes after the scheduled time of the run, not five minutes earlier',
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
              'The next drift run of m 1 is overdue by 25m 0s (limit 15m). Its drift scores are out of date.',
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelDriftRunStale',
    name: 'is silent while the time of the next run moves on',
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
    name: 'ends when the target is lost; then ModelExporterDown fires',
    step: '5m',
    steps: hours(7),
    series: (steps) => [
      ofModel('model_drift_next_run_timestamp_seconds', `21600x${steps}`),
      predicting(steps),
    ],
    silentAt: ['7h15m', '8h'],
  },
];

/** Rows per minute of a numeric feature, and how many of them are missing or invalid. */
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
  `Over the last 15 minutes, ${share} of the values of feature age of m 1 are ${problem} (limit 5%). At least 100 rows are required.`;
const missingText = (share: string): string =>
  qualityText(share, 'missing, in addition to the ratio of the reference');

const quality: Scenario[] = [
  {
    alert: 'ModelFeatureQuality',
    name: 'fires after fifteen minutes with too many missing values, not one minute earlier',
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
    name: 'fires for invalid values too, and for categorical features',
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
    name: 'is silent where as many values are missing in the reference',
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
    name: 'keeps counting when a replica restarts',
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
    name: 'ends when the target is lost; then ModelExporterDown fires',
    steps: 20,
    series: (steps) => values({ rows: 200, missing: 50 }, steps),
    silentAt: ['36m', '60m'],
  },
];

/** The gauges of a feature that drift runs, an hour apart, cannot decide. */
function undecidedFeature(
  steps: number,
  { feature = 'age', state = `1x${steps}`, rows = 200, referenceFrom = 0 } = {},
): InputSeries[] {
  return [
    ofFeature('model_feature_drift_state', state, { feature, state: 'insufficient_data' }),
    ofFeature('model_feature_drift_window_samples', `${rows}x${steps}`, { feature }),
    ofFeature(
      'model_feature_reference_samples',
      referenceFrom === 0 ? `5000x${steps}` : `_x${referenceFrom} 5000x${steps - referenceFrom}`,
      { feature },
    ),
  ];
}

const predictingHourly = (steps: number): InputSeries =>
  ofModel('model_last_prediction_timestamp_seconds', `0+3600x${steps}`);
const undecidedText = (features: number): string =>
  `For two days, drift runs have not been able to decide whether ${features} features of m 1 have drifted, although there is traffic: too few rows, or nothing that can be compared.`;

const undecided: Scenario[] = [
  {
    alert: 'ModelDriftUndecided',
    name: 'fires two days after the first complete window, and counts the features',
    step: '1h',
    steps: 100,
    series: (steps) => [
      ...undecidedFeature(steps),
      ...undecidedFeature(steps, { feature: 'income' }),
      predictingHourly(steps),
    ],
    silentAt: ['24h', '71h'],
    firing: [{ at: '72h', alerts: [{ labels: model, description: undecidedText(2) }] }],
  },
  {
    alert: 'ModelDriftUndecided',
    name: 'is silent when a run decides within the two days',
    step: '1h',
    steps: 100,
    series: (steps) => [
      ...undecidedFeature(steps, { state: `1x60 0x1 1x${steps - 62}` }),
      predictingHourly(steps),
    ],
    silentAt: ['72h', '100h'],
  },
  {
    alert: 'ModelDriftUndecided',
    name: 'waits a week for a feature with a weekly cycle',
    step: '1h',
    steps: 220,
    series: (steps) => [
      ...undecidedFeature(steps),
      ofFeature('model_feature_cycle_seconds', `604800x${steps}`),
      predictingHourly(steps),
    ],
    silentAt: ['72h', '215h'],
    firing: [{ at: '216h', alerts: [{ labels: model, description: undecidedText(1) }] }],
  },
  {
    alert: 'ModelDriftUndecided',
    name: 'is silent without traffic, and without rows of the feature',
    step: '1h',
    steps: 100,
    series: (steps) => [
      ...undecidedFeature(steps),
      ofModel('model_last_prediction_timestamp_seconds', `3600x${steps}`),
      ...undecidedFeature(steps, { feature: 'income', rows: 0 }),
    ],
    silentAt: ['72h', '100h'],
  },
  {
    alert: 'ModelDriftUndecided',
    name: 'ends when the target is lost; then ModelExporterDown fires',
    step: '1h',
    steps: 80,
    series: (steps) => [...undecidedFeature(steps), predictingHourly(steps)],
    silentAt: ['82h', '90h'],
  },
];

/** The gauges of a feature with a finding. */
const withFinding = (
  steps: number,
  state: 'ok' | 'investigate' | 'drift',
  { finding = 'spike', ratio = `0.05x${steps}` } = {},
): InputSeries[] => [
  ofFeature('model_feature_finding_ratio', ratio, { finding }),
  ...['ok', 'investigate', 'drift'].map((one) =>
    ofFeature('model_feature_drift_state', `${one === state ? 1 : 0}x${steps}`, { state: one }),
  ),
];

const findings: Scenario[] = [
  {
    alert: 'ModelFeatureFinding',
    name: 'fires after five minutes and names the finding, not one minute earlier',
    steps: 30,
    series: (steps) => withFinding(steps, 'investigate', { ratio: `0x10 0.05x${steps - 11}` }),
    silentAt: ['10m', '15m'],
    firing: [
      {
        at: '16m',
        alerts: [
          {
            labels: { ...age, finding: 'spike' },
            description:
              'The last drift run of m 1 has the finding spike for feature age. It affects 5% of the rows.',
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelFeatureFinding',
    name: 'fires for a feature that has drifted too',
    steps: 30,
    series: (steps) => withFinding(steps, 'drift', { finding: 'vanished_categories' }),
    silentAt: [],
    firing: [
      {
        at: '16m',
        alerts: [
          {
            labels: { ...age, finding: 'vanished_categories' },
            description:
              'The last drift run of m 1 has the finding vanished_categories for feature age. It affects 5% of the rows of the reference.',
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelFeatureFinding',
    name: 'is silent for a finding that leaves the feature ok',
    steps: 30,
    series: (steps) => withFinding(steps, 'ok', { ratio: `0.005x${steps}` }),
    silentAt: ['16m', '30m'],
  },
  {
    alert: 'ModelFeatureFinding',
    name: 'is silent once the finding is gone',
    steps: 30,
    series: (steps) => withFinding(steps, 'investigate', { ratio: `0.05x10 0x${steps - 11}` }),
    silentAt: ['16m', '30m'],
  },
  {
    alert: 'ModelFeatureFinding',
    name: 'ends when the target is lost; then ModelExporterDown fires',
    steps: 20,
    series: (steps) => withFinding(steps, 'investigate'),
    silentAt: ['31m', '40m'],
  },
];

/** What happens to features, drift runs and data quality. */
export const driftScenarios: readonly Scenario[] = [
  ...persistent,
  ...lasting,
  ...many,
  ...fleetDrift,
  ...runs,
  ...undecided,
  ...quality,
  ...findings,
];
