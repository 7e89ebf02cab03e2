import type { ScoreName } from '../../quality-scores.js';
import type { BinaryEstimator } from './binary-estimate.js';
import type { ErrorEstimator } from './error-estimate.js';

/** What the rows of a reference with targets say of the quality of the model. */
export interface ReferenceQuality {
  /** Rows with a usable prediction and target. */
  readonly samples: number;
  /** The scores of these rows by name; a score is left out where it is undefined. */
  readonly scores: { readonly [score in ScoreName]?: number };
  /** What estimates the quality of predictions without targets; only a binary model and a regression have one. */
  readonly estimator?: QualityEstimator;
}

/** An estimator by the task of the model. */
export type QualityEstimator =
  | (BinaryEstimator & { readonly task: 'binary' })
  | (ErrorEstimator & { readonly task: 'regression' });
