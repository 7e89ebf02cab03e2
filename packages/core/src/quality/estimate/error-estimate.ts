import type { Bounds } from './binary-estimate.js';
import { halfWidthOf } from './spread.js';

/** The scores of a regression that can be estimated. */
export const errorScoreNames = ['mean_absolute_error', 'root_mean_squared_error'] as const;
export type ErrorScoreName = (typeof errorScoreNames)[number];

/** What a reference says of the errors of a regression at each size of the prediction. */
export interface ErrorEstimator {
  /** Upper edges of the bins of predictions, ascending; the last bin has none. */
  readonly edges: readonly number[];
  /** Means of |error|, error² and error⁴ of each bin. */
  readonly absolute: readonly number[];
  readonly squared: readonly number[];
  readonly fourth: readonly number[];
  /** Score of each chunk of the reference, as a multiple of its estimate. */
  readonly chunks: readonly { readonly [name in ErrorScoreName]: number }[];
  /** The lowest and the highest prediction of the reference. */
  readonly support: readonly [low: number, high: number];
}

/** Estimated errors, and their bands where the reference has at least three chunks. */
export interface ErrorEstimate {
  readonly predictions: number;
  readonly scores: { readonly [name in ErrorScoreName]?: number };
  readonly bounds: { readonly [name in ErrorScoreName]?: Bounds };
}

const mostBins = 20;
/** Rows that a bin must have, so that its mean says something. */
const rowsPerBin = 30;

/** The bin of a prediction: that of the first edge which is not below it. O(log edges). */
export function errorBinOf(edges: readonly number[], prediction: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (prediction <= edges[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Learns the size of the error in bins of equally many predictions, and how much it changes from one
 * chunk of the rows to the next. O(rows log rows).
 *
 * @param predictions Finite, as many as `targets` and `chunks`; at least one.
 * @param chunks The chunk of each row, whole numbers from 0.
 */
export function fitErrors(
  predictions: ArrayLike<number>,
  targets: ArrayLike<number>,
  chunks: ArrayLike<number>,
): ErrorEstimator {
  const sorted = Float64Array.from(predictions).sort();
  const bins = Math.max(1, Math.min(mostBins, Math.floor(sorted.length / rowsPerBin)));
  const cuts = Array.from(
    { length: bins - 1 },
    (_, bin) => sorted[Math.floor(((bin + 1) * sorted.length) / bins) - 1]!,
  );
  const edges = [...new Set(cuts)].filter((edge) => edge < sorted.at(-1)!);
  const rows = new Float64Array(edges.length + 1);
  const sums = [1, 2, 4].map(() => new Float64Array(edges.length + 1));
  for (let row = 0; row < predictions.length; row += 1) {
    const bin = errorBinOf(edges, predictions[row]!);
    const error = Math.abs(predictions[row]! - targets[row]!);
    rows[bin]! += 1;
    sums[0]![bin]! += error;
    sums[1]![bin]! += error ** 2;
    sums[2]![bin]! += error ** 4;
  }
  const [absolute = [], squared = [], fourth = []] = sums.map((sum) =>
    Array.from(sum, (value, bin) => value / rows[bin]!),
  );
  const whole = {
    edges,
    absolute,
    squared,
    fourth,
    support: [sorted[0]!, sorted.at(-1)!] as const,
  };
  return { ...whole, chunks: chunkRatios(whole, predictions, targets, chunks) };
}

/**
 * The errors to expect of predictions without targets, from the errors of the reference at such
 * predictions. O(bins + chunks). Source: direct loss estimation of NannyML, with bins for a model.
 *
 * @param counts Predictions in each bin of the estimator.
 */
export function estimateErrors(
  estimator: Omit<ErrorEstimator, 'support'>,
  counts: ArrayLike<number>,
): ErrorEstimate {
  const { absolute, squared, fourth } = estimator;
  let predictions = 0;
  const sums = { absolute: 0, squared: 0, absoluteVariance: 0, squaredVariance: 0 };
  for (let bin = 0; bin < absolute.length; bin += 1) {
    const rows = counts[bin]!;
    predictions += rows;
    sums.absolute += rows * absolute[bin]!;
    sums.squared += rows * squared[bin]!;
    sums.absoluteVariance += rows * (squared[bin]! - absolute[bin]! ** 2);
    sums.squaredVariance += rows * (fourth[bin]! - squared[bin]! ** 2);
  }
  if (predictions === 0) return { predictions, scores: {}, bounds: {} };
  const mean = sums.absolute / predictions;
  const root = Math.sqrt(sums.squared / predictions);
  const scores = { mean_absolute_error: mean, root_mean_squared_error: root };
  const errors = {
    mean_absolute_error: Math.sqrt(Math.max(0, sums.absoluteVariance)) / predictions,
    root_mean_squared_error:
      root === 0 ? 0 : Math.sqrt(Math.max(0, sums.squaredVariance)) / predictions / (2 * root),
  };
  const bounds: { [name in ErrorScoreName]?: Bounds } = {};
  for (const name of errorScoreNames) {
    const values = estimator.chunks.map((ratios) => ratios[name] * scores[name]);
    const half = halfWidthOf(values, errors[name]);
    if (half === undefined) continue;
    bounds[name] = { low: Math.max(0, scores[name] - half), high: scores[name] + half };
  }
  return { predictions, scores, bounds };
}

/** The errors of each chunk, as multiples of what the bins of all rows expect of it. */
function chunkRatios(
  whole: Omit<ErrorEstimator, 'chunks' | 'support'>,
  predictions: ArrayLike<number>,
  targets: ArrayLike<number>,
  chunks: ArrayLike<number>,
): ErrorEstimator['chunks'] {
  const found = new Map<number, { counts: Float64Array; absolute: number; squared: number }>();
  for (let row = 0; row < predictions.length; row += 1) {
    let chunk = found.get(chunks[row]!);
    if (chunk === undefined) {
      chunk = { counts: new Float64Array(whole.absolute.length), absolute: 0, squared: 0 };
      found.set(chunks[row]!, chunk);
    }
    const error = Math.abs(predictions[row]! - targets[row]!);
    chunk.counts[errorBinOf(whole.edges, predictions[row]!)]! += 1;
    chunk.absolute += error;
    chunk.squared += error ** 2;
  }
  return Array.from(found.values(), ({ counts, absolute, squared }) => {
    const { predictions: rows, scores } = estimateErrors({ ...whole, chunks: [] }, counts);
    const { mean_absolute_error: mean = 0, root_mean_squared_error: root = 0 } = scores;
    return {
      mean_absolute_error: mean === 0 ? 1 : absolute / rows / mean,
      root_mean_squared_error: root === 0 ? 1 : Math.sqrt(squared / rows) / root,
    };
  });
}
