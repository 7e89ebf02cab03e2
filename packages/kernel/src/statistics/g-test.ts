import { type Counts, requireCountPair } from '../checks/counts.js';
import { chiSquareSurvival } from '../distributions/chi-square.js';
import { devianceTerm } from '../distributions/saddle-point.js';
import type { ChiSquareTest } from './chi-square-contingency.js';

/**
 * The two-sample likelihood-ratio test on a 2 x K table, without a continuity correction.
 *
 * G = 2 Σ observed ln(observed / expected), the expected counts from both samples together; chi
 * square distributed in the limit, as Pearson's statistic is. Equal to scipy's `chi2_contingency`
 * with `lambda_='log-likelihood'` and `correction=False`. Bins that neither sample has are left
 * out. An empty sample or one bin alone gives statistic 0 and p 1. Pool rare bins first
 * (`poolRareBins`). O(bins).
 * Source: Wilks 1935, Annals of Mathematical Statistics 6(4).
 *
 * @throws KernelError INVALID_COUNTS when the counts differ in length, are negative or not finite.
 */
export function gTest(reference: Counts, current: Counts): ChiSquareTest {
  const { n, m } = requireCountPair('gTest', reference, current);
  if (n === 0 || m === 0) return { statistic: 0, degreesOfFreedom: 0, pValue: 1 };
  let sum = 0;
  let bins = 0;
  for (let bin = 0; bin < reference.length; bin += 1) {
    const referenceCount = reference[bin]!;
    const currentCount = current[bin]!;
    const both = referenceCount + currentCount;
    if (both === 0) continue;
    bins += 1;
    // The deviances add up to the same sum, since observed and expected rows are equally many,
    // and each is 0 or more: nothing cancels where the samples are alike.
    const excess = (referenceCount * m - currentCount * n) / (n + m);
    sum += deviance(referenceCount, (both * n) / (n + m), excess);
    sum += deviance(currentCount, (both * m) / (n + m), -excess);
  }
  const statistic = 2 * sum;
  const degreesOfFreedom = bins - 1;
  return {
    statistic,
    degreesOfFreedom,
    pValue: degreesOfFreedom === 0 ? 1 : chiSquareSurvival(statistic, degreesOfFreedom),
  };
}

/**
 * The p-value of `gTest` after Williams' correction, which divides G by a little more than 1: at
 * five rows a bin the chi-square distribution alone rejects 7 % at a nominal 5 %. O(bins).
 * Source: Williams 1976, Biometrika 63(1).
 */
export function williamsPValue(reference: Counts, current: Counts, test: ChiSquareTest): number {
  const { statistic, degreesOfFreedom } = test;
  if (degreesOfFreedom === 0) return 1;
  const { n, m } = requireCountPair('williamsPValue', reference, current);
  const all = n + m;
  let inverses = 0;
  for (let bin = 0; bin < reference.length; bin += 1) {
    const both = reference[bin]! + current[bin]!;
    if (both > 0) inverses += 1 / both;
  }
  const excess = ((all / n + all / m - 1) * (all * inverses - 1)) / (6 * all * degreesOfFreedom);
  return chiSquareSurvival(statistic / (1 + excess), degreesOfFreedom);
}

/** observed ln(observed / expected) + expected - observed, 0 or more. */
function deviance(observed: number, expected: number, excess: number): number {
  if (expected === 0) return 0;
  return observed === 0 ? expected : Math.max(0, devianceTerm(observed, expected, excess));
}
