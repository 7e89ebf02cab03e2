import type { OutputsConfig } from '../settings/outputs.js';
import { outputNumbers } from './output-numbers.js';
import { quotient } from './quotient.js';
import type { Scoring } from './scoring.js';

const slots = { tp: 0, fp: 1, tn: 2, fn: 3 } as const;

/** Scores of a binary classifier from its four outcomes. */
export function createBinaryScoring(outputs: Extract<OutputsConfig, { task: 'binary' }>): Scoring {
  function outcomeOf(output: number, target: number): keyof typeof slots {
    const positive = output >= outputs.decisionThreshold;
    if (positive) return target === 1 ? 'tp' : 'fp';
    return target === 1 ? 'fn' : 'tn';
  }

  return {
    width: 4,
    readOutputs: (blocks, rows) => outputNumbers(outputs, blocks, rows, Number),
    readTarget(value) {
      const number = typeof value === 'boolean' ? Number(value) : value;
      return number === 0 || number === 1 ? number : undefined;
    },
    add(sums, output, target) {
      sums[slots[outcomeOf(output, target)]]! += 1;
    },
    outcome: (output, target) => ({ task: 'binary', outcome: outcomeOf(output, target) }),
    scores(sums) {
      const [tp = 0, fp = 0, tn = 0, fn = 0] = sums;
      const samples = tp + fp + tn + fn;
      return {
        samples,
        scores: {
          ...quotient('accuracy', tp + tn, samples),
          ...quotient('precision', tp, tp + fp),
          ...quotient('recall', tp, tp + fn),
          ...quotient('f1', 2 * tp, 2 * tp + fp + fn),
        },
      };
    },
  };
}
