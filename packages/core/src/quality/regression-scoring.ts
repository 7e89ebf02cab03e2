import type { OutputsOf } from '../settings/outputs.js';
import {
  binOfRank,
  errorBinEdge,
  errorBinOf,
  errorBins,
  errorOfBin,
  errorResolution,
} from './error-bins.js';
import type { Intervals } from './intervals.js';
import { enterMean, meanInterval } from './mean-scores.js';
import { addMeans, type MeanSums, meanAt, summable, sumsPerMean } from './mean-sums.js';
import { outputNumbers } from './output-numbers.js';
import { createScoreSheet, enterScore, type ScoreSheet } from './score-sheet.js';
import type { ScoreInterval, Scoring } from './scoring.js';

const means = [
  'mean_absolute_error',
  'mean_squared_error',
  'mean_absolute_percentage_error',
  'mean_error',
] as const;
const momentsAt = sumsPerMean * means.length;
/** Rows; y, y², y³ and y⁴ of the targets; e², e²y, e²y² and e⁴ with the error. */
const moments = 9;
const binsAt = momentsAt + moments;

/**
 * Scores of a regression from sums of its errors, of powers of its targets, and from counts of the
 * absolute errors in bins.
 *
 * Powers are those of the distance from the first target, so that targets far from 0 keep their
 * digits. A row whose powers are too large for a sum is left out of the scores that need them.
 */
export function createRegressionScoring(
  outputs: OutputsOf<'regression'>,
  intervals: Intervals,
): Scoring<number, number> {
  function fill(values: Float64Array, output: number, target: number): void {
    const error = output - target;
    values[0] = summable(Math.abs(error));
    values[1] = summable(error * error);
    values[2] = target === 0 ? Number.NaN : summable(Math.abs(error / target));
    values[3] = summable(error);
  }

  const scratch = new Float64Array(means.length);
  const scoring: Scoring<number, number> = {
    origin: undefined,
    width: binsAt + errorBins,
    means,
    readOutputs: (blocks, rows) => outputNumbers(outputs, blocks, rows, Number),
    readTarget: (value) =>
      typeof value === 'number' && Number.isFinite(value) ? value : undefined,
    add(sums, output, target) {
      fill(scratch, output, target);
      addMeans(sums, scratch);
      sums[binsAt + errorBinOf(Math.abs(output - target))]! += 1;
      scoring.origin ??= target;
      const y = target - scoring.origin;
      const squaredError = scratch[1]!;
      const largest = squaredError * squaredError + y ** 4;
      if (!Number.isFinite(largest)) return;
      sums[momentsAt]! += 1;
      sums[momentsAt + 1]! += y;
      sums[momentsAt + 2]! += y * y;
      sums[momentsAt + 3]! += y ** 3;
      sums[momentsAt + 4]! += y ** 4;
      sums[momentsAt + 5]! += squaredError;
      sums[momentsAt + 6]! += squaredError * y;
      sums[momentsAt + 7]! += squaredError * y * y;
      sums[momentsAt + 8]! += squaredError * squaredError;
    },
    outcome(output, target) {
      const values = new Float64Array(means.length);
      fill(values, output, target);
      return { task: 'regression', error: output - target, values };
    },
    scores(sums) {
      const bins = sums.subarray(binsAt);
      const samples = bins.reduce((sum, count) => sum + count, 0);
      const sheet = createScoreSheet(samples);
      for (const [index, name] of means.entries()) {
        enterMean(sheet, name, meanAt(sums, index), intervals);
      }
      rootMeanSquaredError(sheet, meanAt(sums, 1), intervals);
      explainedShare(sheet, sums.subarray(momentsAt, binsAt), intervals);
      quantile(sheet, 'median_absolute_error', 0.5, bins, intervals);
      quantile(sheet, 'absolute_error_p90', 0.9, bins, intervals);
      return sheet;
    },
  };
  return scoring;
}

/** The range of what is never below 0. */
const positive: ScoreInterval = { low: 0, high: Number.POSITIVE_INFINITY };

function rootMeanSquaredError(sheet: ScoreSheet, squares: MeanSums, intervals: Intervals): void {
  if (squares.mean === undefined) return;
  const ends = meanInterval(squares, intervals, positive);
  const roots = ends && { low: Math.sqrt(ends.low), high: Math.sqrt(ends.high) };
  enterScore(sheet, 'root_mean_squared_error', Math.sqrt(squares.mean), roots);
  if (squares.count < sheet.samples) {
    sheet.leftOut.root_mean_squared_error = sheet.samples - squares.count;
  }
}

/**
 * Enters R², 1 - Σe² / Σ(y - ȳ)²; left out where the targets do not vary. Its variance follows by
 * the delta method from that of e² - (1 - R²) (y - ȳ)².
 */
function explainedShare(sheet: ScoreSheet, sums: Float64Array, intervals: Intervals): void {
  const n = sums[0]!;
  if (n < 2) return;
  const [mean, y2, y3, y4, e2, e2y, e2y2, e4] = Array.from(sums.subarray(1), (sum) => sum / n) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const variance = y2 - mean * mean;
  // Less than what rounding leaves of the squares of targets that are all the same.
  if (!(variance > y2 * Number.EPSILON * n)) return;
  const unexplained = e2 / variance;
  const fourth = y4 - 4 * mean * y3 + 6 * mean ** 2 * y2 - 3 * mean ** 4;
  const joint = e2y2 - 2 * mean * e2y + mean * mean * e2;
  const spread = e4 - 2 * unexplained * joint + unexplained * unexplained * fourth;
  const ratio: MeanSums = {
    count: n,
    mean: unexplained,
    variance: Math.max(0, spread) / (variance * variance),
  };
  const ends = meanInterval(ratio, intervals, positive);
  const explained = ends && { low: 1 - ends.high, high: 1 - ends.low };
  enterScore(sheet, 'r2', 1 - unexplained, explained);
  if (n < sheet.samples) sheet.leftOut.r2 = sheet.samples - n;
}

/**
 * Enters a quantile of the absolute errors: the error of rank ⌈q n⌉, to 4.4 %. Its interval ends at
 * the ranks that are a critical number of binomial deviations away, or is left out where there are
 * no such ranks.
 */
function quantile(
  sheet: ScoreSheet,
  name: 'median_absolute_error' | 'absolute_error_p90',
  q: number,
  bins: Float64Array,
  intervals: Intervals,
): void {
  const { samples } = sheet;
  if (samples === 0) return;
  const value = errorOfBin(binOfRank(bins, Math.ceil(q * samples)));
  const reach = intervals.critical(samples) * Math.sqrt(samples * q * (1 - q));
  const [first, last] = [Math.floor(q * samples - reach), Math.ceil(q * samples + reach) + 1];
  const lastBin = last <= samples ? binOfRank(bins, last) : errorBins;
  enterScore(
    sheet,
    name,
    value,
    lastBin < errorBins - 1
      ? {
          low: first < 1 ? 0 : errorBinEdge(binOfRank(bins, first)),
          high: errorBinEdge(lastBin + 1),
        }
      : undefined,
  );
  sheet.resolutions[name] = value * errorResolution;
}
