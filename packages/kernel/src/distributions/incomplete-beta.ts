import { mostTerms } from './most-terms.js';
import { logBinomialProbability } from './saddle-point.js';

/**
 * Both regularised incomplete beta functions of a, b > 0 at x in [0, 1]: I_x(a, b) (lower) and
 * 1 - I_x(a, b) = I_y(b, a) (upper).
 *
 * `y` is 1 - x, for callers that know it better than subtraction does. The smaller one is computed,
 * never subtracted, so that both keep their relative precision in the far tails. O(√max(a, b))
 * terms near the mean a / (a + b), fewer elsewhere.
 * Source: NIST Digital Library of Mathematical Functions, 8.17.22 (continued fraction, evaluated by
 * the modified Lentz method); prefactor by Loader 2000.
 */
export function incompleteBeta(
  a: number,
  b: number,
  x: number,
  y: number,
): { readonly lower: number; readonly upper: number } {
  if (!(x > 0)) return { lower: 0, upper: 1 };
  if (!(y > 0)) return { lower: 1, upper: 0 };
  // x^a y^b / B(a, b), from the binomial probability of a in a + b trials.
  const density =
    Math.exp(logBinomialProbability(a, a + b, x, y)) *
    (a < b ? a * (b / (a + b)) : b * (a / (a + b)));
  if (x * (a + b + 2) < a + 1) {
    const lower = Math.min(1, density === 0 ? 0 : (density / a) * fraction(a, b, x));
    return { lower, upper: 1 - lower };
  }
  const upper = Math.min(1, density === 0 ? 0 : (density / b) * fraction(b, a, y));
  return { lower: 1 - upper, upper };
}

/** ln B(a, b) for a, b > 0, without the cancellation of three gamma functions. */
export function logBeta(a: number, b: number): number {
  const sum = a + b;
  const atMean = logBinomialProbability(a, sum, a / sum, b / sum);
  const logX = a < b ? Math.log(a / sum) : Math.log1p(-b / sum);
  const logY = a < b ? Math.log1p(-a / sum) : Math.log(b / sum);
  return a * logX + b * logY - atMean - Math.log(a) - Math.log(b / sum);
}

/** 1 / (1 + d1 / (1 + d2 / (1 + …))), so that I_x(a, b) = x^a y^b / (a B(a, b)) times it. */
function fraction(a: number, b: number, x: number): number {
  const tiny = 1e-300;
  const last = mostTerms(Math.max(a, b));
  let c = 1;
  let d = 1 - ((a + b) / (a + 1)) * x;
  if (Math.abs(d) < tiny) d = tiny;
  d = 1 / d;
  let value = d;
  for (let k = 1; k <= last; k += 1) {
    const even = (k / (a + 2 * k - 1)) * ((b - k) / (a + 2 * k)) * x;
    d = 1 + even * d;
    c = 1 + even / c;
    if (Math.abs(d) < tiny) d = tiny;
    if (Math.abs(c) < tiny) c = tiny;
    d = 1 / d;
    value *= c * d;
    const odd = -((a + k) / (a + 2 * k)) * ((a + b + k) / (a + 2 * k + 1)) * x;
    d = 1 + odd * d;
    c = 1 + odd / c;
    if (Math.abs(d) < tiny) d = tiny;
    if (Math.abs(c) < tiny) c = tiny;
    d = 1 / d;
    const factor = c * d;
    value *= factor;
    if (Math.abs(factor - 1) <= Number.EPSILON) break;
  }
  return value;
}
