import { studentTSurvival } from '../distributions/student-t.js';
import type { Moments } from '../types.js';

export interface WelchTTest {
  /** Difference of the means (current - reference) in standard errors; ±Infinity without spread. */
  readonly statistic: number;
  /** Satterthwaite's, above 0; 1 where neither sample varies. */
  readonly degreesOfFreedom: number;
  /** Two-sided, in [0, 1]. */
  readonly pValue: number;
}

/** The part of `Moments` that the test reads; a numeric profile has it too. */
export type SampleMoments = Pick<Moments, 'count' | 'infinite' | 'mean' | 'm2'>;

/**
 * Welch's t test that two samples have the same mean, with variances of their own.
 *
 * Equal to scipy's `ttest_ind(equal_var=False)`, the sign turned. Infinite and missing values are
 * left out. Fewer than two finite values in a sample give statistic 0 and p 1. Two
 * constants: p 1 where they are equal, else statistic ±Infinity and p 0. O(1).
 * Source: Welch 1947, Biometrika 34.
 */
export function welchT(reference: SampleMoments, current: SampleMoments): WelchTTest {
  const n = reference.count - reference.infinite;
  const m = current.count - current.infinite;
  if (!(n > 1 && m > 1)) return { statistic: 0, degreesOfFreedom: 1, pValue: 1 };
  const referenceError = Math.sqrt(reference.m2 / (n - 1) / n);
  const currentError = Math.sqrt(current.m2 / (m - 1) / m);
  const error = Math.hypot(referenceError, currentError);
  // Halves, so that means at both ends of the doubles do not overflow.
  const half = 0.5 * current.mean - 0.5 * reference.mean;
  if (half === 0) {
    return { statistic: 0, degreesOfFreedom: freedom(0.5, n, m), pValue: 1 };
  }
  if (error === 0)
    return { statistic: half > 0 ? Infinity : -Infinity, degreesOfFreedom: 1, pValue: 0 };
  if (error === Infinity) return { statistic: 0, degreesOfFreedom: 1, pValue: 1 };
  const statistic = 2 * (half / error);
  const degreesOfFreedom = freedom((referenceError / error) ** 2, n, m);
  return {
    statistic,
    degreesOfFreedom,
    pValue: Math.min(1, 2 * studentTSurvival(Math.abs(statistic), degreesOfFreedom)),
  };
}

/** From the share that the reference has in the variance of the difference. */
function freedom(share: number, n: number, m: number): number {
  return 1 / (share ** 2 / (n - 1) + (1 - share) ** 2 / (m - 1));
}
