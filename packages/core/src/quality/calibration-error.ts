import { leaveOut } from './area-scores.js';
import type { Intervals } from './intervals.js';
import { type ScoreCounts, scoreBinEdge } from './score-bins.js';
import { enterScore, type ScoreSheet } from './score-sheet.js';
import type { ReliabilityBin } from './scoring.js';

/** The number of groups of about equally many rows. */
const groups = 10;

/**
 * At most ten groups of about equally many rows, in the order of their probabilities. A group ends
 * with the bin of the score in which the rows up to it reach its tenths. O(bins).
 */
export function reliabilityBins({ positives, negatives, sums }: ScoreCounts): ReliabilityBin[] {
  let rows = 0;
  for (let bin = 0; bin < sums.length; bin += 1) rows += positives[bin]! + negatives[bin]!;
  const found: ReliabilityBin[] = [];
  let first = 0;
  let before = 0;
  let [samples, positive, sum] = [0, 0, 0];
  for (let bin = 0; bin < sums.length; bin += 1) {
    samples += positives[bin]! + negatives[bin]!;
    positive += positives[bin]!;
    sum += sums[bin]!;
    const isLast = before + samples === rows;
    const quota = (Math.floor((before * groups) / rows) + 1) / groups;
    if (samples === 0 || !(isLast || before + samples >= quota * rows)) continue;
    found.push({
      low: scoreBinEdge(first),
      high: scoreBinEdge(bin + 1),
      samples,
      predicted: sum / samples,
      observed: positive / samples,
    });
    before += samples;
    first = bin + 1;
    [samples, positive, sum] = [0, 0, 0];
    if (isLast) break;
  }
  return found;
}

/**
 * Enters the expected calibration error: the mean distance, over the rows, between the mean
 * probability and the share of positives of their group. Left out without rows. O(bins).
 *
 * Its interval is that of all groups at once (Scheffé 1959), since the error of few rows is above 0
 * for a calibrated model too.
 */
export function calibrationError(
  sheet: ScoreSheet,
  counts: ScoreCounts,
  intervals: Intervals,
): void {
  const { reliability } = sheet;
  let rows = 0;
  let distance = 0;
  let variance = 0;
  for (const { samples, predicted, observed } of reliability) {
    const share = (observed * samples + 0.5) / (samples + 1);
    rows += samples;
    distance += samples * Math.abs(observed - predicted);
    variance += samples * share * (1 - share);
  }
  if (rows === 0) return;
  const error = distance / rows;
  const half = (intervals.critical(rows, reliability.length) * Math.sqrt(variance)) / rows;
  leaveOut(sheet, 'expected_calibration_error', rows);
  enterScore(sheet, 'expected_calibration_error', error, {
    low: Math.max(0, error - half),
    high: Math.min(1, error + half),
  });
  sheet.resolutions.expected_calibration_error = resolution(counts, rows);
}

/**
 * The largest difference from ten groups of exactly equal size. They cut the bins that hold their
 * ends; the rows of such a bin move to a neighbouring group, with at most all of its differences of
 * one sign, and count in both groups, or become groups of their own.
 */
function resolution({ positives, negatives }: ScoreCounts, rows: number): number {
  let before = 0;
  let moved = 0;
  for (let bin = 0; bin < positives.length; bin += 1) {
    const here = positives[bin]! + negatives[bin]!;
    const cuts = Math.ceil(((before + here) * groups) / rows) - Math.ceil((before * groups) / rows);
    if (here > 0 && cuts > 0) {
      const above = positives[bin]! * (1 - scoreBinEdge(bin));
      const below = negatives[bin]! * scoreBinEdge(bin + 1);
      moved += Math.max(above, below) + (cuts === 1 ? Math.max(above, below) : above + below);
    }
    before += here;
  }
  return moved / rows;
}
