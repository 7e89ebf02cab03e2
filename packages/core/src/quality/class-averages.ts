import { classScores } from '../vocabulary.js';
import { type ClassCounts, occurring, ratesOf } from './confusion-scores.js';
import type { Intervals } from './intervals.js';
import { enterScore, type ScoreSheet } from './score-sheet.js';

/** How often a class was predicted for a target of a class. */
export interface ConfusionMatrix {
  readonly classes: number;
  /** `classes` rows by target, of `classes + 1` columns by prediction; the last means an unknown class. */
  readonly entries: Float64Array;
}

/** The outcomes of each class of a matrix. */
export function countsOf({ classes, entries }: ConfusionMatrix): ClassCounts[] {
  return Array.from({ length: classes }, (_, index) => {
    let [predicted, actual] = [0, 0];
    for (let other = 0; other <= classes; other += 1) {
      actual += entries[index * (classes + 1) + other]!;
      if (other < classes) predicted += entries[other * (classes + 1) + index]!;
    }
    const tp = entries[index * (classes + 1) + index]!;
    return { tp, fp: predicted - tp, fn: actual - tp };
  });
}

/**
 * Enters the means of precision, recall and F1 over the classes that occur, and those weighted by
 * the targets of the classes. A class without rows for a score counts as 0. O(classes²).
 *
 * Variances: the delta method on the entries of the matrix, a multinomial sample.
 */
export function averagesOfMatrix(
  sheet: ScoreSheet,
  matrix: ConfusionMatrix,
  intervals: Intervals,
): void {
  const counts = countsOf(matrix);
  const { samples } = sheet;
  const classes = occurring(counts).length;
  for (const name of classScores) {
    const rates = counts.map((count) => ratesOf(count)[name]);
    const enter = (score: typeof name | `weighted_${typeof name}`, isWeighted: boolean): void => {
      const weights = counts.map(({ tp, fn }) => (isWeighted ? (tp + fn) / samples : 1 / classes));
      const mean = sumOver(rates, ({ value }, index) => value * weights[index]!);
      // What a row adds to the mean if it is counted once more.
      const gain = (index: number, outcome: 'tp' | 'fp' | 'fn'): number => {
        const isTarget = isWeighted && outcome !== 'fp';
        const own = isTarget ? (rates[index]!.value - mean) / samples : 0;
        return weights[index]! * rates[index]![outcome] + own;
      };
      const variance = varianceOf(matrix, gain) + unseenVariance(rates, weights);
      const fewest = fewestRows(rates, weights);
      enterScore(sheet, score, mean, intervals.ratio(mean, variance, fewest, samples));
    };
    enter(name, false);
    enter(`weighted_${name}`, true);
  }
}

function varianceOf(
  { classes, entries }: ConfusionMatrix,
  gain: (index: number, outcome: 'tp' | 'fp' | 'fn') => number,
): number {
  let variance = 0;
  for (let actual = 0; actual < classes; actual += 1) {
    const missed = gain(actual, 'fn');
    for (let predicted = 0; predicted <= classes; predicted += 1) {
      const rows = entries[actual * (classes + 1) + predicted]!;
      if (rows === 0) continue;
      const wrong = missed + (predicted < classes ? gain(predicted, 'fp') : 0);
      variance += rows * (predicted === actual ? gain(actual, 'tp') : wrong) ** 2;
    }
  }
  return variance;
}

/**
 * The variance that shares of few rows lack: that of a share with one more success and one more
 * failure, beyond its own (Agresti and Coull 1998). A class of five rows that are all correct would
 * count as certain without it.
 */
function unseenVariance(
  rates: readonly { readonly value: number; readonly rows: number }[],
  weights: readonly number[],
): number {
  return sumOver(rates, ({ value, rows }, index) => {
    if (rows === 0) return 0;
    const shrunk = (value * rows + 1) / (rows + 2);
    const missing = shrunk * (1 - shrunk) - value * (1 - value);
    return (weights[index]! ** 2 * Math.max(0, missing)) / rows;
  });
}

/** The rows of one share whose variance is that of a weighted mean of independent shares. */
function fewestRows(
  rates: readonly { readonly rows: number }[],
  weights: readonly number[],
): number {
  const inverse = sumOver(rates, ({ rows }, index) => (rows > 0 ? weights[index]! ** 2 / rows : 0));
  return inverse > 0 ? 1 / inverse : 1;
}

/**
 * Enters the means of precision, recall and F1 over the labels that occur. A label without rows for
 * a score counts as 0.
 *
 * Labels of a row depend on each other in unknown ways, so the interval is the widest: that of
 * labels which are wrong together.
 */
export function averagesOfLabels(
  sheet: ScoreSheet,
  labels: readonly ClassCounts[],
  intervals: Intervals,
): void {
  const counts = occurring(labels);
  for (const name of classScores) {
    const rates = counts.map((count) => ratesOf(count)[name]);
    const mean = sumOver(rates, ({ value }) => value) / rates.length;
    const deviation =
      sumOver(rates, ({ value, rows }) =>
        rows > 0 ? Math.sqrt((value * (1 - value)) / rows) : 0,
      ) / rates.length;
    const fewest = Math.min(...rates.map(({ rows }) => Math.max(1, rows)));
    const ends = intervals.ratio(mean, deviation ** 2, fewest, sheet.samples);
    enterScore(sheet, name, mean, ends);
  }
}

function sumOver<Item>(
  items: readonly Item[],
  value: (item: Item, index: number) => number,
): number {
  return items.reduce((sum, item, index) => sum + value(item, index), 0);
}
