import { KernelError } from '../errors.js';
import { chiSquareSurvival } from './chi-square.js';
import { incompleteBeta } from './incomplete-beta.js';

/** From here on the chi-square distribution is nearer than the beta function, which loses digits. */
const manyDegreesOfFreedom = 1e7;

/**
 * P(X > x) of the F distribution: the ratio of two chi-square variables, each divided by its
 * degrees of freedom. In [0, 1].
 *
 * Relative error below 1e-9. Degrees of freedom need not be whole. Above 1e7 in the denominator it is
 * the chi-square distribution, with a relative error of (numerator x)² / (4 denominator); Infinity is
 * allowed. 1 for x <= 0, 0 for x = Infinity.
 * Source: Abramowitz and Stegun 1964, 26.6.2.
 *
 * @throws KernelError INVALID_ARGUMENT when x is NaN, the degrees of freedom of the numerator are
 * outside [0.001, 1e9], or those of the denominator below 0.001.
 */
export function fSurvival(x: number, numerator: number, denominator: number): number {
  if (Number.isNaN(x)) throw invalid('x', x, 'pass a number');
  if (!(numerator >= 1e-3 && numerator <= 1e9)) {
    throw invalid('numerator', numerator, 'pass degrees of freedom from 0.001 to 1e9');
  }
  if (!(denominator >= 1e-3)) {
    throw invalid('denominator', denominator, 'pass degrees of freedom of 0.001 or more');
  }
  if (x <= 0) return 1;
  if (x === Infinity) return 0;
  if (denominator > manyDegreesOfFreedom) return chiSquareSurvival(numerator * x, numerator);
  const ratio = (numerator / denominator) * x;
  if (ratio === Infinity) return 0;
  const share = 1 / (1 + ratio);
  return incompleteBeta(0.5 * denominator, 0.5 * numerator, share, ratio * share).lower;
}

function invalid(argument: string, value: number, nextStep: string): KernelError {
  return new KernelError('INVALID_ARGUMENT', { place: `fSurvival(${argument})`, value, nextStep });
}
