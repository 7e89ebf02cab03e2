import { type Counts, requireCountPair } from '../checks/counts.js';
import { chiSquareSurvival } from '../distributions/chi-square.js';

export interface ChiSquareTest {
  /** Pearson's statistic, 0 or more. */
  readonly statistic: number;
  /** Bins that either sample has, minus 1; 0 when a sample is empty. */
  readonly degreesOfFreedom: number;
  /** P(X >= statistic) without drift, in [0, 1]. */
  readonly pValue: number;
}

/**
 * The two-sample chi-square contingency test on a 2 x K table, without Yates' correction.
 *
 * n m Σ (p - q)² / (n p + m q) with the shares p and q of the two samples: expected counts come
 * from both, so the reference is not treated as exact. Bins that neither sample has are left out.
 * An empty sample or one bin alone gives statistic 0 and p 1. The distribution is a limit: pool
 * rare bins first (`poolRareBins`). Source: Pearson 1911, Biometrika 8.
 *
 * @throws KernelError INVALID_COUNTS when the counts differ in length, are negative or not finite.
 */
export function chiSquareContingency(reference: Counts, current: Counts): ChiSquareTest {
  const { n, m } = requireCountPair('chiSquareContingency', reference, current);
  if (n === 0 || m === 0) return { statistic: 0, degreesOfFreedom: 0, pValue: 1 };
  let sum = 0;
  let bins = 0;
  for (let bin = 0; bin < reference.length; bin += 1) {
    const referenceCount = reference[bin]!;
    const currentCount = current[bin]!;
    const both = referenceCount + currentCount;
    if (both === 0) continue;
    bins += 1;
    const difference = referenceCount / n - currentCount / m;
    sum += (difference * difference) / both;
  }
  const statistic = n * m * sum;
  const degreesOfFreedom = bins - 1;
  return {
    statistic,
    degreesOfFreedom,
    pValue: degreesOfFreedom === 0 ? 1 : chiSquareSurvival(statistic, degreesOfFreedom),
  };
}
