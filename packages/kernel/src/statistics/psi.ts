import { type Counts, requireCountPair } from '../counts.js';
import { chiSquareQuantile } from '../distributions/chi-square.js';
import {
  requireAlpha,
  requireIntegerIn,
  requireNumberIn,
  requireSampleSize,
} from '../number-arguments.js';

export interface PopulationStabilityIndexOptions {
  /** Added to every count of both samples before the shares are taken; default 0.5. */
  readonly smoothing?: number;
}

/**
 * Population stability index Σ (p - q) ln(p / q) over cells, in nats, 0 or more; the same when the
 * samples change places.
 *
 * p and q are the shares of the reference and the current sample after `smoothing` was added to
 * every cell of both. 0 when a sample is empty. With smoothing 0 a cell that only one sample has
 * makes it Infinity; cells that neither has count nothing.
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
  const { smoothing = 0.5 } = options;
  requireNumberIn('populationStabilityIndex(options.smoothing)', smoothing, 0, Number.MAX_VALUE);
  const { n, m } = requireCountPair('populationStabilityIndex', reference, current);
  if (n === 0 || m === 0) return 0;
  const cells = reference.length;
  let sum = 0;
  for (let cell = 0; cell < cells; cell += 1) {
    const p = (reference[cell]! + smoothing) / (n + cells * smoothing);
    const q = (current[cell]! + smoothing) / (m + cells * smoothing);
    if (p !== q) sum += (p - q) * Math.log(p / q);
  }
  return sum;
}

/**
 * The 1 - alpha quantile of the population stability index without drift: below it an index is
 * noise.
 *
 * (1/n + 1/m) χ²(1 - alpha; cells - 1), with `cells` counted after pooling. 0 for one cell,
 * Infinity when a sample is empty, since then any index is noise.
 * Source: Yurdakul and Naranjo 2020, Journal of Risk Model Validation 14(4).
 *
 * @throws KernelError INVALID_ARGUMENT when a size is negative, `cells` is not a whole number of 1
 * or more, or alpha is not inside (0, 1).
 */
export function psiNoiseFloor(n: number, m: number, cells: number, alpha: number = 0.05): number {
  requireSampleSize('psiNoiseFloor(n)', n);
  requireSampleSize('psiNoiseFloor(m)', m);
  requireIntegerIn('psiNoiseFloor(cells)', cells, 1, 1e9);
  requireAlpha('psiNoiseFloor(alpha)', alpha);
  if (n === 0 || m === 0) return Infinity;
  if (cells === 1) return 0;
  return (1 / n + 1 / m) * chiSquareQuantile(1 - alpha, cells - 1);
}
