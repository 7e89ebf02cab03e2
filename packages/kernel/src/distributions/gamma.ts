import { mostTerms } from './most-terms.js';
import { poissonDensity } from './saddle-point.js';

/**
 * Both regularised incomplete gamma functions of shape a > 0 at x: P (lower) and Q = 1 - P.
 *
 * The smaller one is computed, never subtracted, so that both keep their relative precision in
 * the far tails. O(√a) terms near x = a, fewer elsewhere.
 * Source: Abramowitz and Stegun 1964, 6.5.29 (series) and 6.5.31 (continued fraction, evaluated
 * by the modified Lentz method); prefactor by Loader 2000.
 */
export function incompleteGamma(
  a: number,
  x: number,
): { readonly lower: number; readonly upper: number } {
  if (!(x > 0)) return { lower: 0, upper: 1 };
  if (x === Infinity) return { lower: 1, upper: 0 };
  const density = poissonDensity(a, x);
  if (x < a + 1) {
    const lower = Math.min(1, density * lowerSeries(a, x));
    return { lower, upper: 1 - lower };
  }
  const upper = density === 0 ? 0 : Math.min(1, a * density * upperFraction(a, x));
  return { lower: 1 - upper, upper };
}

/** Σ x^k / ((a + 1) … (a + k)), so that P = x^a e^-x / Γ(a + 1) times it. */
function lowerSeries(a: number, x: number): number {
  const last = mostTerms(a);
  let sum = 1;
  let term = 1;
  for (let k = 1; k <= last; k += 1) {
    term *= x / (a + k);
    const next = sum + term;
    if (next === sum) break;
    sum = next;
  }
  return sum;
}

/** The fraction 1/(x + 1 - a - 1(1 - a)/(x + 3 - a - …)), so that Q = x^a e^-x / Γ(a) times it. */
function upperFraction(a: number, x: number): number {
  const tiny = 1e-300;
  const last = mostTerms(a);
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / Math.max(b, tiny);
  let fraction = d;
  for (let k = 1; k <= last; k += 1) {
    const numerator = -k * (k - a);
    b += 2;
    d = numerator * d + b;
    if (Math.abs(d) < tiny) d = tiny;
    c = b + numerator / c;
    if (Math.abs(c) < tiny) c = tiny;
    d = 1 / d;
    const factor = c * d;
    fraction *= factor;
    if (Math.abs(factor - 1) <= Number.EPSILON) break;
  }
  return fraction;
}
