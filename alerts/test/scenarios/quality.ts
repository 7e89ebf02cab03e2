import type { Scenario } from '../alert-scenario.js';
import { model, ofModel } from '../alert-scenario.js';
import type { InputSeries } from '../promtool.js';

interface Targets {
  readonly right: number;
  readonly wrong: number;
}

/** Outcomes a step of a binary classifier: first so, then, from a step on, so. */
function outcomes(
  first: Targets,
  steps: number,
  { later = first, from = steps, instance = 'a:8001' } = {},
): InputSeries[] {
  const rising = (before: number, after: number): string =>
    from >= steps
      ? `0+${before}x${steps}`
      : `0+${before}x${from} ${before * from + after}+${after}x${steps - from - 1}`;
  return [
    ofModel('model_outcomes_total', rising(first.right, later.right), { outcome: 'tp' }, instance),
    ofModel('model_outcomes_total', rising(first.wrong, later.wrong), { outcome: 'fp' }, instance),
    ofModel('model_outcomes_total', `0x${steps}`, { outcome: 'tn' }, instance),
    ofModel('model_outcomes_total', `0x${steps}`, { outcome: 'fn' }, instance),
  ];
}

function thresholds(steps: number): InputSeries[] {
  return [
    ofModel('model_quality_threshold', `0.85x${steps}`, { score: 'accuracy', direction: 'below' }),
    ofModel('model_quality_minimum_samples', `100x${steps}`),
  ];
}

/** A segment of a model, compared by its accuracy. */
function segment(name: string, accuracy: number, isWorse: 0 | 1, steps: number): InputSeries[] {
  const labels = { segment_by: 'origin', segment: name };
  return [
    ofModel('model_segment_quality_score', `${accuracy}x${steps}`, {
      ...labels,
      score: 'accuracy',
    }),
    ofModel('model_segment_quality_worse', `${isWorse}x${steps}`, labels),
  ];
}

const windows = 'over the shortest window of 1h, 6h, 1d, 3d, 1w';
const byChance = 'Exactly at the threshold, chance fires it once in half a year at most.';
const ofAccuracy = { ...model, score: 'accuracy' };
const dropText = (share: string): string =>
  `The accuracy of m 1 is ${share} (threshold 85%) ${windows} that shows it. ${byChance}`;

/** A counter that grows by other amounts from step to step. */
function counted(amounts: readonly number[]): string {
  let total = 0;
  return amounts
    .map((amount) => {
      total += amount;
      return String(total);
    })
    .join(' ');
}

const hours = (count: number): number => count * 12;

const drop: Scenario[] = [
  {
    alert: 'ModelAccuracyDrop',
    name: 'fires once a thousand targets of a new model show it, not after five hundred',
    steps: 40,
    series: (steps) => [...outcomes({ right: 70, wrong: 30 }, steps), ...thresholds(steps)],
    silentAt: ['6m'],
    firing: [{ at: '20m', alerts: [{ labels: ofAccuracy, description: dropText('70%') }] }],
  },
  {
    alert: 'ModelAccuracyDrop',
    name: 'names the segments that are worse, and what of the change is mix',
    steps: 40,
    series: (steps) => [
      ...outcomes({ right: 70, wrong: 30 }, steps),
      ...thresholds(steps),
      ...segment('ORD', 0.612, 1, steps),
      ...segment('MDW', 0.583, 1, steps),
      ...segment('JFK', 0.5, 0, steps),
      ...(['mix', 'within'] as const).map((part) =>
        ofModel('model_quality_change', `${part === 'mix' ? 0.011 : -0.042}x${steps}`, {
          segment_by: 'origin',
          part,
        }),
      ),
    ],
    silentAt: ['6m'],
    firing: [
      {
        at: '20m',
        alerts: [
          {
            labels: ofAccuracy,
            description: `${dropText('70%')} Worse than the others: origin=MDW (accuracy 0.583), origin=ORD (accuracy 0.612). By origin, the change from the segment window before is +0.0110 by the mix and -0.0420 inside the segments.`,
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelAccuracyDrop',
    name: 'pools the targets of all replicas instead of averaging their accuracies',
    steps: 40,
    series: (steps) => [
      ...outcomes({ right: 10, wrong: 10 }, steps),
      ...outcomes({ right: 980, wrong: 0 }, steps, { instance: 'b:8001' }),
      ...thresholds(steps),
    ],
    silentAt: ['20m', '40m'],
  },
  {
    alert: 'ModelAccuracyDrop',
    name: 'is silent at exactly the threshold',
    steps: 40,
    series: (steps) => [...outcomes({ right: 85, wrong: 15 }, steps), ...thresholds(steps)],
    silentAt: ['20m', '40m'],
  },
  {
    alert: 'ModelAccuracyDrop',
    name: 'is silent when few targets say little: a third of twelve is wrong',
    steps: 90,
    series: (steps) => [...outcomes({ right: 8 / 60, wrong: 4 / 60 }, steps), ...thresholds(steps)],
    silentAt: ['30m', '60m', '90m'],
  },
  {
    alert: 'ModelAccuracyDrop',
    name: 'fires over days at twenty targets an hour',
    step: '5m',
    steps: hours(50),
    series: (steps) => [
      ...outcomes({ right: 14 / 12, wrong: 6 / 12 }, steps),
      ...thresholds(steps),
    ],
    silentAt: ['24h'],
    firing: [{ at: '50h', alerts: [{ labels: ofAccuracy, description: dropText('70%') }] }],
  },
  {
    alert: 'ModelAccuracyDrop',
    name: 'is silent when wrong outcomes come in bursts, once it has seen them for a day',
    step: '5m',
    steps: hours(50),
    series: (steps) => {
      // Two points above the threshold in the mean: an hour without, an hour with 26 % wrong.
      const wrong = Array.from({ length: steps }, (_, step) => (Math.floor(step / 12) % 2) * 26);
      return [
        ofModel('model_outcomes_total', counted(wrong.map((count) => 100 - count)), {
          outcome: 'tp',
        }),
        ofModel('model_outcomes_total', counted(wrong), { outcome: 'fp' }),
        ...thresholds(steps),
      ];
    },
    silentAt: ['46h', '47h', '48h', '49h', '50h'],
  },
  {
    alert: 'ModelAccuracyDrop',
    name: 'fires for multiclass classifiers',
    steps: 40,
    series: (steps) => [
      ofModel('model_class_outcomes_total', `0+50x${steps}`, { class: 'a', outcome: 'tp' }),
      ofModel('model_class_outcomes_total', `0+30x${steps}`, { class: 'a', outcome: 'fn' }),
      ofModel('model_class_outcomes_total', `0+30x${steps}`, { class: 'b', outcome: 'fp' }),
      ofModel('model_class_outcomes_total', `0+20x${steps}`, { class: 'b', outcome: 'tp' }),
      ...thresholds(steps),
    ],
    silentAt: ['0m'],
    firing: [{ at: '20m', alerts: [{ labels: ofAccuracy, description: dropText('70%') }] }],
  },
  {
    alert: 'ModelAccuracyDrop',
    name: 'keeps counting when a replica restarts',
    steps: 40,
    series: (steps) => [
      ofModel('model_outcomes_total', `0+70x20 70+70x${steps - 21}`, { outcome: 'tp' }),
      ofModel('model_outcomes_total', `0+30x20 30+30x${steps - 21}`, { outcome: 'fn' }),
      ...thresholds(steps),
    ],
    silentAt: [],
    firing: [{ at: '30m', alerts: [{ labels: ofAccuracy, description: dropText('70%') }] }],
  },
  {
    alert: 'ModelAccuracyDrop',
    name: 'is silent when a healthy replica restarts',
    steps: 60,
    series: (steps) => [
      ofModel('model_outcomes_total', `0+95x20 95+95x${steps - 21}`, { outcome: 'tp' }),
      ofModel('model_outcomes_total', `0+5x20 5+5x${steps - 21}`, { outcome: 'fn' }),
      ...thresholds(steps),
    ],
    silentAt: ['21m', '40m', '60m'],
  },
  {
    alert: 'ModelAccuracyDrop',
    name: 'ends when the target is lost; then ModelExporterDown fires',
    steps: 20,
    series: (steps) => [...outcomes({ right: 70, wrong: 30 }, steps), ...thresholds(steps)],
    silentAt: ['1h35m'],
  },
];

const f1Threshold = (steps: number): InputSeries =>
  ofModel('model_quality_threshold', `0.8x${steps}`, { score: 'f1', direction: 'below' });
/** F1 is 0.62, precision and accuracy are higher. */
const lowF1 = (steps: number): InputSeries[] => [
  ofModel('model_outcomes_total', `0+45x${steps}`, { outcome: 'tp' }),
  ofModel('model_outcomes_total', `0+15x${steps}`, { outcome: 'fp' }),
  ofModel('model_outcomes_total', `0+40x${steps}`, { outcome: 'fn' }),
  ofModel('model_outcomes_total', `0+900x${steps}`, { outcome: 'tn' }),
];

/** Ten targets a minute with exponential errors. */
const absoluteErrors = ({ mean }: { readonly mean: number }, steps: number): InputSeries[] => {
  const counter = (metric: string, amount: number): InputSeries =>
    ofModel(metric, `0+${amount}x${steps}`, { score: 'mean_absolute_error' });
  return [
    counter('model_score_samples_total', 10),
    counter('model_score_sum_total', 10 * mean),
    counter('model_score_squares_total', 20 * mean * mean),
  ];
};
const errorThreshold = (steps: number): InputSeries =>
  ofModel('model_quality_threshold', `3x${steps}`, {
    score: 'mean_absolute_error',
    direction: 'above',
  });

const otherScores: Scenario[] = [
  {
    alert: 'ModelQualityDrop',
    name: 'fires for F1 once a thousand outcomes of a new model show it, not after six hundred',
    steps: 40,
    series: (steps) => [...lowF1(steps), ...thresholds(steps), f1Threshold(steps)],
    silentAt: ['6m'],
    firing: [
      {
        at: '20m',
        alerts: [
          {
            labels: { ...model, score: 'f1' },
            description: `The f1 of m 1 is 0.6207 (threshold 0.8) ${windows} in which chance does not explain it.`,
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelQualityDrop',
    name: 'fires for a mean error above its threshold',
    steps: 95,
    series: (steps) => [...absoluteErrors({ mean: 6 }, steps), errorThreshold(steps)],
    silentAt: ['20m'],
    firing: [
      {
        at: '90m',
        alerts: [
          {
            labels: { ...model, score: 'mean_absolute_error' },
            description: `The mean_absolute_error of m 1 is 6 (threshold 3) ${windows} in which chance does not explain it.`,
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelQualityDrop',
    name: 'is silent for a mean error below its threshold',
    steps: 95,
    series: (steps) => [...absoluteErrors({ mean: 2.8 }, steps), errorThreshold(steps)],
    silentAt: ['30m', '95m'],
  },
  {
    alert: 'ModelQualityDrop',
    name: 'is silent for scores without a threshold',
    steps: 40,
    series: (steps) => [...lowF1(steps), ...thresholds(steps)],
    silentAt: ['20m', '40m'],
  },
  {
    alert: 'ModelQualityDrop',
    name: 'ends when the target is lost; then ModelExporterDown fires',
    steps: 20,
    series: (steps) => [...lowF1(steps), ...thresholds(steps), f1Threshold(steps)],
    silentAt: ['1h35m'],
  },
];

const threeDays = hours(70);
const degradingText = (share: string): string =>
  `Over the targets of the last 6 hours, the accuracy of m 1 is ${share} of its accuracy over the week before (limit 95%), a fall of more than 4.5 standard errors. Its threshold is 85%.`;

const degrading: Scenario[] = [
  {
    alert: 'ModelAccuracyDegrading',
    name: 'fires when six hours are clearly worse than the week before, even above the threshold',
    step: '5m',
    steps: threeDays,
    series: (steps) => [
      ...outcomes({ right: 96, wrong: 4 }, steps, {
        later: { right: 86, wrong: 14 },
        from: hours(60),
      }),
      ...thresholds(steps),
    ],
    silentAt: ['60h', '63h'],
    firing: [
      { at: '66h30m', alerts: [{ labels: ofAccuracy, description: degradingText('89.58%') }] },
    ],
  },
  {
    alert: 'ModelAccuracyDegrading',
    name: 'is silent for a fall within the chance of so few targets',
    step: '5m',
    steps: threeDays,
    series: (steps) => [
      ...outcomes({ right: 1.8, wrong: 0.2 }, steps, {
        later: { right: 1.66, wrong: 0.34 },
        from: hours(60),
      }),
      ...thresholds(steps),
    ],
    silentAt: ['62h', '66h', '70h'],
  },
  {
    alert: 'ModelAccuracyDegrading',
    name: 'is silent at low traffic: fewer targets in six hours than the configured minimum',
    step: '5m',
    steps: threeDays,
    series: (steps) => [
      ...outcomes({ right: 1, wrong: 0 }, steps, {
        later: { right: 0.1, wrong: 0.9 },
        from: hours(60),
      }),
      ...thresholds(steps),
    ],
    silentAt: ['62h', '66h', '70h'],
  },
  {
    alert: 'ModelAccuracyDegrading',
    name: 'is silent for a model that has just started',
    step: '5m',
    steps: hours(12),
    series: (steps) => [
      ...outcomes({ right: 10, wrong: 0 }, steps, {
        later: { right: 5, wrong: 5 },
        from: hours(3),
      }),
      ...thresholds(steps),
    ],
    silentAt: ['4h', '8h', '12h'],
  },
  {
    alert: 'ModelAccuracyDegrading',
    name: 'ends when the target is lost; then ModelExporterDown fires',
    step: '5m',
    steps: hours(66),
    series: (steps) => [
      ...outcomes({ right: 96, wrong: 4 }, steps, {
        later: { right: 86, wrong: 14 },
        from: hours(60),
      }),
      ...thresholds(steps),
    ],
    silentAt: ['67h', '70h'],
  },
  {
    alert: 'ModelAccuracyDegrading',
    name: 'is silent after a restart',
    step: '5m',
    steps: threeDays,
    series: (steps) => [
      ofModel('model_outcomes_total', `0+96x720 96+96x${steps - 721}`, { outcome: 'tp' }),
      ofModel('model_outcomes_total', `0+4x720 4+4x${steps - 721}`, { outcome: 'fp' }),
      ...thresholds(steps),
    ],
    silentAt: ['61h', '66h', '70h'],
  },
];

/** What happens to the scores of a model. */
export const qualityScenarios: readonly Scenario[] = [...drop, ...otherScores, ...degrading];
