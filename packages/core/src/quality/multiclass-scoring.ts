import { createCategoryCodes } from '../categories.js';
import type { OutputsConfig } from '../settings/outputs.js';
import { outputNumbers } from './output-numbers.js';
import { quotient } from './quotient.js';
import type { Scores, Scoring } from './scoring.js';

/** Scores of a classifier of several classes, from three outcomes per class: tp, fp and fn. */
export function createMulticlassScoring(
  outputs: Extract<OutputsConfig, { task: 'multiclass' }>,
): Scoring {
  const codeOf = createCategoryCodes(outputs.classes);
  return {
    width: 3 * outputs.classes.length,
    readOutputs: (blocks, rows) => outputNumbers(outputs, blocks, rows, codeOf),
    readTarget(value) {
      const index = codeOf(value);
      return index < 0 ? undefined : index;
    },
    add(sums, output, target) {
      if (output === target) sums[3 * target]! += 1;
      else {
        if (output >= 0) sums[3 * output + 1]! += 1;
        sums[3 * target + 2]! += 1;
      }
    },
    outcome: (predicted, actual) => ({ task: 'multiclass', predicted, actual }),
    scores: macroScores,
  };
}

/** Macro averages over the classes that occur, as predicted or as target. */
function macroScores(sums: Float64Array): Scores {
  let samples = 0;
  let correct = 0;
  const precisions: number[] = [];
  const recalls: number[] = [];
  const f1s: number[] = [];
  for (let offset = 0; offset < sums.length; offset += 3) {
    const tp = sums[offset]!;
    const fp = sums[offset + 1]!;
    const fn = sums[offset + 2]!;
    samples += tp + fn;
    correct += tp;
    if (tp + fp + fn === 0) continue;
    precisions.push(tp + fp === 0 ? 0 : tp / (tp + fp));
    recalls.push(tp + fn === 0 ? 0 : tp / (tp + fn));
    f1s.push((2 * tp) / (2 * tp + fp + fn));
  }
  return {
    samples,
    scores: {
      ...quotient('accuracy', correct, samples),
      ...quotient('precision', total(precisions), precisions.length),
      ...quotient('recall', total(recalls), recalls.length),
      ...quotient('f1', total(f1s), f1s.length),
    },
  };
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
