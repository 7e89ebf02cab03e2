import { type Counts, requireCountPair } from '../checks/counts.js';
import {
  requireAlpha,
  requireIntegerIn,
  requireNumberIn,
  requireSampleSize,
} from '../checks/number-arguments.js';
import { chiSquareQuantile } from '../distributions/chi-square.js';
import { nonCentralityInterval } from '../distributions/non-centrality-interval.js';
import { type Effect, effectWithin, outsideEach, unknownEffect } from './effect.js';

/**
 * Rows that are added to every bin of a sample by default: half a row, or a thousandth of the rows
 * where that is more.
 *
 * Half a row alone would let a bin that only one sample has weigh more the more rows there are: 2 %
 * of a new category would be an index of 0.08 with 1000 rows and of 0.20 with a million.
 */
export const psiSmoothing = { rows: 0.5, share: 0.001 } as const;

export interface PopulationStabilityIndexOptions {
  /** Rows added to every bin of both samples before the shares are taken; default `psiSmoothing`. */
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
  const { smoothing } = options;
  if (smoothing !== undefined) {
    requireNumberIn('populationStabilityIndex(options.smoothing)', smoothing, 0, Number.MAX_VALUE);
  }
  const { n, m } = requireCountPair('populationStabilityIndex', reference, current);
  if (n === 0 || m === 0) return 0;
  const p = smoothedShares(reference, n, smoothing);
  const q = smoothedShares(current, m, smoothing);
  let sum = 0;
  for (let bin = 0; bin < p.length; bin += 1) {
    const a = p[bin]!;
    const b = q[bin]!;
    if (a !== b) sum += (a - b) * Math.log(a / b);
  }
  return sum;
}

function smoothedShares(counts: Counts, rows: number, smoothing?: number): Float64Array {
  const added = smoothing ?? Math.max(psiSmoothing.rows, psiSmoothing.share * rows);
  const all = rows + counts.length * added;
  return Float64Array.from(counts, (count) => (count + added) / all);
}

/**
 * The population stability index of the two populations, estimated from samples of them: the index
 * of the samples less its bias, with a 95 % confidence interval.
 *
 * The index of the samples is taken as s χ²(k, λ): non-central chi-square, with s and k such that
 * its variance and its bias are those of the delta method for the shares found. Where the
 * populations are close, s is 1/n + 1/m and k the number of bins less 1. The interval holds the λ
 * for which neither a larger nor a smaller index than the one found has a probability below 2.5 %.
 * A single bin is compared with an empty one beside it: then nothing moved, within the noise of as many
 * rows. An empty sample allows any index: 0, from 0 to Infinity. O(bins).
 *
 * @param reference Rows per bin, pooled so that none is rare (`poolRareBins`).
 * @throws KernelError INVALID_COUNTS when the counts differ in length, are negative or not finite.
 */
export function psiEffect(reference: Counts, current: Counts): Effect {
  const { n, m } = requireCountPair('psiEffect', reference, current);
  if (n === 0 || m === 0) return unknownEffect;
  if (reference.length === 1) return psiEffect([n, 0], [m, 0]);
  const p = smoothedShares(reference, n);
  const q = smoothedShares(current, m);
  const index = populationStabilityIndex(reference, current);
  let bias = 0;
  const gradient = { reference: new Float64Array(p.length), current: new Float64Array(p.length) };
  for (let bin = 0; bin < p.length; bin += 1) {
    const ratio = p[bin]! / q[bin]!;
    const logarithm = Math.log(ratio);
    gradient.reference[bin] = logarithm + 1 - 1 / ratio;
    gradient.current[bin] = -logarithm + 1 - ratio;
    bias += (0.5 * ((1 + 1 / ratio) * (1 - p[bin]!))) / n;
    bias += (0.5 * ((1 + ratio) * (1 - q[bin]!))) / m;
  }
  const variance = varianceOf(gradient.reference, p) / n + varianceOf(gradient.current, q) / m;
  // The variance of s χ²(k, λ) around its noise is 4 s times the index.
  const scale = index > 0 && variance > 0 ? variance / (4 * index) : 1 / n + 1 / m;
  const bounds = nonCentralityInterval(index / scale, bias / scale, outsideEach);
  return effectWithin(index - bias, bounds.low * scale, bounds.high * scale);
}

function varianceOf(values: Float64Array, shares: Float64Array): number {
  let mean = 0;
  let square = 0;
  for (let bin = 0; bin < shares.length; bin += 1) {
    mean += shares[bin]! * values[bin]!;
    square += shares[bin]! * values[bin]! ** 2;
  }
  return square - mean * mean;
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
