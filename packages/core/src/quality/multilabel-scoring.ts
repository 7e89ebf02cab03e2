import { isNameList } from '../prediction.js';
import type { OutputsOf } from '../settings/outputs.js';
import { averagesOfLabels } from './class-averages.js';
import { scoresPerClass } from './confusion-scores.js';
import type { Intervals } from './intervals.js';
import { enterMean } from './mean-scores.js';
import { addMeans, meanAt, sumsPerMean } from './mean-sums.js';
import { outputBlock } from './output-numbers.js';
import { createScoreSheet, enterScore, type ScoreSheet } from './score-sheet.js';
import type { Scoring } from './scoring.js';

const means = ['subset_accuracy', 'hamming_loss'] as const;
/** Sums of products of the labels of a row: hits², hits × given, hits × true, given², … */
const products = 6;
/** Labels in the lower half of a set of labels, which is a whole number below 2^50. */
const halfLabels = 25;

/** Scores of a classifier that gives any number of labels to a row. */
export function createMultilabelScoring(
  outputs: OutputsOf<'multilabel'>,
  intervals: Intervals,
): Scoring<number, number> {
  const { labels, decisionThreshold } = outputs;
  const productsAt = sumsPerMean * means.length;
  const countsAt = productsAt + products;
  const indexes = new Map(labels.map((name, index) => [name, index]));

  function fill(values: Float64Array, given: number, actual: number): void {
    const wrong =
      countBits(lowerHalf(given) ^ lowerHalf(actual)) +
      countBits(upperHalf(given) ^ upperHalf(actual));
    values[0] = wrong === 0 ? 1 : 0;
    values[1] = wrong / labels.length;
  }

  /** Counts the outcomes of some labels of a row; returns the number of hits. */
  function addHalf(sums: Float64Array, first: number, given: number, actual: number): number {
    for (let rest = given | actual; rest !== 0; rest &= rest - 1) {
      const bit = 31 - Math.clz32(rest & -rest);
      const isTrue = (actual >> bit) & 1;
      const outcome = isTrue === 0 ? 1 : (given >> bit) & 1 ? 0 : 2;
      sums[countsAt + 3 * (first + bit) + outcome]! += 1;
    }
    return countBits(given & actual);
  }

  const scratch = new Float64Array(means.length);
  return {
    width: countsAt + 3 * labels.length,
    means,
    readOutputs(blocks, rows) {
      const data = outputBlock(outputs, blocks)?.data;
      if (data === undefined || data.length !== rows * labels.length) return undefined;
      const sets = new Float64Array(rows);
      for (let index = 0; index < data.length; index += 1) {
        const score = Number(data[index] ?? Number.NaN);
        const row = Math.floor(index / labels.length);
        if (Number.isNaN(score)) sets[row] = Number.NaN;
        else if (score >= decisionThreshold) sets[row]! += 2 ** (index % labels.length);
      }
      return sets;
    },
    readTarget(value) {
      if (!isNameList(value)) return undefined;
      let set = 0;
      for (const name of new Set(value)) {
        const index = indexes.get(String(name));
        if (index === undefined) return undefined;
        set += 2 ** index;
      }
      return set;
    },
    add(sums, output, target) {
      fill(scratch, output, target);
      addMeans(sums, scratch);
      const [givenLow, givenHigh] = [lowerHalf(output), upperHalf(output)];
      const [trueLow, trueHigh] = [lowerHalf(target), upperHalf(target)];
      const hits =
        addHalf(sums, 0, givenLow, trueLow) + addHalf(sums, halfLabels, givenHigh, trueHigh);
      const given = countBits(givenLow) + countBits(givenHigh);
      const actual = countBits(trueLow) + countBits(trueHigh);
      sums[productsAt]! += hits * hits;
      sums[productsAt + 1]! += hits * given;
      sums[productsAt + 2]! += hits * actual;
      sums[productsAt + 3]! += given * given;
      sums[productsAt + 4]! += given * actual;
      sums[productsAt + 5]! += actual * actual;
    },
    outcome(predicted, actual) {
      const values = new Float64Array(means.length);
      fill(values, predicted, actual);
      return { task: 'multilabel', predicted, actual, values };
    },
    scores(sums) {
      const counts = labels.map((_, label) => {
        const [tp = 0, fp = 0, fn = 0] = sums.subarray(countsAt + 3 * label);
        return { tp, fp, fn };
      });
      const sheet = createScoreSheet(meanAt(sums, 0).count, {
        classes: scoresPerClass(labels, counts, intervals),
      });
      for (const [index, name] of means.entries()) {
        enterMean(sheet, name, meanAt(sums, index), intervals);
      }
      averagesOfLabels(sheet, counts, intervals);
      microScores(sheet, counts, sums.subarray(productsAt, countsAt), intervals);
      return sheet;
    },
  };
}

/** Whether a set of labels has the label of an index. */
export function hasLabel(set: number, label: number): boolean {
  const half = label < halfLabels ? lowerHalf(set) : upperHalf(set);
  return ((half >> (label % halfLabels)) & 1) === 1;
}

/** Halves of a set, which are small enough for bitwise operations. */
function lowerHalf(set: number): number {
  return set % 2 ** halfLabels;
}

function upperHalf(set: number): number {
  return Math.floor(set / 2 ** halfLabels);
}

function countBits(half: number): number {
  let count = 0;
  for (let rest = half; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

/**
 * Enters precision, recall and F1 of all labels together: ratios of sums over rows, whose variance
 * counts the labels of a row as one observation. Source: Cochran 1977, equation 2.39.
 */
function microScores(
  sheet: ScoreSheet,
  counts: readonly { readonly tp: number; readonly fp: number; readonly fn: number }[],
  productSums: Float64Array,
  intervals: Intervals,
): void {
  let [hits, given, actual] = [0, 0, 0];
  for (const { tp, fp, fn } of counts) {
    hits += tp;
    given += tp + fp;
    actual += tp + fn;
  }
  const [hh = 0, hg = 0, ha = 0, gg = 0, ga = 0, aa = 0] = productSums;
  // Each score is weight * hits / whole, with the sums of weight * hits * whole and whole².
  const enter = (
    name: 'micro_precision' | 'micro_recall' | 'micro_f1',
    weight: number,
    whole: number,
    cross: number,
    square: number,
  ): void => {
    const ratio = (weight * hits) / whole;
    const residual = weight * weight * hh - 2 * ratio * cross + ratio * ratio * square;
    const fewest = Math.min(sheet.samples, whole);
    const ends = intervals.ratio(ratio, residual / (whole * whole), fewest, sheet.samples);
    enterScore(sheet, name, ratio, ends);
  };
  enter('micro_precision', 1, given, hg, gg);
  enter('micro_recall', 1, actual, ha, aa);
  enter('micro_f1', 2, given + actual, 2 * (hg + ha), gg + 2 * ga + aa);
}
