import { normalQuantile, normalSurvival } from '../../src/distributions/normal.js';
import { createRandom } from '../../src/numeric/random.js';
import type { Effect } from '../../src/statistics/effect.js';
import { sampleMultinomial } from '../../src/statistics/sample-multinomial.js';

export const equalTenths = new Float64Array(10).fill(0.1);

/** The shares of the tenths of a standard normal distribution after a shift in deviations. */
export function shiftedTenths(shift: number): Float64Array {
  const below = (tenth: number): number =>
    1 - normalSurvival(normalQuantile(Math.min(1, tenth / 10)) - shift);
  return Float64Array.from(equalTenths, (_, tenth) => below(tenth + 1) - below(tenth));
}

const pairs = 1500;
/** Enough rows for the score of the populations themselves. */
const manyRows = 1e12;

/** How often the interval of an effect holds the effect between two known populations. */
export function coverageOf(
  effectOf: (reference: Float64Array, current: Float64Array) => Effect,
  score: (reference: Float64Array, current: Float64Array) => number,
  [p, q]: readonly [Float64Array, Float64Array],
  [n, m]: readonly [number, number],
  trials = pairs,
): {
  readonly effect: number;
  readonly meanEstimate: number;
  readonly inside: number;
  readonly below: number;
  readonly above: number;
} {
  const random = createRandom(n + m);
  const effect = score(
    p.map((share) => share * manyRows),
    q.map((share) => share * manyRows),
  );
  let sum = 0;
  let below = 0;
  let above = 0;
  for (let pair = 0; pair < trials; pair += 1) {
    const reference = new Float64Array(p.length);
    const current = new Float64Array(q.length);
    sampleMultinomial(random, p, n, reference);
    sampleMultinomial(random, q, m, current);
    const { estimate, low, high } = effectOf(reference, current);
    sum += estimate;
    if (high < effect) below += 1;
    // Rounding alone must not part a bound of 0 from an effect of 0.
    if (low > effect + 1e-12) above += 1;
  }
  return {
    effect,
    meanEstimate: sum / trials,
    inside: 1 - (below + above) / trials,
    below: below / trials,
    above: above / trials,
  };
}
