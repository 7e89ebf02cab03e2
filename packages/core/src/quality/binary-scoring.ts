import type { MeanScoreName } from '../quality-scores.js';
import type { BinaryValues, OutputsOf } from '../settings/outputs.js';
import { type BinaryOutcome, binaryOutcomes } from '../vocabulary.js';
import { averagePrecision, rocAuc } from './area-scores.js';
import { calibrationError, reliabilityBins } from './calibration-error.js';
import { confusionScores } from './confusion-scores.js';
import type { Intervals } from './intervals.js';
import { enterMean } from './mean-scores.js';
import { addMeans, meanAt, summable, sumsPerMean } from './mean-sums.js';
import { outputNumbers } from './output-numbers.js';
import { type ScoreCounts, scoreBinOf, scoreBins } from './score-bins.js';
import { createScoreSheet, enterScore } from './score-sheet.js';
import type { Scoring } from './scoring.js';

/** What a probability may exceed its range by through rounding to 32 bits. */
const rounding = 1e-6;

/**
 * Scores of a binary classifier: its four outcomes, sums of losses, and rows by bin of the score.
 *
 * A score outside [0, 1] is not a probability: its outcome counts, and the scores of probabilities
 * leave the row out.
 */
export function createBinaryScoring(
  outputs: OutputsOf<'binary'>,
  intervals: Intervals,
): Scoring<number, number> {
  const { decisionThreshold, businessValue } = outputs;
  const means: MeanScoreName[] = ['accuracy', 'log_loss', 'brier_score'];
  if (businessValue !== undefined) means.push('business_value');
  const outcomesAt = sumsPerMean * means.length;
  const positivesAt = outcomesAt + binaryOutcomes.length;
  const negativesAt = positivesAt + scoreBins;
  const scoresAt = negativesAt + scoreBins;

  function outcomeOf(output: number, target: number): BinaryOutcome {
    const positive = output >= decisionThreshold;
    if (positive) return target === 1 ? 'tp' : 'fp';
    return target === 1 ? 'fn' : 'tn';
  }

  function fill(values: Float64Array, output: number, target: number): void {
    const outcome = outcomeOf(output, target);
    const probability = probabilityOf(output);
    values[0] = outcome === 'tp' || outcome === 'tn' ? 1 : 0;
    values[1] = logLoss(probability, target);
    values[2] = (probability - target) ** 2;
    if (businessValue !== undefined) values[3] = summable(businessValue[outcome]);
  }

  const scratch = new Float64Array(means.length);
  return {
    width: scoresAt + scoreBins,
    means,
    readOutputs: (blocks, rows) => outputNumbers(outputs, blocks, rows, Number),
    readTarget(value) {
      const number = typeof value === 'boolean' ? Number(value) : value;
      return number === 0 || number === 1 ? number : undefined;
    },
    add(sums, output, target) {
      fill(scratch, output, target);
      addMeans(sums, scratch);
      sums[outcomesAt + binaryOutcomes.indexOf(outcomeOf(output, target))]! += 1;
      const probability = probabilityOf(output);
      if (Number.isNaN(probability)) return;
      const bin = scoreBinOf(probability);
      sums[(target === 1 ? positivesAt : negativesAt) + bin]! += 1;
      sums[scoresAt + bin]! += probability;
    },
    outcome(output, target) {
      const values = new Float64Array(means.length);
      fill(values, output, target);
      return { task: 'binary', outcome: outcomeOf(output, target), values };
    },
    scores(sums) {
      const [tp = 0, fp = 0, tn = 0, fn = 0] = sums.subarray(outcomesAt, positivesAt);
      const samples = tp + fp + tn + fn;
      const counts: ScoreCounts = {
        positives: sums.subarray(positivesAt, negativesAt),
        negatives: sums.subarray(negativesAt, scoresAt),
        sums: sums.subarray(scoresAt),
      };
      const reliability = reliabilityBins(counts);
      const sheet = createScoreSheet(samples, { reliability });
      const { scores, intervals: ends } = confusionScores(tp, fp, fn, intervals);
      Object.assign(sheet.scores, scores);
      Object.assign(sheet.intervals, ends);
      const specificity = tn / (tn + fp);
      enterScore(sheet, 'specificity', specificity, intervals.share(specificity, tn + fp));
      for (const [index, name] of means.entries()) {
        const range = name === 'business_value' ? rangeOf(businessValue!) : undefined;
        enterMean(sheet, name, meanAt(sums, index), intervals, range);
      }
      rocAuc(sheet, counts, intervals);
      averagePrecision(sheet, counts, intervals);
      calibrationError(sheet, counts, intervals);
      return sheet;
    },
  };
}

/** The score as a probability; NaN if it is none. */
function probabilityOf(score: number): number {
  if (!(score >= -rounding && score <= 1 + rounding)) return Number.NaN;
  return Math.min(1, Math.max(0, score));
}

/** The negative logarithm of the probability of the target, which counts as at least 2^-52. */
function logLoss(probability: number, target: number): number {
  const clipped = Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, probability));
  return -Math.log(target === 1 ? clipped : 1 - clipped);
}

function rangeOf(values: BinaryValues): { low: number; high: number } {
  const all = Object.values(values);
  return { low: Math.min(...all), high: Math.max(...all) };
}
