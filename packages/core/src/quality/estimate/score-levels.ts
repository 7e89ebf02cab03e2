import { scoreBinEdge, scoreBinOf, scoreBins } from '../score-bins.js';

/**
 * Rows of a binary classifier by level of their score, the levels ascending: distinct scores, or bins
 * of scores. The counts add up. Expected counts are fractions.
 */
export interface ScoreLevels {
  readonly positives: ArrayLike<number>;
  readonly negatives: ArrayLike<number>;
  /** The first level whose rows count as predicted positive; the number of levels if none does. */
  readonly decision: number;
}

/** The scores of a binary classifier that follow from its rows by level. */
export const binaryScoreNames = [
  'accuracy',
  'precision',
  'recall',
  'f1',
  'specificity',
  'roc_auc',
  'average_precision',
] as const;
export type BinaryScoreName = (typeof binaryScoreNames)[number];

/** Scores by name; one that is undefined is left out. */
export type BinaryScores = { readonly [name in BinaryScoreName]?: number };

/** Number of levels of a histogram of scores: the bin of the threshold is two levels. */
export const binnedLevels: number = scoreBins + 1;

/** The level of a score in a histogram; rows on both sides of the threshold are never in one level. */
export function binnedLevelOf(score: number, decisionThreshold: number): number {
  return scoreBinOf(score) + (score >= decisionThreshold ? 1 : 0);
}

/** The first level of a histogram whose rows count as predicted positive. */
export function binnedDecision(decisionThreshold: number): number {
  return scoreBinOf(decisionThreshold) + 1;
}

/** A score in the middle of each level of a histogram, ascending. */
export function binnedScores(decisionThreshold: number): Float64Array {
  const split = scoreBinOf(decisionThreshold);
  return Float64Array.from({ length: binnedLevels }, (_, level) => {
    if (level === split) return (scoreBinEdge(split) + decisionThreshold) / 2;
    if (level === split + 1) return (decisionThreshold + scoreBinEdge(split + 1)) / 2;
    const bin = level > split ? level - 1 : level;
    return (scoreBinEdge(bin) + scoreBinEdge(bin + 1)) / 2;
  });
}

/**
 * The scores that follow from rows by level: of counted rows those of scikit-learn, of expected counts
 * their estimates. Rows of one level are tied. O(levels).
 *
 * Source: Fawcett 2006, algorithm 3 (area under the curve with ties).
 */
export function scoresOfLevels({ positives, negatives, decision }: ScoreLevels): BinaryScores {
  let tp = 0;
  let fp = 0;
  let pairs = 0;
  let precisionSum = 0;
  let predicted = { tp: 0, fp: 0 };
  for (let level = positives.length - 1; level >= 0; level -= 1) {
    const positive = positives[level]!;
    const negative = negatives[level]!;
    pairs += negative * (tp + positive / 2);
    tp += positive;
    fp += negative;
    if (positive > 0) precisionSum += (positive * tp) / (tp + fp);
    if (level === decision) predicted = { tp, fp };
  }
  const falseNegatives = tp - predicted.tp;
  const trueNegatives = fp - predicted.fp;
  return {
    ...quotient('accuracy', predicted.tp + trueNegatives, tp + fp),
    ...quotient('precision', predicted.tp, predicted.tp + predicted.fp),
    ...quotient('recall', predicted.tp, tp),
    ...quotient('f1', 2 * predicted.tp, 2 * predicted.tp + predicted.fp + falseNegatives),
    ...quotient('specificity', trueNegatives, fp),
    ...quotient('roc_auc', pairs, tp * fp),
    ...quotient('average_precision', precisionSum, tp),
  };
}

/**
 * Standard errors of the scores when the positives of each level vary independently of each other, by
 * the delta method. O(levels).
 *
 * @param variances Variance of the number of positives of each level, whose rows are fixed.
 */
export function samplingErrors(levels: ScoreLevels, variances: ArrayLike<number>): BinaryScores {
  const { positives, negatives, decision } = levels;
  const scores = scoresOfLevels(levels);
  let allPositives = 0;
  let allNegatives = 0;
  let predictedPositives = 0;
  for (let level = 0; level < positives.length; level += 1) {
    allPositives += positives[level]!;
    allNegatives += negatives[level]!;
    if (level >= decision) predictedPositives += positives[level]! + negatives[level]!;
  }
  const rows = allPositives + allNegatives;
  const sums = new Map<BinaryScoreName, number>();
  const add = (name: BinaryScoreName, slope: number, variance: number): void => {
    if (scores[name] !== undefined) sums.set(name, (sums.get(name) ?? 0) + slope ** 2 * variance);
  };
  const precisions = precisionSlopes(levels);
  let positivesBelow = 0;
  let negativesBelow = 0;
  for (let level = 0; level < positives.length; level += 1) {
    const positive = positives[level]!;
    const negative = negatives[level]!;
    const variance = variances[level]!;
    const isPredicted = level >= decision ? 1 : 0;
    const positivesAbove = allPositives - positivesBelow - positive;
    const { f1 = 0, recall = 0, specificity = 0, roc_auc = 0, average_precision = 0 } = scores;
    if (variance > 0) {
      add('accuracy', 1 / rows, variance);
      add('precision', isPredicted / predictedPositives, variance);
      add('recall', (isPredicted - recall) / allPositives, variance);
      add('f1', (2 * isPredicted - f1) / (predictedPositives + allPositives), variance);
      add('specificity', (specificity - 1 + isPredicted) / allNegatives, variance);
      const pairs = negativesBelow + negative / 2 - positivesAbove - positive / 2;
      const auc = pairs / (allPositives * allNegatives);
      add('roc_auc', auc - roc_auc / allPositives + roc_auc / allNegatives, variance);
      add('average_precision', (precisions[level]! - average_precision) / allPositives, variance);
    }
    positivesBelow += positive;
    negativesBelow += negative;
  }
  return Object.fromEntries(Array.from(sums, ([name, sum]) => [name, Math.sqrt(sum)]));
}

/** How the sum of positives x precision grows with the positives of each level. */
function precisionSlopes({ positives, negatives }: ScoreLevels): Float64Array {
  const slopes = new Float64Array(positives.length);
  const rowsFrom = new Float64Array(positives.length);
  let tp = 0;
  let rows = 0;
  for (let level = positives.length - 1; level >= 0; level -= 1) {
    tp += positives[level]!;
    rows += positives[level]! + negatives[level]!;
    rowsFrom[level] = rows;
    slopes[level] = rows === 0 ? 0 : tp / rows;
  }
  // A positive also raises the precision at its own level and at those below.
  let raised = 0;
  for (let level = 0; level < positives.length; level += 1) {
    if (rowsFrom[level]! > 0) raised += positives[level]! / rowsFrom[level]!;
    slopes[level]! += raised;
  }
  return slopes;
}

/** A named score, left out where its denominator is 0. */
function quotient<Name extends BinaryScoreName>(
  name: Name,
  part: number,
  whole: number,
): { [key in Name]?: number } {
  return whole === 0 ? {} : ({ [name]: part / whole } as { [key in Name]: number });
}
