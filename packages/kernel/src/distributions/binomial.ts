import { requireIntegerIn, requireNumberIn } from '../checks/number-arguments.js';
import { incompleteBeta } from './incomplete-beta.js';
import { logBinomialProbability } from './saddle-point.js';

/** Up to here sums and fractions take milliseconds, and counts keep every digit they need. */
const mostTrials = 1e12;

/**
 * P(X = k) of the binomial distribution: k successes in `trials` trials, in [0, 1].
 *
 * Relative error below 1e-12 down to 1e-300. 0 for a whole k that cannot be. O(1).
 * Source: Loader 2000, "Fast and Accurate Computation of Binomial Probabilities".
 *
 * @throws KernelError INVALID_ARGUMENT when k or `trials` is not a whole number, `trials` is not in
 * [0, 1e12], or `probability` not in [0, 1].
 */
export function binomialProbability(k: number, trials: number, probability: number): number {
  requireBinomial('binomialProbability', k, trials, probability);
  if (k < 0 || k > trials) return 0;
  return Math.exp(logBinomialProbability(k, trials, probability, 1 - probability));
}

/**
 * P(X > k) of the binomial distribution: more than k successes in `trials` trials, in [0, 1].
 *
 * Relative error below 1e-11 down to 1e-300, and below 1e-10 for billions of trials. The other tail
 * counts the failures: P(X < k) = binomialSurvival(trials - k, trials, 1 - probability).
 * O(√trials) near the mean.
 * Source: Abramowitz and Stegun 1964, 26.5.24.
 *
 * @throws KernelError INVALID_ARGUMENT when k or `trials` is not a whole number, `trials` is not in
 * [0, 1e12], or `probability` not in [0, 1].
 */
export function binomialSurvival(k: number, trials: number, probability: number): number {
  requireBinomial('binomialSurvival', k, trials, probability);
  if (k < 0) return 1;
  if (k >= trials) return 0;
  return incompleteBeta(k + 1, trials - k, probability, 1 - probability).lower;
}

function requireBinomial(place: string, k: number, trials: number, probability: number): void {
  requireIntegerIn(`${place}(trials)`, trials, 0, mostTrials);
  requireIntegerIn(`${place}(k)`, k, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  requireNumberIn(`${place}(probability)`, probability, 0, 1);
}
