import type { Scenario } from '../alert-scenario.js';
import { model, ofModel } from '../alert-scenario.js';
import type { InputSeries } from '../promtool.js';

/** Targets per step by status. */
function arriving(
  { matched, unmatched }: { readonly matched: number; readonly unmatched: number },
  steps: number,
): InputSeries[] {
  return [
    ofModel('model_targets_total', `0+${matched}x${steps}`, { status: 'matched' }),
    ofModel('model_targets_total', `0+${unmatched}x${steps}`, { status: 'unmatched' }),
  ];
}

const unmatched: Scenario[] = [
  {
    alert: 'ModelTargetsUnmatched',
    name: 'fires after fifteen minutes with more unmatched targets than matched ones',
    steps: 60,
    series: (steps) => arriving({ matched: 40, unmatched: 60 }, steps),
    silentAt: ['15m'],
    firing: [
      {
        at: '17m',
        alerts: [
          {
            labels: model,
            description:
              'Over the last hour, 60% of the targets of m 1 matched no prediction (limit 50%), so its quality is measured on few of them. At least 100 targets are required.',
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelTargetsUnmatched',
    name: 'is silent at exactly half, and for targets that were sent twice',
    steps: 60,
    series: (steps) => [
      ...arriving({ matched: 50, unmatched: 50 }, steps),
      ofModel('model_targets_total', `0+500x${steps}`, { status: 'duplicate' }),
    ],
    silentAt: ['20m', '60m'],
  },
  {
    alert: 'ModelTargetsUnmatched',
    name: 'is silent at low traffic: fewer targets in an hour than the minimum',
    steps: 120,
    series: (steps) => arriving({ matched: 0, unmatched: 1 }, steps),
    silentAt: ['30m', '120m'],
  },
  {
    alert: 'ModelTargetsUnmatched',
    name: 'ends when the target of the scrape is lost; then ModelExporterDown fires',
    steps: 30,
    series: (steps) => arriving({ matched: 0, unmatched: 100 }, steps),
    silentAt: ['95m'],
  },
];

const hours = (count: number): number => count * 12;

/** Calls of the next version, and targets of the one before that arrive after `delay` seconds. */
function twoVersions(
  steps: number,
  { from = 0, delay = 3600, matched = 0 } = {},
): readonly InputSeries[] {
  const next = { model_version: '2' };
  const within = (le: number): number => (delay <= le ? 10 : 0);
  const since = '_ '.repeat(from);
  return [
    ...[3600, 86_400, 604_800].map((le) =>
      ofModel('model_target_delay_seconds_bucket', `0+${within(le)}x${steps}`, { le: `${le}.0` }),
    ),
    ofModel('model_target_delay_seconds_bucket', `0+10x${steps}`, { le: '+Inf' }),
    ofModel('model_targets_total', `0+10x${steps}`, { status: 'matched' }),
    ofModel('model_predictions_total', `${since}0+10x${steps - from}`, {
      ...next,
      status: 'success',
    }),
    ofModel('model_targets_total', `${since}0+${matched}x${steps - from}`, {
      ...next,
      status: 'matched',
    }),
  ];
}

const neverMatched: Scenario[] = [
  {
    alert: 'ModelTargetsNeverMatched',
    name: 'fires for a version without targets, a day after its predictions',
    step: '5m',
    steps: hours(40),
    series: (steps) => twoVersions(steps),
    silentAt: ['24h', '25h'],
    firing: [
      {
        at: '30h',
        alerts: [
          {
            labels: { ...model, model_version: '2' },
            description:
              'm 2 made about 720 successful calls on the day before, and no target has matched them, while targets of another version match. The quality of this version is unknown. At least 100 calls are required.',
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelTargetsNeverMatched',
    name: 'is silent for a version that is younger than a day, or has targets',
    step: '5m',
    steps: hours(40),
    series: (steps) => [
      ...twoVersions(steps, { from: hours(20) }),
      ...twoVersions(steps, { matched: 1 }).map(({ series, values }) => ({
        series: series.replace('model_name="m"', 'model_name="n"'),
        values,
      })),
    ],
    silentAt: ['30h', '40h'],
  },
  {
    alert: 'ModelTargetsNeverMatched',
    name: 'is silent where targets take longer than a day, and where no version has any',
    step: '5m',
    steps: hours(40),
    series: (steps) => [
      ...twoVersions(steps, { delay: 100_000 }),
      ofModel('model_predictions_total', `0+10x${steps}`, { model_name: 'n', status: 'success' }),
    ],
    silentAt: ['30h', '40h'],
  },
  {
    alert: 'ModelTargetsNeverMatched',
    name: 'ends when the target of the scrape is lost; then ModelExporterDown fires',
    step: '5m',
    steps: hours(28),
    series: (steps) => twoVersions(steps),
    silentAt: ['29h20m'],
  },
];

/** What happens to targets that do not find their predictions. */
export const unmatchedTargetScenarios: readonly Scenario[] = [...unmatched, ...neverMatched];
