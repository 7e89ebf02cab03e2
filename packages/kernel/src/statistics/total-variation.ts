import { type Counts, requireCountPair } from '../checks/counts.js';

/**
 * Total variation distance ½ Σ |p - q| of the shares of two samples, in [0, 1]: the share of rows
 * that would have to move to another bin.
 *
 * The same when the samples change places. 0 when a sample is empty. O(bins).
 * Source: Le Cam and Yang 2000, Asymptotics in Statistics, section 3.1.
 *
 * @throws KernelError INVALID_COUNTS when the counts differ in length, are negative or not finite.
 */
export function totalVariationDistance(reference: Counts, current: Counts): number {
  const { n, m } = requireCountPair('totalVariationDistance', reference, current);
  if (n === 0 || m === 0) return 0;
  let sum = 0;
  for (let bin = 0; bin < reference.length; bin += 1) {
    sum += Math.abs(reference[bin]! / n - current[bin]! / m);
  }
  return Math.min(1, 0.5 * sum);
}
