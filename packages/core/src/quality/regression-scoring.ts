import type { OutputsConfig } from '../settings/outputs.js';
import { outputNumbers } from './output-numbers.js';
import type { Scoring } from './scoring.js';

/** Scores of a regression from the sums of its errors. */
export function createRegressionScoring(
  outputs: Extract<OutputsConfig, { task: 'regression' }>,
): Scoring {
  return {
    width: 3,
    readOutputs: (blocks, rows) => outputNumbers(outputs, blocks, rows, Number),
    readTarget: (value) =>
      typeof value === 'number' && Number.isFinite(value) ? value : undefined,
    add(sums, output, target) {
      const error = output - target;
      sums[0]! += 1;
      sums[1]! += Math.abs(error);
      sums[2]! += error * error;
    },
    outcome: (output, target) => ({ task: 'regression', error: output - target }),
    scores(sums) {
      const [samples = 0, absolute = 0, squared = 0] = sums;
      if (samples === 0) return { samples, scores: {} };
      return {
        samples,
        scores: {
          mean_absolute_error: absolute / samples,
          root_mean_squared_error: Math.sqrt(squared / samples),
        },
      };
    },
  };
}
