import type { Random } from '@modelmeter/kernel';
import { normal } from './sampling.js';

/** Expected counts from which a normal number, rounded, replaces the exact draw. */
const many = 200;

/** A Poisson number. Exact up to a mean of 200, normal above it. */
export function poisson(random: Random, mean: number): number {
  if (mean > many) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  // Events arrive after exponential times; so many of them fit into the mean.
  let count = 0;
  let time = -Math.log(1 - random.next());
  while (time <= mean) {
    count += 1;
    time -= Math.log(1 - random.next());
  }
  return count;
}

/** A binomial number. Exact up to 200 expected events of the rarer kind, normal above it. */
export function binomial(random: Random, trials: number, share: number): number {
  if (share > 0.5) return trials - binomial(random, trials, 1 - share);
  if (trials * share > many) {
    const spread = Math.sqrt(trials * share * (1 - share));
    const count = Math.round(trials * share + spread * normal(random));
    return Math.min(trials, Math.max(0, count));
  }
  if (share <= 0) return 0;
  // Gaps between events are geometric, so that rare events cost little (Devroye 1986, chapter X.4).
  const logOfRest = Math.log1p(-share);
  let count = -1;
  for (let place = 0; place <= trials; ) {
    place += Math.floor(Math.log(1 - random.next()) / logOfRest) + 1;
    count += 1;
  }
  return count;
}

/** A beta number with a mean and a correlation rho = 1 / (a + b + 1) of the trials that share it. */
export function beta(random: Random, mean: number, correlation: number): number {
  const size = 1 / correlation - 1;
  const first = gamma(random, mean * size);
  const second = gamma(random, (1 - mean) * size);
  return first + second === 0 ? mean : first / (first + second);
}

/** A gamma number of scale 1. Source: Marsaglia and Tsang 2000, ACM TOMS 26(3). */
function gamma(random: Random, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * (1 - random.next()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.next()) < (x * x) / 2 + d - d * v + d * Math.log(v))
      return d * v;
  }
}
