import { normalQuantile, normalSurvival } from '../../src/distributions/normal.js';
import type { Random } from '../../src/numeric/random.js';
import { sampleMultinomial } from '../../src/statistics/sample-multinomial.js';

/** Draws the shares of one period. */
export type DrawShares = (random: Random) => Float64Array;

/** Shares around `shares` whose variance is ρ p (1 - p): the Dirichlet distribution. */
export function dirichletShares(shares: readonly number[], correlation: number): DrawShares {
  const sum = 1 / correlation - 1;
  return (random) => {
    const values = Float64Array.from(shares, (share) => gamma(random, share * sum));
    const total = values.reduce((a, b) => a + b, 0);
    return values.map((value) => value / total);
  };
}

/** Shares of the deciles of a normal variable whose mean has moved by `shift`. */
export function decileShares(shift: number): Float64Array {
  const below = Array.from({ length: 9 }, (_, index) =>
    normalSurvival(shift - normalQuantile((index + 1) / 10)),
  );
  return Float64Array.from({ length: 10 }, (_, bin) => (below[bin] ?? 1) - (below[bin - 1] ?? 0));
}

/** Deciles after a random move of the mean: all bins move together. */
export function shiftedShares(deviation: number): DrawShares {
  return (random) => decileShares(deviation * normal(random));
}

/** The counts of a sample of `rows` rows. */
export function drawCounts(random: Random, shares: Float64Array, rows: number): Float64Array {
  const counts = new Float64Array(shares.length);
  sampleMultinomial(random, shares, rows, counts);
  return counts;
}

export function sumOf(periods: readonly Float64Array[]): Float64Array {
  return periods[0]!.map((_, bin) => periods.reduce((sum, period) => sum + period[bin]!, 0));
}

function normal(random: Random): number {
  return normalQuantile(random.next() + 2 ** -54);
}

/** Marsaglia and Tsang 2000, ACM TOMS 26(3); below shape 1 by the power of a uniform variable. */
function gamma(random: Random, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * (1 - random.next()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
      return d * v;
    }
  }
}
