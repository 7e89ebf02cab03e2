import { qualityScores } from '../../quality-scores.js';
import type { Scoring } from '../scoring.js';

/** The losses of some targets: 1 minus the score of a target, or the score itself if it is an error. */
export interface Losses {
  readonly samples: number;
  readonly sum: number;
  readonly sumOfSquares: number;
}

/** The losses in the first score of a task that is a mean, by which segments are compared. O(1). */
export function lossesOf(scoring: Pick<Scoring, 'means'>, sums: Float64Array): Losses {
  const [samples = 0, sum = 0, sumOfSquares = 0] = sums;
  if (qualityScores[scoring.means[0]!].better === 'lower') return { samples, sum, sumOfSquares };
  return { samples, sum: samples - sum, sumOfSquares: samples - 2 * sum + sumOfSquares };
}
