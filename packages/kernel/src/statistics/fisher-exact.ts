import { requireIntegerIn } from '../checks/number-arguments.js';
import {
  hypergeometricProbability,
  hypergeometricSurvival,
} from '../distributions/hypergeometric.js';
import type { Proportion } from './two-proportion-z.js';

export interface FisherExactTest {
  /**
   * Odds of the current sample over those of the reference; Infinity or 0 for an empty bin, 1 for
   * both.
   */
  readonly oddsRatio: number;
  /** Two-sided, in [0, 1]: the chance of all tables that are at most as likely as this one. */
  readonly pValue: number;
}

/**
 * Relative slack below which two tables count as equally likely, since rounding parts them: ten
 * times the error of a probability.
 */
const tieSlack = 1e-11;

/**
 * Fisher's exact test that a share is the same in two samples, two-sided.
 *
 * The p-value is that of scipy's `fisher_exact`. Exact for a handful of rows, and conservative as
 * every exact test is. Exactly 1 where no table is likelier than the observed one: for an empty
 * sample, or a share of 0 or 1 in both, too. O(log rows) steps to the other tail and a sum of at
 * most some milliseconds for billions of rows.
 * Source: Fisher 1934, Statistical Methods for Research Workers, 5th edition, section 21.02.
 *
 * @throws KernelError INVALID_ARGUMENT when rows are not a whole number in [0, 5e14], or successes
 * not one in [0, rows].
 */
export function fisherExact(reference: Proportion, current: Proportion): FisherExactTest {
  requireTable('fisherExact(reference)', reference);
  requireTable('fisherExact(current)', current);
  const draws = current.rows;
  const population = reference.rows + draws;
  const successes = reference.successes + current.successes;
  const k = current.successes;
  const oddsRatio = ratio(
    k * (reference.rows - reference.successes),
    (draws - k) * reference.successes,
  );
  const probability = (j: number): number =>
    hypergeometricProbability(j, population, successes, draws);
  const most = Math.min(draws, successes);
  const least = Math.max(0, draws + successes - population);
  if (least === most) return { oddsRatio, pValue: 1 };
  const upper = (j: number): number => hypergeometricSurvival(j - 1, population, successes, draws);
  const lower = (j: number): number =>
    hypergeometricSurvival(draws - j - 1, population, population - successes, draws);

  const limit = probability(k) * (1 + tieSlack);
  const isAsRare = (j: number): boolean => probability(j) <= limit;
  const mode = Math.floor(((draws + 1) * (successes + 1)) / (population + 2));
  // Two tables may share the largest probability, so that k need not be the mode.
  if (k === mode || isAsRare(mode)) return { oddsRatio, pValue: 1 };
  if (k > mode) {
    // The largest j below the mode that is at most as likely, by bisection: probabilities rise up to it.
    const other = lastBelow(least - 1, mode, isAsRare);
    return { oddsRatio, pValue: Math.min(1, upper(k) + (other < least ? 0 : lower(other))) };
  }
  const other = -lastBelow(-most - 1, -mode, (j) => isAsRare(-j));
  return { oddsRatio, pValue: Math.min(1, lower(k) + (other > most ? 0 : upper(other))) };
}

/**
 * The last whole number in (from, to) that `holds`, for a condition that ends once; else `from`.
 */
function lastBelow(from: number, to: number, holds: (j: number) => boolean): number {
  let low = from;
  let high = to;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

function ratio(top: number, bottom: number): number {
  if (bottom === 0) return top === 0 ? 1 : Infinity;
  return top / bottom;
}

function requireTable(place: string, { successes, rows }: Proportion): void {
  requireIntegerIn(`${place}.rows`, rows, 0, 5e14);
  requireIntegerIn(`${place}.successes`, successes, 0, rows);
}
