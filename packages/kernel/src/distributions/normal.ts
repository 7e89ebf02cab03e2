import { KernelError } from '../errors.js';
import { requireNumberIn } from '../number-arguments.js';
import { incompleteGamma } from './gamma.js';

/**
 * P(Z > z) of the standard normal distribution, in [0, 1].
 *
 * Relative error below 1e-12 down to 1e-307. Source: Abramowitz and Stegun 1964, 6.5.17.
 *
 * @throws KernelError INVALID_ARGUMENT for NaN; infinities are allowed.
 */
export function normalSurvival(z: number): number {
  if (Number.isNaN(z)) {
    throw new KernelError('INVALID_ARGUMENT', {
      place: 'normalSurvival(z)',
      value: z,
      nextStep: 'pass a number',
    });
  }
  const tail = 0.5 * incompleteGamma(0.5, 0.5 * z * z).upper;
  return z >= 0 ? tail : 1 - tail;
}

/**
 * The z with P(Z <= z) = probability; -Infinity at 0, Infinity at 1.
 *
 * Relative error below 1e-14. Source: Wichura 1988, Applied Statistics 37(3), AS 241 (PPND16).
 *
 * @throws KernelError INVALID_ARGUMENT when `probability` is not in [0, 1].
 */
export function normalQuantile(probability: number): number {
  requireNumberIn('normalQuantile(probability)', probability, 0, 1);
  if (probability === 0) return -Infinity;
  if (probability === 1) return Infinity;
  const q = probability - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(central, 0.180625 - q * q);
  const r = Math.sqrt(-Math.log(Math.min(probability, 1 - probability)));
  const z = r <= 5 ? ratio(middle, r - 1.6) : ratio(far, r - 5);
  return q < 0 ? -z : z;
}

interface RationalCoefficients {
  readonly numerator: readonly number[];
  readonly denominator: readonly number[];
}

const central: RationalCoefficients = {
  numerator: [
    3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
    45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
  ],
  denominator: [
    1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867,
    39307.89580009271061, 28729.085735721942674, 5226.495278852854561,
  ],
};

const middle: RationalCoefficients = {
  numerator: [
    1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504,
    1.27045825245236838258, 0.24178072517745061177, 0.0227238449892691845833,
    7.7454501427834140764e-4,
  ],
  denominator: [
    1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455,
    0.14810397642748007459, 0.0151986665636164571966, 5.475938084995344946e-4,
    1.05075007164441684324e-9,
  ],
};

const far: RationalCoefficients = {
  numerator: [
    6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 0.29656057182850489123,
    0.026532189526576123093, 0.0012426609473880784386, 2.71155556874348757815e-5,
    2.01033439929228813265e-7,
  ],
  denominator: [
    1, 0.59983220655588793769, 0.13692988092273580531, 0.0148753612908506148525,
    7.868691311456132591e-4, 1.8463183175100546818e-5, 1.4215117583164458887e-7,
    2.04426310338993978564e-15,
  ],
};

function ratio({ numerator, denominator }: RationalCoefficients, x: number): number {
  return polynomial(numerator, x) / polynomial(denominator, x);
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}
