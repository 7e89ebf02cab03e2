import { type Calibration, probabilityAt } from './isotonic.js';
import { type LogitShift, shifted } from './logit-shift.js';
import {
  type BinaryScoreName,
  type BinaryScores,
  binaryScoreNames,
  samplingErrors,
  scoresOfLevels,
} from './score-levels.js';
import { halfWidthOf } from './spread.js';

/** What a reference says of the targets at each score. */
export interface BinaryEstimator {
  /** Score from which a row counts as positive. */
  readonly decisionThreshold: number;
  readonly calibration: Calibration;
  /** How far single chunks of the reference were from the calibration of all of it. */
  readonly chunks: readonly LogitShift[];
  /** Factors by which the bands of a score had to be wider to hold it on the reference. */
  readonly widening: { readonly [name in BinaryScoreName]?: number };
  /** The lowest and the highest score of the reference. */
  readonly support: readonly [low: number, high: number];
}

/** Predictions by level of their score, ascending, and the targets that are known. */
export interface PredictedLevels {
  readonly scores: ArrayLike<number>;
  /** Predictions at each level, those with known targets included. */
  readonly predictions: ArrayLike<number>;
  readonly decision: number;
  /** Known targets at each level. */
  readonly arrived?: {
    readonly positives: ArrayLike<number>;
    readonly negatives: ArrayLike<number>;
  };
}

/** The ends of a 95 % band. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** Estimated scores, and their bands where the reference has at least three chunks. */
export interface BinaryEstimate {
  readonly predictions: number;
  readonly scores: BinaryScores;
  readonly bounds: { readonly [name in BinaryScoreName]?: Bounds };
}

/** The probabilities of the positive class at some scores. */
export function calibrated(estimator: BinaryEstimator, scores: ArrayLike<number>): Float64Array {
  return Float64Array.from(scores, (score) => probabilityAt(estimator.calibration, score));
}

/**
 * The scores of predictions whose targets are not known, or not all of them, from the probability of
 * a positive at each level: the expected outcomes take the place of counted ones. O(levels x chunks).
 *
 * The band says where the score of these predictions will lie if the calibration of their time is
 * like that of one more chunk of the reference: the variance of what every chunk's calibration would
 * estimate, and the sampling variance of the targets.
 *
 * Source: Garg, Balakrishnan, Lipton, Neyshabur and Sedghi 2022 (calibrated confidence), and the
 * definition of CBPE of NannyML, with the area under the curve in the order of the raw scores.
 *
 * @param probabilities P(positive) for a prediction of each level whose target is not known.
 */
export function estimateBinary(
  estimator: BinaryEstimator,
  levels: PredictedLevels,
  probabilities: ArrayLike<number> = calibrated(estimator, levels.scores),
): BinaryEstimate {
  const expected = expectedLevels(levels, probabilities);
  const scores = scoresOfLevels(expected);
  const errors = samplingErrors(expected, expected.variances);
  const byChunk = estimator.chunks.map((chunk) =>
    scoresOfLevels(
      expectedLevels(
        levels,
        Float64Array.from(probabilities, (probability) => shifted(chunk, probability)),
      ),
    ),
  );
  const bounds: { [name in BinaryScoreName]?: Bounds } = {};
  for (const name of binaryScoreNames) {
    const score = scores[name];
    const values = byChunk.map((other) => other[name]).filter((value) => value !== undefined);
    const half = halfWidthOf(values, errors[name] ?? 0);
    if (score === undefined || half === undefined) continue;
    const width = half * (estimator.widening[name] ?? 1);
    bounds[name] = { low: Math.max(0, score - width), high: Math.min(1, score + width) };
  }
  return { predictions: expected.predictions, scores, bounds };
}

/** The outcomes of each level: those that are known, and those that are expected of the others. */
function expectedLevels(
  { predictions, decision, arrived }: PredictedLevels,
  probabilities: ArrayLike<number>,
) {
  const positives = new Float64Array(predictions.length);
  const negatives = new Float64Array(predictions.length);
  const variances = new Float64Array(predictions.length);
  let all = 0;
  for (let level = 0; level < predictions.length; level += 1) {
    const known = arrived?.positives[level] ?? 0;
    const knownNegatives = arrived?.negatives[level] ?? 0;
    const pending = Math.max(0, predictions[level]! - known - knownNegatives);
    const probability = probabilities[level]!;
    positives[level] = known + pending * probability;
    negatives[level] = knownNegatives + pending * (1 - probability);
    variances[level] = pending * probability * (1 - probability);
    all += predictions[level]!;
  }
  return { positives, negatives, variances, decision, predictions: all };
}
