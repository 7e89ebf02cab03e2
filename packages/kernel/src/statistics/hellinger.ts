import { type Counts, requireCountPair } from '../checks/counts.js';

/**
 * Hellinger distance √(½ Σ (√p - √q)²) of the shares of two samples, in [0, 1].
 *
 * 0 for equal shares, 1 where no bin has rows of both; the same when the samples change places.
 * Empty bins need no smoothing. 0 when a sample is empty. O(bins).
 * Source: Le Cam and Yang 2000, Asymptotics in Statistics, section 3.1.
 *
 * @throws KernelError INVALID_COUNTS when the counts differ in length, are negative or not finite.
 */
export function hellingerDistance(reference: Counts, current: Counts): number {
  const { n, m } = requireCountPair('hellingerDistance', reference, current);
  if (n === 0 || m === 0) return 0;
  let sum = 0;
  for (let bin = 0; bin < reference.length; bin += 1) {
    const difference = Math.sqrt(reference[bin]! / n) - Math.sqrt(current[bin]! / m);
    sum += difference * difference;
  }
  return Math.min(1, Math.sqrt(0.5 * sum));
}
