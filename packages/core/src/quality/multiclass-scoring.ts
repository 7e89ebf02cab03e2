import { createCategoryCodes } from '../categories.js';
import type { MeanScoreName } from '../quality-scores.js';
import type { OutputsOf } from '../settings/outputs.js';
import { averagesOfMatrix, type ConfusionMatrix, countsOf } from './class-averages.js';
import { scoresPerClass } from './confusion-scores.js';
import type { Intervals } from './intervals.js';
import { enterMean } from './mean-scores.js';
import { addMeans, meanAt, summable, sumsPerMean } from './mean-sums.js';
import { outputNumbers } from './output-numbers.js';
import { createScoreSheet } from './score-sheet.js';
import type { Scoring } from './scoring.js';

/** Scores of a classifier of several classes, from the matrix of targets and predictions. */
export function createMulticlassScoring(
  outputs: OutputsOf<'multiclass'>,
  intervals: Intervals,
): Scoring<number, number> {
  const { classes, businessValue } = outputs;
  const codeOf = createCategoryCodes(classes);
  const means: MeanScoreName[] = ['accuracy'];
  if (businessValue !== undefined) means.push('business_value');
  const matrixAt = sumsPerMean * means.length;
  const columns = classes.length + 1;
  const allValues = businessValue?.flat() ?? [];
  const range = { low: Math.min(...allValues), high: Math.max(...allValues) };

  function fill(values: Float64Array, predicted: number, actual: number): void {
    values[0] = predicted === actual ? 1 : 0;
    if (businessValue === undefined) return;
    const value = businessValue[actual]?.[predicted];
    values[1] = value === undefined ? Number.NaN : summable(value);
  }

  const scratch = new Float64Array(means.length);
  return {
    width: matrixAt + classes.length * columns,
    means,
    readOutputs: (blocks, rows) => outputNumbers(outputs, blocks, rows, codeOf),
    readTarget(value) {
      if (typeof value === 'object') return undefined;
      const index = codeOf(value);
      return index < 0 ? undefined : index;
    },
    add(sums, output, target) {
      fill(scratch, output, target);
      addMeans(sums, scratch);
      const column = output < 0 ? classes.length : output;
      sums[matrixAt + target * columns + column]! += 1;
    },
    outcome(predicted, actual) {
      const values = new Float64Array(means.length);
      fill(values, predicted, actual);
      return { task: 'multiclass', predicted, actual, values };
    },
    scores(sums) {
      const matrix: ConfusionMatrix = {
        classes: classes.length,
        entries: sums.subarray(matrixAt),
      };
      const sheet = createScoreSheet(meanAt(sums, 0).count, {
        classes: scoresPerClass(classes, countsOf(matrix), intervals),
      });
      for (const [index, name] of means.entries()) {
        const ends = name === 'business_value' ? range : undefined;
        enterMean(sheet, name, meanAt(sums, index), intervals, ends);
      }
      averagesOfMatrix(sheet, matrix, intervals);
      return sheet;
    },
  };
}
