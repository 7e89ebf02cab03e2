import { type Bounds, estimateBinary } from './binary-estimate.js';
import { errorBinOf, estimateErrors } from './error-estimate.js';
import type { QualityEstimator } from './reference-quality.js';
import { scoresOfLevels } from './score-levels.js';

/** Estimated scores by name, with their bands. */
export interface Estimate {
  readonly predictions: number;
  readonly scores: Readonly<Record<string, number>>;
  readonly bounds: Readonly<Record<string, Bounds>>;
}

/**
 * The estimated quality of predictions without targets, from every single one. O(rows log rows), and
 * the number of chunks of the reference for each distinct score.
 *
 * @param predictions Probabilities of the positive class, or values of a regression; finite.
 */
export function estimateOfRows(
  estimator: QualityEstimator,
  predictions: ArrayLike<number>,
): Estimate {
  if (estimator.task === 'regression') {
    const counts = new Float64Array(estimator.absolute.length);
    for (let row = 0; row < predictions.length; row += 1) {
      counts[errorBinOf(estimator.edges, predictions[row]!)]! += 1;
    }
    return estimateErrors(estimator, counts) as Estimate;
  }
  const { scores, decision, counts } = levelsOfRows(estimator.decisionThreshold, predictions);
  return estimateBinary(estimator, { scores, decision, predictions: counts }) as Estimate;
}

/**
 * The quality of predictions with targets, in the same scores. O(rows log rows).
 *
 * @param targets 0 or 1, or numbers, one for each prediction.
 */
export function scoresOfRows(
  estimator: QualityEstimator,
  predictions: ArrayLike<number>,
  targets: ArrayLike<number>,
): Readonly<Record<string, number>> {
  const rows = predictions.length;
  if (estimator.task === 'binary') {
    const { decision, counts, levelOf } = levelsOfRows(estimator.decisionThreshold, predictions);
    const positives = new Float64Array(counts.length);
    for (let row = 0; row < rows; row += 1) positives[levelOf(row)]! += targets[row]!;
    const negatives = counts.map((count, level) => count - positives[level]!);
    return scoresOfLevels({ positives, negatives, decision }) as Readonly<Record<string, number>>;
  }
  if (rows === 0) return {};
  let absolute = 0;
  let squared = 0;
  for (let row = 0; row < rows; row += 1) {
    const error = predictions[row]! - targets[row]!;
    absolute += Math.abs(error);
    squared += error * error;
  }
  return {
    mean_absolute_error: absolute / rows,
    root_mean_squared_error: Math.sqrt(squared / rows),
  };
}

/** Share of the predictions that are lower or higher than every one of the reference; 0 without any. */
export function shareOutside(
  { support: [low, high] }: QualityEstimator,
  predictions: ArrayLike<number>,
): number {
  let outside = 0;
  for (let row = 0; row < predictions.length; row += 1) {
    if (predictions[row]! < low || predictions[row]! > high) outside += 1;
  }
  return predictions.length === 0 ? 0 : outside / predictions.length;
}

/** The distinct scores of some rows, ascending. */
function levelsOfRows(decisionThreshold: number, rows: ArrayLike<number>) {
  const sorted = Float64Array.from(rows).sort();
  const scores = sorted.filter((score, at) => at === 0 || score !== sorted[at - 1]);
  const levels = new Map(Array.from(scores, (score, level) => [score, level]));
  const levelOf = (row: number): number => levels.get(rows[row]!)!;
  const counts = new Float64Array(scores.length);
  for (let row = 0; row < rows.length; row += 1) counts[levelOf(row)]! += 1;
  const found = scores.findIndex((score) => score >= decisionThreshold);
  return { scores, counts, levelOf, decision: found < 0 ? scores.length : found };
}
