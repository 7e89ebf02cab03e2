import { type Counts, requireCountPair } from '../checks/counts.js';
import { requireAlpha, requireSampleSize } from '../checks/number-arguments.js';
import { KernelError } from '../errors.js';
import { onLattice } from '../numeric/ks-lattice.js';

export interface KsFromBins {
  /** Largest distance between the two distribution functions that the grid can see, in [0, 1]. */
  readonly statistic: number;
  /**
   * How much the true distance may exceed `statistic`: the largest share that both samples have
   * strictly between two neighbouring grid points. 0 means that `statistic` is exact.
   */
  readonly resolution: number;
  /** Rows of the reference. */
  readonly n: number;
  /** Rows of the current sample. */
  readonly m: number;
}

/**
 * Two-sample Kolmogorov-Smirnov distance of two samples counted on one grid.
 *
 * Counts are in the layout of `GridCounter` (2k + 1 for k points). The distance is taken just
 * before and at every grid point. On a grid that holds every distinct value of one sample it is the
 * exact two-sample distance, to the last bit that of `Kernel.ksTwoSample`; on a thinner grid it is
 * a lower bound, short by at most `resolution`, and its p-value is conservative. An empty sample
 * gives statistic and resolution 0. O(bins). Source: the supremum of |F - G| is attained just
 * before or at a jump of F.
 *
 * @throws KernelError INVALID_COUNTS when the counts differ in length, are negative or not finite,
 * or are even in number.
 */
export function ksFromBins(reference: Counts, current: Counts): KsFromBins {
  const { n, m } = requireCountPair('ksFromBins', reference, current);
  const bins = reference.length;
  if (bins % 2 === 0) {
    throw new KernelError('INVALID_COUNTS', {
      place: 'ksFromBins(reference).length',
      value: bins,
      nextStep: 'pass 2k + 1 counts for k grid points: gaps and points in turn',
    });
  }
  if (n === 0 || m === 0) return { statistic: 0, resolution: 0, n, m };
  let statistic = 0;
  let resolution = 0;
  let referenceBelow = 0;
  let currentBelow = 0;
  for (let bin = 0; bin < bins; bin += 1) {
    const referenceCount = reference[bin]!;
    const currentCount = current[bin]!;
    referenceBelow += referenceCount;
    currentBelow += currentCount;
    // At the last bin both functions are 1, whatever the rounding of fractional counts says.
    if (bin < bins - 1) {
      statistic = Math.max(statistic, Math.abs(referenceBelow / n - currentBelow / m));
    }
    if (bin % 2 === 0) {
      resolution = Math.max(resolution, Math.min(referenceCount / n, currentCount / m));
    }
  }
  return { statistic: Math.min(1, onLattice(statistic, n, m)), resolution, n, m };
}

/**
 * The 1 - alpha quantile of the two-sample Kolmogorov-Smirnov distance without drift, in the limit
 * of large samples: √(-ln(alpha / 2) / 2) √(1/n + 1/m).
 *
 * Above 1 for a handful of rows, Infinity when a sample is empty: no distance is then more than
 * noise. Source: Smirnov 1948, Annals of Mathematical Statistics 19(2), first term of the series.
 *
 * @throws KernelError INVALID_ARGUMENT when a size is negative or alpha is not inside (0, 1).
 */
export function ksNoiseFloor(n: number, m: number, alpha: number = 0.05): number {
  requireSampleSize('ksNoiseFloor(n)', n);
  requireSampleSize('ksNoiseFloor(m)', m);
  requireAlpha('ksNoiseFloor(alpha)', alpha);
  if (n === 0 || m === 0) return Infinity;
  return Math.sqrt(-0.5 * Math.log(alpha / 2)) * Math.sqrt(1 / n + 1 / m);
}
