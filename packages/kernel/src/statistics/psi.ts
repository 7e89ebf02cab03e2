import { type Counts, requireCountPair } from '../checks/counts.js';
import {
  requireAlpha,
  requireIntegerIn,
  requireNumberIn,
  requireSampleSize,
} from '../checks/number-arguments.js';
import { chiSquareQuantile } from '../distributions/chi-square.js';

/** Rows added to every bin of both samples by default. */
export const psiSmoothing = 0.5;

export interface PopulationStabilityIndexOptions {
  /** Added to every count of both samples before the shares are taken; default 0.5. */
  readonly smoothing?: number;
}

/**
 * Population stability index Σ (p - q) ln(p / q) over bins, in nats, 0 or more; the same when the
 * samples change places.
 *
 * p and q are the shares of the reference and the current sample after `smoothing` was added to
 * every bin of both. 0 when a sample is empty. With smoothing 0 a bin that only one sample has
 * makes it Infinity; bins that neither has count nothing.
 * Source: Lewis 1994, An Introduction to Credit Scoring; Kullback and Leibler 1951, eq. 2.6.
 *
 * @throws KernelError INVALID_COUNTS when the counts differ in length, are negative or not finite.
 * @throws KernelError INVALID_ARGUMENT when the smoothing is negative or not finite.
 */
export function populationStabilityIndex(
  reference: Counts,
  current: Counts,
  options: PopulationStabilityIndexOptions = {},
): number {
  const { smoothing = psiSmoothing } = options;
  requireNumberIn('populationStabilityIndex(options.smoothing)', smoothing, 0, Number.MAX_VALUE);
  const { n, m } = requireCountPair('populationStabilityIndex', reference, current);
  if (n === 0 || m === 0) return 0;
  const bins = reference.length;
  let sum = 0;
  for (let bin = 0; bin < bins; bin += 1) {
    const p = (reference[bin]! + smoothing) / (n + bins * smoothing);
    const q = (current[bin]! + smoothing) / (m + bins * smoothing);
    if (p !== q) sum += (p - q) * Math.log(p / q);
  }
  return sum;
}

/**
 * The 1 - alpha quantile of the population stability index without drift: below it an index is
 * noise.
 *
 * (1/n + 1/m) χ²(1 - alpha; bins - 1), with `bins` counted after pooling. 0 for one bin,
 * Infinity when a sample is empty, since then any index is noise.
 * Source: Yurdakul and Naranjo 2020, Journal of Risk Model Validation 14(4).
 *
 * @throws KernelError INVALID_ARGUMENT when a size is negative, `bins` is not a whole number of 1
 * or more, or alpha is not inside (0, 1).
 */
export function psiNoiseFloor(n: number, m: number, bins: number, alpha: number = 0.05): number {
  requireSampleSize('psiNoiseFloor(n)', n);
  requireSampleSize('psiNoiseFloor(m)', m);
  requireIntegerIn('psiNoiseFloor(bins)', bins, 1, 1e9);
  requireAlpha('psiNoiseFloor(alpha)', alpha);
  if (n === 0 || m === 0) return Infinity;
  if (bins === 1) return 0;
  return (1 / n + 1 / m) * chiSquareQuantile(1 - alpha, bins - 1);
}
