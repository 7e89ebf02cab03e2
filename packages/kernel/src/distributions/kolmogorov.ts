import { requireIntegerIn, requireNumberIn } from '../checks/number-arguments.js';
import { durbinMatrixCdf } from './kolmogorov-matrix.js';
import { pelzGoodCdf } from './kolmogorov-series.js';
import { logFactorial, smirnovSurvival } from './smirnov.js';

/**
 * P(D_n >= d) of the one-sample, two-sided Kolmogorov-Smirnov statistic of n observations, in
 * [0, 1]: scipy's `kstwo.sf(d, n)`.
 *
 * The choice of method is that of the source, so the errors are too: none beyond rounding up to
 * n = 140 but the chance of large deviations on both sides at once, which is left out where
 * n d² > 4 (4e-11 of p); for larger n the same where n d² > 2.2 (2e-6 of p), and below it the first
 * four terms of a series.
 * The work is bounded: at most 4000 terms in the tail, matrices of up to 120 rows in the middle.
 * Source: Simard and L'Ecuyer 2011, Journal of Statistical Software 39(11), sections 2 and 3.
 *
 * @throws KernelError INVALID_ARGUMENT when d is not in [0, 1], or n not a whole number of 1 or
 * more.
 */
export function kolmogorovSurvival(d: number, n: number): number {
  requireNumberIn('kolmogorovSurvival(d)', d, 0, 1);
  requireIntegerIn('kolmogorovSurvival(n)', n, 1, Number.MAX_SAFE_INTEGER);
  if (d >= 1) return 0;
  const t = n * d;
  if (t <= 0.5) return 1;
  if (t <= 1) return 1 - Math.exp(logFactorial(n) + n * Math.log((2 * t - 1) / n));
  if (t >= n - 1) return 2 * (1 - d) ** n;
  const z2 = t * d;
  if (d >= 0.5 || z2 > (n <= 140 ? 4 : 2.2)) return Math.min(1, 2 * smirnovSurvival(d, n));
  // The distribution function is below 1e-15 there.
  if (n > 140 && z2 < 0.0324) return 1;
  const useMatrix = n <= 140 || (n <= 100_000 && t * Math.sqrt(d) <= 1.4);
  return Math.min(1, Math.max(0, 1 - (useMatrix ? durbinMatrixCdf(d, n) : pelzGoodCdf(d, n))));
}
