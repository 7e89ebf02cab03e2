import { type BinaryEstimator, calibrated, estimateBinary } from './binary-estimate.js';
import { fitCalibration } from './calibration.js';
import { fitIsotonic, noCalibration } from './isotonic.js';
import { fitLogitShift } from './logit-shift.js';
import {
  type BinaryScoreName,
  binaryScoreNames,
  binnedDecision,
  binnedLevelOf,
  binnedLevels,
  binnedScores,
  scoresOfLevels,
} from './score-levels.js';
import { wideningOf } from './spread.js';

/** Rows of a chunk by level of their score. */
interface ChunkCounts {
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
}

/**
 * Learns from rows with targets how scores and targets belong together, and how much that changes
 * from one chunk of the rows to the next. O(rows log rows + chunks² x 257).
 *
 * @param scores Probabilities of the positive class, finite.
 * @param targets 0 or 1 for each row.
 * @param chunks The chunk of each row, whole numbers from 0. Bands hold for predictions over about
 * the time of a chunk.
 * @param decisionThreshold Score from which a row counts as positive.
 */
export function fitBinary(
  scores: ArrayLike<number>,
  targets: ArrayLike<number>,
  chunks: ArrayLike<number>,
  decisionThreshold: number,
): BinaryEstimator {
  const calibration = fitCalibration(scores, targets);
  const counts = countChunks(scores, targets, chunks, decisionThreshold);
  const levelScores = binnedScores(decisionThreshold);
  let [low, high] = [Infinity, -Infinity];
  for (let row = 0; row < scores.length; row += 1) {
    low = Math.min(low, scores[row]!);
    high = Math.max(high, scores[row]!);
  }
  const whole = {
    decisionThreshold,
    calibration,
    support: [low, high] as const,
    widening: {},
    chunks: [],
  };
  const probabilities = calibrated(whole, levelScores);
  return {
    ...whole,
    chunks: counts.map(({ positives, negatives }) =>
      fitLogitShift(probabilities, positives, negatives),
    ),
    widening: wideningOnOthers(whole, counts, levelScores, calibration === noCalibration),
  };
}

function countChunks(
  scores: ArrayLike<number>,
  targets: ArrayLike<number>,
  chunks: ArrayLike<number>,
  decisionThreshold: number,
): ChunkCounts[] {
  const counts = new Map<number, ChunkCounts>();
  for (let row = 0; row < scores.length; row += 1) {
    let chunk = counts.get(chunks[row]!);
    if (chunk === undefined) {
      chunk = noRows();
      counts.set(chunks[row]!, chunk);
    }
    const level = binnedLevelOf(scores[row]!, decisionThreshold);
    (targets[row] === 1 ? chunk.positives : chunk.negatives)[level]! += 1;
  }
  return [...counts.values()];
}

function noRows(): ChunkCounts {
  return { positives: new Float64Array(binnedLevels), negatives: new Float64Array(binnedLevels) };
}

/**
 * How wide the bands must be: every chunk is estimated from the others, and its own score is
 * measured in half widths of that band.
 */
function wideningOnOthers(
  whole: BinaryEstimator,
  counts: readonly ChunkCounts[],
  scores: Float64Array,
  isUncalibrated: boolean,
): { [name in BinaryScoreName]?: number } {
  const decision = binnedDecision(whole.decisionThreshold);
  const ratios = new Map<BinaryScoreName, number[]>(binaryScoreNames.map((name) => [name, []]));
  for (const left of counts) {
    const others = counts.filter((chunk) => chunk !== left);
    const total = others.reduce(added, noRows());
    const rows = total.positives.map((positive, level) => positive + total.negatives[level]!);
    const calibration = isUncalibrated ? noCalibration : fitIsotonic(scores, total.positives, rows);
    const probabilities = calibrated({ ...whole, calibration }, scores);
    const chunks = others.map(({ positives, negatives }) =>
      fitLogitShift(probabilities, positives, negatives),
    );
    const predictions = left.positives.map((positive, level) => positive + left.negatives[level]!);
    const estimate = estimateBinary(
      { ...whole, calibration, chunks },
      { scores, predictions, decision },
      probabilities,
    );
    const realised = scoresOfLevels({ ...left, decision });
    for (const name of binaryScoreNames) {
      const band = estimate.bounds[name];
      const [score, value] = [estimate.scores[name], realised[name]];
      if (band === undefined || score === undefined || value === undefined) continue;
      // The band ends at 0 and 1; its half width is that of the side which does not.
      const half = Math.max(score - band.low, band.high - score);
      if (half > 0) ratios.get(name)!.push(Math.abs(value - score) / half);
    }
  }
  return Object.fromEntries(
    Array.from(ratios, ([name, found]) => [name, wideningOf(found)] as const),
  );
}

function added(sum: ChunkCounts, { positives, negatives }: ChunkCounts): ChunkCounts {
  for (let level = 0; level < binnedLevels; level += 1) {
    sum.positives[level]! += positives[level]!;
    sum.negatives[level]! += negatives[level]!;
  }
  return sum;
}
