import { requireNumberIn } from '../checks/number-arguments.js';
import { incompleteBeta } from './incomplete-beta.js';

/**
 * P(F > f) of Fisher's F distribution, in [0, 1]: of the ratio of two independent chi-square
 * variables, each divided by its degrees of freedom.
 *
 * Relative error below 1e-10. Source: Abramowitz and Stegun 1964, 26.6.2.
 *
 * @param f Any number; 1 for 0 or less, 0 for Infinity.
 * @throws KernelError INVALID_ARGUMENT for NaN, or degrees of freedom not in (0, 1e9].
 */
export function fSurvival(f: number, numerator: number, denominator: number): number {
  requireNumberIn('fSurvival(numerator)', numerator, 1e-9, 1e9);
  requireNumberIn('fSurvival(denominator)', denominator, 1e-9, 1e9);
  if (f === Infinity) return 0;
  if (f <= 0) return 1;
  requireNumberIn('fSurvival(f)', f, 0, Number.MAX_VALUE);
  const x = 1 / (1 + (numerator / denominator) * f);
  const y = 1 / (1 + denominator / numerator / f);
  return incompleteBeta(denominator / 2, numerator / 2, x, y).lower;
}
