import { type MeanScoreName, qualityScores } from '../quality-scores.js';
import type { Intervals } from './intervals.js';
import type { MeanSums } from './mean-sums.js';
import { enterScore, type ScoreSheet } from './score-sheet.js';
import type { ScoreInterval } from './scoring.js';

/**
 * Enters the mean of some values with its interval. Where the values have two limits it is that of
 * a share; one of positive values without a limit is computed from the logarithm of the mean, which
 * keeps it positive and follows the skew of squares.
 *
 * @param range The limits of a single value, where they are narrower than those of the score.
 */
export function enterMean(
  sheet: ScoreSheet,
  name: MeanScoreName,
  sums: MeanSums,
  intervals: Intervals,
  range: ScoreInterval = qualityScores[name],
): void {
  if (sums.count < sheet.samples) sheet.leftOut[name] = sheet.samples - sums.count;
  enterScore(sheet, name, sums.mean, meanInterval(sums, intervals, range));
}

/** The interval of a mean of values between two limits, each of which may be infinite. */
export function meanInterval(
  { mean, count, variance }: MeanSums,
  intervals: Intervals,
  { low, high }: ScoreInterval,
): ScoreInterval | undefined {
  if (mean === undefined) return undefined;
  const width = high - low;
  if (width === 0) return { low: mean, high: mean };
  if (Number.isFinite(width)) {
    const share = intervals.share((mean - low) / width, count, variance / (width * width));
    return share && { low: low + width * share.low, high: low + width * share.high };
  }
  if (low !== 0 || mean === 0) return intervals.mean(mean, count, variance);
  const relative = intervals.mean(0, count, variance / (mean * mean));
  return relative && { low: mean * Math.exp(relative.low), high: mean * Math.exp(relative.high) };
}
