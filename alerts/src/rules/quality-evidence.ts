import { unknownDispersion } from './detector.js';
import { detectorRule } from './detector-rules.js';
import { dispersionOf, dispersionRecords, dispersionRules } from './dispersion.js';
import { meanEvidence, promql, shareEvidence } from './evidence.js';
import { qualityWindows } from './evidence-windows.js';
import { either } from './expressions.js';
import {
  byScore,
  meansMatcher,
  qualitySums,
  recordedOutcomes,
  recordedSum,
  type Sum,
  sharesMatcher,
  stepOfShares,
} from './quality-sums.js';
import type { RecordingRule } from './rule.js';

const { outcomes: unknown } = unknownDispersion;

/** The recorded score of a window, and the evidence that it is worse than its threshold. */
export const recorded = {
  score: (range: string): string => `model_score:model_quality_score:mean${range}`,
  evidence: (range: string): string => `model_score:model_quality_evidence:nats${range}`,
  badShareLimit: 'model_score:model_quality_bad_share:limit',
  stepBad: 'model_score:model_quality_bad:increase5m',
  stepAll: 'model_score:model_quality_counted:increase5m',
  detector: 'model_score:model_quality_bad:e_detector',
  residual: dispersionRecords('model_score:model_quality_residual'),
} as const;

/** Sums and accuracy of the week before the last six hours. */
export const recordedBefore = {
  sum: 'model_score:model_quality_sum:increase1w_offset6h',
  samples: 'model_score:model_quality_samples:increase1w_offset6h',
  score: 'model_score:model_quality_score:mean1w_offset6h',
} as const;

/** The names of all recorded series by score. */
export const recordedByScore: readonly string[] = [
  ...qualityWindows.flatMap(({ range }) => [
    ...(['sum', 'samples', 'squares'] as const).map((sum) => recordedSum(sum, range)),
    recorded.score(range),
    recorded.evidence(range),
  ]),
  recorded.badShareLimit,
  recorded.stepBad,
  recorded.stepAll,
  ...Object.values(recorded.residual),
  ...Object.values(recordedBefore),
];

/** The names of all recorded series by outcome. */
export const recordedByOutcome: readonly string[] = qualityWindows
  .filter(({ minutes }) => minutes <= 1440)
  .map(({ range }) => recordedOutcomes(range));

/** Everything that the alerts about quality read, in the order in which it is computed. */
export function qualityEvidence(selector: string): RecordingRule[] {
  const of = (metric: string): string => `${metric}{${selector}}`;
  return [
    ...qualitySums(selector),
    { record: recorded.badShareLimit, expression: badShareLimit(selector) },
    ...dispersion(selector),
    ...qualityWindows.flatMap(({ range }) => [
      { record: recorded.score(range), expression: scoreOf(selector, range) },
      {
        record: recorded.evidence(range),
        expression: `${either(ofShares(of, range), ofMeans(selector, range))}
/ ${scoreDispersion(of)}`,
      },
    ]),
    ...weekBefore(selector),
  ];
}

/** The detector of every score that is a share; the rules of a group evaluated once a step. */
export function qualityDetector(selector: string): RecordingRule[] {
  const of = (metric: string): string => `${metric}{${selector}}`;
  return [
    { record: recorded.stepBad, expression: stepOfShares('sum', selector) },
    { record: recorded.stepAll, expression: stepOfShares('samples', selector) },
    detectorRule(selector, recorded.detector, {
      grouping: byScore,
      bad: of(recorded.stepBad),
      all: of(recorded.stepAll),
      limit: of(recorded.badShareLimit),
      dispersion: dispersionOf(of, recorded.residual, { samples: recorded.stepAll, unknown }),
    }),
  ];
}

function thresholds(selector: string, direction: 'below' | 'above', matcher: string): string {
  return `max ${byScore} (model_quality_threshold{${selector},direction="${direction}",${matcher}})`;
}

/** The share of bad outcomes at the threshold t of a score; that of F1 is a threshold t / (2 - t). */
function badShareLimit(selector: string): string {
  const others = thresholds(selector, 'below', sharesMatcher.replace('f1|', ''));
  const f1 = thresholds(selector, 'below', 'score="f1"');
  return `1 - ${either(others, `${f1} / (2 - ${f1})`)}`;
}

function ofShares(of: (metric: string) => string, range: string): string {
  return shareEvidence(promql, {
    bad: of(recordedSum('sum', range)),
    all: of(recordedSum('samples', range)),
    limit: of(recorded.badShareLimit),
  });
}

function ofMeans(selector: string, range: string): string {
  const above = (limit: string): string => {
    const of = (sum: Sum): string => `${recordedSum(sum, range)}{${selector}}`;
    return meanEvidence(promql, {
      sum: of('sum'),
      squares: of('squares'),
      all: of('samples'),
      limit,
    });
  };
  return `${above(thresholds(selector, 'above', meansMatcher))}
or
-1 * ${above(thresholds(selector, 'below', meansMatcher))}`;
}

/** The dispersion of the values of a score. */
export function scoreDispersion(of: (metric: string) => string): string {
  return dispersionOf(of, recorded.residual, { samples: recordedSum('samples', '1h'), unknown });
}

/** The score of a window, on its own scale; no series where nothing counted for it. */
function scoreOf(selector: string, range: string): string {
  const mean = (matcher: string): string => {
    const of = (sum: Sum): string => `${recordedSum(sum, range)}{${selector},${matcher}}`;
    return quotient(of('sum'), of('samples'));
  };
  const ofF1 = `1 - ${mean('score="f1"')}`;
  return `1 - ${mean(sharesMatcher.replace('f1|', ''))}
or
2 * (${ofF1}) / (1 + ${ofF1})
or
${mean(meansMatcher)}`;
}

/** The quotient of two recorded series with the same labels. */
function quotient(dividend: string, divisor: string): string {
  return `${dividend} / (${divisor} > 0)`;
}

function dispersion(selector: string): RecordingRule[] {
  const of = (sum: Sum, range: string): string => `${recordedSum(sum, range)}{${selector}}`;
  const samples = of('samples', '1w');
  return dispersionRules(selector, recorded.residual, {
    sum: of('sum', '1h'),
    samples: of('samples', '1h'),
    mean: quotient(of('sum', '1w'), samples),
    // The values of shares are 0 and 1, so their squares add up to their sum.
    meanSquare: `(${of('squares', '1w')} or ${of('sum', '1w')}) / (${samples} > 0)`,
    unknown,
  });
}

function weekBefore(selector: string): RecordingRule[] {
  const summed = (sum: Sum): string =>
    `sum_over_time(${recordedSum(sum, '1h')}{${selector},score="accuracy"}[1w:1h] offset 6h)`;
  const of = (metric: string): string => `${metric}{${selector}}`;
  return [
    { record: recordedBefore.sum, expression: summed('sum') },
    { record: recordedBefore.samples, expression: summed('samples') },
    {
      record: recordedBefore.score,
      expression: `1 - ${quotient(of(recordedBefore.sum), of(recordedBefore.samples))}`,
    },
  ];
}
