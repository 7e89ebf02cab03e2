import { KernelError } from '../errors.js';
import { incompleteBeta, logBeta } from './incomplete-beta.js';
import { normalSurvival } from './normal.js';

/** From here on the tail is integrated: the fraction for it would need √degreesOfFreedom terms. */
const manyDegreesOfFreedom = 10_000;

/** From here on it equals the normal distribution in double precision. */
const normalDegreesOfFreedom = 1e20;

/**
 * P(T > t) of Student's t distribution, in [0, 1].
 *
 * Relative error below 1e-11 down to 1e-300. Degrees of freedom need not be whole; Infinity gives
 * the normal distribution. 0.5 at t = 0, 0 at Infinity.
 * Source: Abramowitz and Stegun 1964, 26.7.1 by 26.5.27.
 *
 * @throws KernelError INVALID_ARGUMENT when t is NaN, or the degrees of freedom are not above 1e-3.
 */
export function studentTSurvival(t: number, degreesOfFreedom: number): number {
  if (Number.isNaN(t)) {
    throw new KernelError('INVALID_ARGUMENT', {
      place: 'studentTSurvival(t)',
      value: t,
      nextStep: 'pass a number',
    });
  }
  if (!(degreesOfFreedom >= 1e-3)) {
    throw new KernelError('INVALID_ARGUMENT', {
      place: 'studentTSurvival(degreesOfFreedom)',
      value: degreesOfFreedom,
      nextStep: 'pass a number of 0.001 or more, Infinity for the normal distribution',
    });
  }
  if (t < 0) return 1 - studentTSurvival(-t, degreesOfFreedom);
  if (t === Infinity) return 0;
  if (degreesOfFreedom >= normalDegreesOfFreedom) return normalSurvival(t);
  if (degreesOfFreedom >= manyDegreesOfFreedom) return integratedTail(t, degreesOfFreedom);
  const ratio = t / Math.sqrt(degreesOfFreedom);
  // Beyond it x below would lose digits or underflow, and the leading term is the whole.
  if (ratio > 1e50) return leadingTerm(ratio, degreesOfFreedom);
  const square = ratio * ratio;
  const x = 1 / (1 + square);
  return 0.5 * incompleteBeta(0.5 * degreesOfFreedom, 0.5, x, square * x).lower;
}

/** The tail r^-ν / (ν B(ν / 2, 1 / 2)) for r = t / √ν so large that 1 + r² is r². */
function leadingTerm(ratio: number, degreesOfFreedom: number): number {
  const exponent = degreesOfFreedom * Math.log(ratio);
  return Math.exp(-exponent - logBeta(0.5 * degreesOfFreedom, 0.5)) / degreesOfFreedom;
}

/**
 * The tail as the density at t times ∫ f(t + u) / f(t) du, by the double exponential rule.
 *
 * With many degrees of freedom the quotient falls like that of a normal density wherever it does
 * not underflow, so that 200 points give it to the last digits.
 * Source: Takahasi and Mori 1974, Publications of RIMS Kyoto 9(3).
 */
function integratedTail(t: number, degreesOfFreedom: number): number {
  const power = 0.5 * (degreesOfFreedom + 1);
  const logDensity =
    -power * Math.log1p(t * (t / degreesOfFreedom)) -
    0.5 * Math.log(2 * Math.PI) -
    // Γ(a + 1/2) / (Γ(a) √a) with a = ν / 2; the next term is below 1e-20.
    1 / (4 * degreesOfFreedom) +
    1 / (24 * degreesOfFreedom ** 3);
  if (logDensity < -750) return 0;
  const scale = 1 / (1 + t);
  const step = 1 / 32;
  let sum = 0;
  for (let point = -128; point <= 80; point += 1) {
    const u = scale * Math.exp(0.5 * Math.PI * Math.sinh(point * step));
    const quotient = Math.exp(-power * Math.log1p((u * (2 * t + u)) / (degreesOfFreedom + t * t)));
    sum += quotient * u * Math.cosh(point * step);
  }
  return Math.min(0.5, Math.exp(logDensity) * sum * 0.5 * Math.PI * step);
}
