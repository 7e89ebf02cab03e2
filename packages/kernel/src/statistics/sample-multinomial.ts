import { logBinomialProbability } from '../distributions/saddle-point.js';
import type { Random } from '../numeric/random.js';

/**
 * Rows per bin of a random sample of `size` rows, each of which falls into bin i with
 * probability weights[i] / Σ weights; written to `target`.
 *
 * Bin by bin, each a binomial share of the rows and of the weight that are left. O(bins),
 * whatever the size. The weights must be finite and 0 or more with a positive sum, the size a
 * whole number.
 */
export function sampleMultinomial(
  random: Random,
  weights: Float64Array,
  size: number,
  target: Float64Array,
): void {
  const weightFrom = new Float64Array(weights.length + 1);
  for (let bin = weights.length - 1; bin >= 0; bin -= 1) {
    weightFrom[bin] = weightFrom[bin + 1]! + weights[bin]!;
  }
  let left = size;
  for (let bin = 0; bin < weights.length; bin += 1) {
    const weight = weights[bin]!;
    // Where no weight follows, the share is exactly 1: every row finds a bin.
    const rows = weight === 0 ? 0 : sampleBinomial(random, left, weight / weightFrom[bin]!);
    target[bin] = rows;
    left -= rows;
  }
}

/** Successes in `trials` independent trials. O(1): at most about 14 steps on average. */
function sampleBinomial(random: Random, trials: number, probability: number): number {
  if (probability >= 1) return trials;
  if (probability > 0.5) return trials - sampleBinomial(random, trials, 1 - probability);
  return trials * probability < 10
    ? binomialByInversion(random, trials, probability)
    : binomialByRejection(random, trials, probability);
}

/** Walks up the distribution function from 0; the mean is below 10, so it is a short walk. */
function binomialByInversion(random: Random, trials: number, probability: number): number {
  const odds = probability / (1 - probability);
  let density = Math.exp(trials * Math.log1p(-probability));
  let rest = random.next();
  let successes = 0;
  while (rest > density && successes < trials) {
    rest -= density;
    successes += 1;
    density *= (odds * (trials - successes + 1)) / successes;
    if (density === 0) break;
  }
  return successes;
}

/** More than half of all attempts succeed: so many never fail in a row, short of a broken source. */
const mostAttempts = 1000;

/**
 * Transformed rejection from a table mountain over the histogram.
 *
 * Source: Hörmann 1993, "The Generation of Binomial Random Variates", Journal of Statistical
 * Computation and Simulation 46, algorithm BTRS; for trials x probability of 10 or more.
 */
function binomialByRejection(random: Random, trials: number, probability: number): number {
  const deviation = Math.sqrt(trials * probability * (1 - probability));
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * probability;
  const centre = trials * probability + 0.5;
  const inside = 0.92 - 4.2 / b;
  const scale = (2.83 + 5.1 / b) * deviation;
  const mode = Math.floor((trials + 1) * probability);
  const logDensity = (successes: number): number =>
    logBinomialProbability(successes, trials, probability, 1 - probability);
  const atMode = logDensity(mode);
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const u = random.next() - 0.5;
    const v = random.next();
    const distance = 0.5 - Math.abs(u);
    const successes = Math.floor(((2 * a) / distance + b) * u + centre);
    if (distance >= 0.07 && v <= inside) return successes;
    if (!(successes >= 0 && successes <= trials)) continue;
    const height = Math.log((v * scale) / (a / (distance * distance) + b));
    if (height <= logDensity(successes) - atMode) return successes;
  }
  return mode;
}
