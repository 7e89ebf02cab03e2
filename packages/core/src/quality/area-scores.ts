import type { Intervals } from './intervals.js';
import type { ScoreCounts } from './score-bins.js';
import { enterScore, type ScoreSheet } from './score-sheet.js';

/**
 * Enters the area under the ROC curve: the share of pairs of a positive and a negative row in which
 * the positive one has the higher score, pairs within a bin as half. The rows' own area differs by at
 * most half of the pairs within bins. Left out without rows of both classes. O(bins).
 *
 * Variance: DeLong, DeLong and Clarke-Pearson 1988, on the bins.
 */
export function rocAuc(
  sheet: ScoreSheet,
  { positives, negatives }: ScoreCounts,
  intervals: Intervals,
): void {
  const positive = total(positives);
  const negative = total(negatives);
  if (positive === 0 || negative === 0) return;
  let below = 0;
  let above = positive;
  let won = 0;
  let tied = 0;
  // Sums of squares of the share of the other class that a row beats.
  let squaresOfPositives = 0;
  let squaresOfNegatives = 0;
  for (let bin = 0; bin < positives.length; bin += 1) {
    const here = positives[bin]!;
    const others = negatives[bin]!;
    above -= here;
    const beaten = below + others / 2;
    won += here * beaten;
    tied += here * others;
    squaresOfPositives += here * (beaten / negative) ** 2;
    squaresOfNegatives += others * ((above + here / 2) / positive) ** 2;
    below += others;
  }
  const pairs = positive * negative;
  const area = won / pairs;
  const variance =
    varianceOfMean(squaresOfPositives, area, positive) +
    varianceOfMean(squaresOfNegatives, area, negative);
  const fewest = Math.min(positive, negative);
  const rows = positive + negative;
  leaveOut(sheet, 'roc_auc', rows);
  enterScore(sheet, 'roc_auc', area, intervals.ratio(area, variance, fewest, rows));
  sheet.resolutions.roc_auc = tied / 2 / pairs;
}

function varianceOfMean(squares: number, mean: number, count: number): number {
  return count < 2 ? 0 : Math.max(0, squares / count - mean * mean) / (count - 1);
}

/**
 * Enters the average precision: the mean, over the positive rows, of the precision among the rows of
 * at least their score, with the rows of a bin as equal. The rows' own value lies between those of
 * bins in which all positives come first, and last. Left out without positive rows. O(bins).
 *
 * Interval: that of a share of the positive rows (Boyd, Eng and Page 2013).
 */
export function averagePrecision(
  sheet: ScoreSheet,
  { positives, negatives }: ScoreCounts,
  intervals: Intervals,
): void {
  const positive = total(positives);
  if (positive === 0) return;
  let hits = 0;
  let rows = 0;
  let value = 0;
  let low = 0;
  let high = 0;
  for (let bin = positives.length - 1; bin >= 0; bin -= 1) {
    const here = positives[bin]!;
    const others = negatives[bin]!;
    if (here > 0) {
      value += here * ((hits + here) / (rows + here + others));
      high += here * ((hits + here) / (rows + here));
      // Sum over j = 1 … here of (hits + j) / (before + j), with the integral of 1 / x above that of
      // its terms.
      const before = rows + others;
      const misses = before - hits;
      low += misses === 0 ? here : here - misses * Math.log1p(here / before);
    }
    hits += here;
    rows += here + others;
  }
  const mean = value / positive;
  leaveOut(sheet, 'average_precision', rows);
  enterScore(sheet, 'average_precision', mean, intervals.ratio(mean, 0, positive, rows));
  sheet.resolutions.average_precision = Math.max(high - value, value - low) / positive;
}

/** Notes the rows of the sheet that a score from bins does not have. */
export function leaveOut(
  sheet: ScoreSheet,
  name: 'roc_auc' | 'average_precision' | 'expected_calibration_error',
  rows: number,
): void {
  if (rows < sheet.samples) sheet.leftOut[name] = sheet.samples - rows;
}

function total(counts: Float64Array): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}
