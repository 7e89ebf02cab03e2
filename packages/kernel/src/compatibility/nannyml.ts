import { KernelError } from '../errors.js';
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
