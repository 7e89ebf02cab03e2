import { requireNumberIn } from '../checks/number-arguments.js';
import { KernelError } from '../errors.js';
import { incompleteGamma } from './gamma.js';
import { normalQuantile } from './normal.js';
import { logGammaOfNext, poissonDensity } from './saddle-point.js';

/** Near the mode an evaluation takes O(√degreesOfFreedom) terms: this bounds them. */
const maximumDegreesOfFreedom = 1e9;

/** Below it all mass is at 0 in double precision. */
const leastDegreesOfFreedom = 1e-290;

/**
 * P(X > x) of the chi-square distribution, in [0, 1].
 *
 * Relative error below 1e-11 down to 1e-300 for up to 1e6 degrees of freedom, which need not be
 * whole. With 0 degrees of freedom (or under 1e-290) all mass is at 0. 1 for x <= 0, 0 for x =
 * Infinity.
 *
 * @throws KernelError INVALID_ARGUMENT for NaN, or degrees of freedom outside [0, 1e9].
 */
export function chiSquareSurvival(x: number, degreesOfFreedom: number): number {
  requireDegreesOfFreedom('chiSquareSurvival', degreesOfFreedom);
  if (Number.isNaN(x)) {
    throw new KernelError('INVALID_ARGUMENT', {
      place: 'chiSquareSurvival(x)',
      value: x,
      nextStep: 'pass a number',
    });
  }
  if (x <= 0) return 1;
  return degreesOfFreedom < leastDegreesOfFreedom
    ? 0
    : incompleteGamma(0.5 * degreesOfFreedom, 0.5 * x).upper;
}

/**
 * The x with P(X <= x) = probability of the chi-square distribution; 0 at 0, Infinity at 1.
 *
 * Relative error below 1e-11. Newton's method on the logarithm of the smaller tail as a function
 * of ln x, kept inside a shrinking bracket: about five evaluations of the tail.
 *
 * @throws KernelError INVALID_ARGUMENT when `probability` is not in [0, 1], or degrees of freedom
 * outside [0, 1e9].
 */
export function chiSquareQuantile(probability: number, degreesOfFreedom: number): number {
  requireNumberIn('chiSquareQuantile(probability)', probability, 0, 1);
  requireDegreesOfFreedom('chiSquareQuantile', degreesOfFreedom);
  if (probability === 0 || degreesOfFreedom < leastDegreesOfFreedom) return 0;
  if (probability === 1) return Infinity;
  const a = 0.5 * degreesOfFreedom;
  const smallLogX = (Math.log(probability) + logGammaOfNext(a)) / a;
  // There the first term of the series for P is all of it, and P itself would underflow.
  if (smallLogX < -40) return 2 * Math.exp(smallLogX);
  return 2 * Math.exp(solveLogX(probability, a, startingLogX(probability, a, smallLogX)));
}

function requireDegreesOfFreedom(place: string, degreesOfFreedom: number): void {
  requireNumberIn(`${place}(degreesOfFreedom)`, degreesOfFreedom, 0, maximumDegreesOfFreedom);
}

/** Wilson and Hilferty 1931, PNAS 17; the first term of the series where their cube fails. */
function startingLogX(probability: number, a: number, smallLogX: number): number {
  const root = 1 - 1 / (9 * a) + normalQuantile(probability) / (3 * Math.sqrt(a));
  if (root > 0.2) return Math.log(a) + 3 * Math.log(root);
  return Math.min(smallLogX, Math.log(a + 1 - Math.log1p(-probability)));
}

function solveLogX(probability: number, a: number, start: number): number {
  const useLower = probability < 0.5;
  const goal = Math.log(useLower ? probability : 1 - probability);
  let low = -80;
  let high = Math.log(a + 1000 + 100 * Math.sqrt(a));
  let logX = Math.min(Math.max(start, low), high);
  for (let step = 0; step < 100; step += 1) {
    const x = Math.exp(logX);
    const { lower, upper } = incompleteGamma(a, x);
    const tail = useLower ? lower : upper;
    const excess = Math.log(tail) - goal;
    if (excess > 0 === useLower) high = logX;
    else low = logX;
    const slope = ((useLower ? a : -a) * poissonDensity(a, x)) / tail;
    let next = logX - excess / slope;
    if (!(next >= low && next <= high)) next = 0.5 * (low + high);
    if (Math.abs(next - logX) <= 4 * Number.EPSILON * Math.max(1, Math.abs(next))) return next;
    logX = next;
  }
  return logX;
}
