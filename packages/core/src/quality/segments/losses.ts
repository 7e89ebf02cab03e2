import type { Scores } from '../scoring.js';

/** The score by which segments are compared. */
export type ComparedScore = 'accuracy' | 'mean_absolute_error';

/**
 * The losses of some targets: 1 for a wrong class and 0 for the right one, or the absolute error of a
 * number.
 */
export interface Losses {
  readonly samples: number;
  readonly sum: number;
  readonly sumOfSquares: number;
}

/** The compared score of some targets and their losses; undefined without one of the two scores. */
export function lossesOf({ samples, scores }: Scores): (Losses & { score: ComparedScore }) | undefined {
  const { accuracy, mean_absolute_error, root_mean_squared_error } = scores;
  if (accuracy !== undefined) {
    const wrong = Math.round(samples * (1 - accuracy));
    return { score: 'accuracy', samples, sum: wrong, sumOfSquares: wrong };
  }
  if (mean_absolute_error === undefined || root_mean_squared_error === undefined) return undefined;
  return {
    score: 'mean_absolute_error',
    samples,
    sum: samples * mean_absolute_error,
    sumOfSquares: samples * root_mean_squared_error ** 2,
  };
}
