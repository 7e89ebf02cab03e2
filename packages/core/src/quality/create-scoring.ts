import type { OutputsConfig } from '../settings/outputs.js';
import { createBinaryScoring } from './binary-scoring.js';
import { createMulticlassScoring } from './multiclass-scoring.js';
import { createRegressionScoring } from './regression-scoring.js';
import type { Scoring } from './scoring.js';

/** The scoring of the task of some outputs. */
export function createScoring(outputs: OutputsConfig): Scoring {
  if (outputs.task === 'binary') return createBinaryScoring(outputs);
  if (outputs.task === 'multiclass') return createMulticlassScoring(outputs);
  return createRegressionScoring(outputs);
}
