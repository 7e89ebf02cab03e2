import { KernelError } from '../errors.js';

/**
 * Quantiles of ascending values, linear between neighbours in rank.
 *
 * Source: Hyndman and Fan 1996, The American Statistician 50(4), definition 7; interpolated from
 * the nearer end as numpy does, so that the results are the same to the last bit.
 */
export function quantilesOfSorted(
  sorted: Float64Array,
  probabilities: readonly number[] | Float64Array,
): Float64Array {
  for (let index = 0; index < probabilities.length; index += 1) {
    const probability = probabilities[index]!;
    if (probability >= 0 && probability <= 1) continue;
    throw new KernelError('INVALID_ARGUMENT', {
      place: `quantiles(probabilities)[${index}]`,
      value: probability,
      nextStep: 'pass numbers from 0 to 1',
    });
  }
  if (sorted.length === 0) return new Float64Array(0);
  const last = sorted.length - 1;
  return Float64Array.from(probabilities, (probability) => {
    const rank = probability * last;
    const below = Math.floor(rank);
    const share = rank - below;
    const low = sorted[below]!;
    const high = sorted[Math.min(last, below + 1)]!;
    const difference = high - low;
    if (share === 0 || difference === 0 || low === high) return low;
    if (!Number.isFinite(difference)) {
      // Nothing lies halfway to infinity; two numbers may be farther apart than the largest double.
      if (!Number.isFinite(low) || !Number.isFinite(high)) return share < 0.5 ? low : high;
      return low * (1 - share) + high * share;
    }
    return share < 0.5 ? low + difference * share : high - difference * (1 - share);
  });
}
