import { requireIntegerIn } from '../checks/number-arguments.js';
import { mostTerms } from './most-terms.js';
import { logBinomialProbability } from './saddle-point.js';

/** Beyond it the digits of the counts themselves are lost. */
const largestPopulation = 1e15;

/**
 * P(X = k) of the hypergeometric distribution: k successes among `draws` without replacement from a
 * population of which `successes` are such, in [0, 1].
 *
 * Relative error below 1e-12 down to 1e-300. 0 for a whole k that cannot be. O(1). This is scipy's
 * `hypergeom.pmf(k, population, successes, draws)`.
 * Source: Loader 2000, "Fast and Accurate Computation of Binomial Probabilities", section 5.
 *
 * @throws KernelError INVALID_ARGUMENT when an argument is not a whole number, the population not
 * in [0, 1e15], or `successes` or `draws` not in [0, population].
 */
export function hypergeometricProbability(
  k: number,
  population: number,
  successes: number,
  draws: number,
): number {
  requireHypergeometric('hypergeometricProbability', k, population, successes, draws);
  return probability(k, population, successes, draws);
}

/**
 * P(X > k) of the hypergeometric distribution, in [0, 1].
 *
 * Relative error below 1e-11 down to 1e-300. Sums from the nearer side: O(deviation) terms, some
 * milliseconds for a population of 1e12. For the other tail count what was not drawn:
 * P(X < k) = hypergeometricSurvival(draws - k, population, population - successes, draws).
 * Source: Johnson, Kemp and Kotz 2005, Univariate Discrete Distributions, section 6.2.
 *
 * @throws KernelError INVALID_ARGUMENT when an argument is not a whole number, the population not
 * in [0, 1e15], or `successes` or `draws` not in [0, population].
 */
export function hypergeometricSurvival(
  k: number,
  population: number,
  successes: number,
  draws: number,
): number {
  requireHypergeometric('hypergeometricSurvival', k, population, successes, draws);
  const least = Math.max(0, draws + successes - population);
  const most = Math.min(draws, successes);
  if (k < least) return 1;
  if (k >= most) return 0;
  const mode = ((draws + 1) / (population + 2)) * (successes + 1);
  return k + 1 > mode
    ? Math.min(1, upwardSum(k + 1, population, successes, draws))
    : // The lower tail is the upper one of the failures drawn.
      Math.max(0, 1 - upwardSum(draws - k, population, population - successes, draws));
}

/** Σ P(X = j) for j >= from, which lies above the mode: every term is below the one before. */
function upwardSum(from: number, population: number, successes: number, draws: number): number {
  let term = 1;
  let sum = 1;
  const last = Math.min(draws, successes, from + mostTerms(population));
  for (let j = from; j < last; j += 1) {
    term *= ((successes - j) / (j + 1)) * ((draws - j) / (population - successes - draws + j + 1));
    const next = sum + term;
    if (next === sum) break;
    sum = next;
  }
  return sum * probability(from, population, successes, draws);
}

function probability(k: number, population: number, successes: number, draws: number): number {
  if (k < Math.max(0, draws + successes - population)) return 0;
  if (k > Math.min(draws, successes)) return 0;
  if (draws === 0 || draws === population) return 1;
  // The share drawn takes the place of a probability that cancels: any would do.
  const share = draws / population;
  const rest = (population - draws) / population;
  const failures = population - successes;
  return Math.exp(
    logBinomialProbability(k, successes, share, rest) +
      logBinomialProbability(draws - k, failures, share, rest) -
      logBinomialProbability(draws, population, share, rest),
  );
}

function requireHypergeometric(
  place: string,
  k: number,
  population: number,
  successes: number,
  draws: number,
): void {
  requireIntegerIn(`${place}(population)`, population, 0, largestPopulation);
  requireIntegerIn(`${place}(successes)`, successes, 0, population);
  requireIntegerIn(`${place}(draws)`, draws, 0, population);
  requireIntegerIn(`${place}(k)`, k, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
}
