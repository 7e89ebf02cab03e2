import type { OutputsConfig } from '../settings/outputs.js';
import type { IntervalKind } from '../vocabulary.js';
import { createBinaryScoring } from './binary-scoring.js';
import { createIntervals } from './intervals.js';
import { createMulticlassScoring } from './multiclass-scoring.js';
import { createMultilabelScoring } from './multilabel-scoring.js';
import { createRankingScoring } from './ranking-scoring.js';
import { createRegressionScoring } from './regression-scoring.js';
import type { Scoring } from './scoring.js';

/** The scoring of the task of some outputs. */
export function createScoring(outputs: OutputsConfig, kind: IntervalKind = 'fixed'): Scoring {
  const intervals = createIntervals(kind);
  switch (outputs.task) {
    case 'binary':
      return createBinaryScoring(outputs, intervals);
    case 'multiclass':
      return createMulticlassScoring(outputs, intervals);
    case 'multilabel':
      return createMultilabelScoring(outputs, intervals);
    case 'regression':
      return createRegressionScoring(outputs, intervals);
    case 'ranking':
      return createRankingScoring(outputs, intervals);
  }
}
