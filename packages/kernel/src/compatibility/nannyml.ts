import type { Counts } from '../checks/counts.js';
import { chiSquareSurvival } from '../distributions/chi-square.js';
import { KernelError } from '../errors.js';
import { type ChiSquareTest, chiSquareContingency } from '../statistics/chi-square-contingency.js';
import { hellingerDistance } from '../statistics/hellinger.js';
import { jensenShannonDistance } from '../statistics/jensen-shannon.js';
import type { Kernel, NumericArray } from '../types.js';
import { doaneBins } from './automatic-bins.js';

/**
 * The Jensen-Shannon distance as NannyML 0.13 computes it for a numeric column: base 2, on Doane
 * bins of the reference and one more for values outside of them.
 *
 * NaN is left out; a sample without values gives 0. O(n + m).
 *
 * @throws KernelError INVALID_ARGUMENT when a sample is not a float array or the reference holds
 * infinities.
 */
export function nannymlJensenShannon(
  kernel: Kernel,
  reference: NumericArray,
  current: NumericArray,
): number {
  const { p, q } = counts(kernel, reference, current);
  return jensenShannonDistance(p, q, { base: 2 });
}

/**
 * The Hellinger distance as NannyML 0.13 computes it for a numeric column, on the same bins.
 *
 * NaN is left out; a sample without values gives 0. O(n + m).
 *
 * @throws KernelError INVALID_ARGUMENT when a sample is not a float array or the reference holds
 * infinities.
 */
export function nannymlHellinger(
  kernel: Kernel,
  reference: NumericArray,
  current: NumericArray,
): number {
  const { p, q } = counts(kernel, reference, current);
  return hellingerDistance(p, q);
}

/**
 * Alert thresholds as NannyML sets them by default: mean ± 3 deviations (divided by n) of the
 * scores of the reference chunks.
 *
 * @throws KernelError INVALID_ARGUMENT when there is no score, or one is not finite.
 */
export function nannymlThresholds(scores: readonly number[]): {
  readonly lower: number;
  readonly upper: number;
} {
  if (scores.length === 0 || !scores.every(Number.isFinite)) {
    throw new KernelError('INVALID_ARGUMENT', {
      place: 'nannymlThresholds(scores)',
      value: scores.find((score) => !Number.isFinite(score)) ?? scores,
      nextStep: 'pass one finite score or more',
    });
  }
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const squares = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / scores.length);
  return { lower: mean - 3 * deviation, upper: mean + 3 * deviation };
}

/**
 * The chi-square test as NannyML 0.13 has it of scipy: of a 2 x 2 table with Yates' correction, of
 * larger ones without.
 *
 * For the decision prefer `fisherExact` there. An empty sample or one bin alone gives statistic 0 and
 * p 1. O(bins).
 * Source: Yates 1934, Supplement to the Journal of the Royal Statistical Society 1(2).
 *
 * @throws KernelError INVALID_COUNTS when the counts differ in length, are negative or not finite.
 */
export function nannymlChiSquare(reference: Counts, current: Counts): ChiSquareTest {
  const plain = chiSquareContingency(reference, current);
  if (plain.degreesOfFreedom !== 1) return plain;
  const bins = Array.from(reference, (_, bin) => bin).filter(
    (bin) => reference[bin]! + current[bin]! > 0,
  );
  const [n, m] = [reference, current].map((of) => bins.reduce((sum, bin) => sum + of[bin]!, 0));
  const rows = n! + m!;
  let statistic = 0;
  for (const bin of bins) {
    const both = reference[bin]! + current[bin]!;
    for (const [of, size] of [
      [reference, n!],
      [current, m!],
    ] as const) {
      const expected = both * (size / rows);
      const difference = Math.abs(of[bin]! - expected);
      statistic += (difference - Math.min(0.5, difference)) ** 2 / expected;
    }
  }
  return { statistic, degreesOfFreedom: 1, pValue: chiSquareSurvival(statistic, 1) };
}

function counts(
  kernel: Kernel,
  reference: NumericArray,
  current: NumericArray,
): { readonly p: Float64Array; readonly q: Float64Array } {
  const moments = kernel.moments(reference);
  const { count } = kernel.moments(current);
  if (moments.count === 0 || count === 0) return { p: Float64Array.of(0), q: Float64Array.of(0) };
  const { minimum, maximum, bins } = doaneBins(moments, skewness(reference, moments));
  const p = kernel.countUniform(reference, minimum, maximum, bins);
  const q = kernel.countUniform(current, minimum, maximum, bins);
  return {
    p: Float64Array.of(...p.counts, 0),
    q: Float64Array.of(...q.counts, q.below + q.above),
  };
}

function skewness(
  values: NumericArray,
  { count, mean, m2 }: { readonly count: number; readonly mean: number; readonly m2: number },
): number {
  const deviation = Math.sqrt(m2 / count);
  let sum = 0;
  for (const value of values) {
    if (!Number.isNaN(value)) sum += ((value - mean) / deviation) ** 3;
  }
  return sum / count;
}
