import { requireNumberIn } from '../checks/number-arguments.js';
import { KernelError } from '../errors.js';
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
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946,
    45921.95393154987, 67265.7709270087, 33430.57558358813, 2509.0809287301227,
  ],
  denominator: [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597,
    39307.89580009271, 28729.085735721943, 5226.495278852854,
  ],
};

const middle: RationalCoefficients = {
  numerator: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045,
    1.2704582524523684, 0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  denominator: [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008,
    0.015198666563616457, 0.0005475938084995345, 1.0507500716444169e-9,
  ],
};

const far: RationalCoefficients = {
  numerator: [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487,
    0.026532189526576124, 0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  denominator: [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
    1.8463183175100548e-5, 1.421511758316446e-7, 2.0442631033899397e-15,
  ],
};

function ratio({ numerator, denominator }: RationalCoefficients, x: number): number {
  return polynomial(numerator, x) / polynomial(denominator, x);
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}
