import { meanEvidence, promql, shareEvidence } from './evidence.js';
import {
  dispersionCap,
  dispersionDelay,
  dispersionRange,
  qualityWindows,
} from './evidence-windows.js';
import { either } from './expressions.js';
import {
  byScore,
  meansMatcher,
  qualitySums,
  recordedOutcomes,
  recordedSum,
  type Sum,
  sharesMatcher,
} from './quality-sums.js';
import type { RecordingRule } from './rule.js';

/** The recorded score of a window, and the evidence that it is worse than its threshold. */
export const recorded = {
  score: (range: string): string => `model_score:model_quality_score:mean${range}`,
  evidence: (range: string): string => `model_score:model_quality_evidence:nats${range}`,
  badShareLimit: 'model_score:model_quality_bad_share:limit',
  squaredResidual: 'model_score:model_quality_residual:squares1h',
  variance: 'model_score:model_quality_residual:variance1h',
  dispersion: `model_score:model_quality_residual:dispersion${dispersionRange}`,
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
  recorded.squaredResidual,
  recorded.variance,
  recorded.dispersion,
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
    ...dispersion(of),
    ...qualityWindows.flatMap(({ range }) => [
      { record: recorded.score(range), expression: scoreOf(selector, range) },
      {
        record: recorded.evidence(range),
        expression: `${either(ofShares(of, range), ofMeans(selector, range))}
/ ${dispersionOf(of)}`,
      },
    ]),
    ...weekBefore(selector),
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

/** The recorded dispersion, but at least 1; 1 too for a score that has no history yet. */
export function dispersionOf(of: (metric: string) => string): string {
  return `clamp_min(${of(recorded.dispersion)} or 0 * ${of(recordedSum('samples', '1h'))}, 1)`;
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

/**
 * How much more the sums of hours vary than those of independent values would, over the week before
 * yesterday: sum of (S - n m)^2 over sum of n s^2, with mean m and variance s^2 of the values of the
 * week. Values that come in bursts carry less evidence by this factor, as effective sample sizes do
 * (Kish 1965, "Survey Sampling"). The last day is left out, so that a fall does not hide itself, and
 * an hour counts for at most {@link dispersionCap} times its variance, so that an incident of some
 * hours does not hide the next one.
 */
function dispersion(of: (metric: string) => string): RecordingRule[] {
  const week = (sum: Sum): string => of(recordedSum(sum, '1w'));
  const hour = (sum: Sum): string => of(recordedSum(sum, '1h'));
  const mean = quotient(week('sum'), week('samples'));
  // The values of shares are 0 and 1, so their squares add up to their sum.
  const meanSquare = `(${week('squares')} or ${week('sum')}) / (${week('samples')} > 0)`;
  const summed = (metric: string): string =>
    `sum_over_time(${of(metric)}[${dispersionRange}:1h] offset ${dispersionDelay})`;
  const most = `${dispersionCap} * ${of(recorded.variance)}`;
  return [
    {
      record: recorded.variance,
      expression: `${hour('samples')} * (${meanSquare} - (${mean}) ^ 2)`,
    },
    {
      record: recorded.squaredResidual,
      expression: `(${hour('sum')} - ${hour('samples')} * ${mean}) ^ 2
< ${most}
or
${most}`,
    },
    {
      record: recorded.dispersion,
      expression: quotient(summed(recorded.squaredResidual), summed(recorded.variance)),
    },
  ];
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
