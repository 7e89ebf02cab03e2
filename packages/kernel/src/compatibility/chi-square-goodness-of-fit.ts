import { type Counts, requireCountPair } from '../checks/counts.js';
import { chiSquareSurvival } from '../distributions/chi-square.js';
import type { ChiSquareTest } from '../statistics/chi-square-contingency.js';

/**
 * Pearson's goodness-of-fit test of the current counts against the reference shares, as if these
 * had no chance in them.
 *
 * To reproduce what Evidently reports for categories: with ten of them, 1000 reference rows and
 * 2000 current ones it rejects samples of one distribution 78 % of the time at a level of 5 %.
 * Prefer `chiSquareContingency`. A category that only the current sample has makes the statistic
 * Infinity and p 0. An empty sample or one category alone gives statistic 0 and p 1. O(bins).
 * Source: Pearson 1900, Philosophical Magazine 50.
 *
 * @throws KernelError INVALID_COUNTS when the counts differ in length, are negative or not finite.
 */
export function chiSquareGoodnessOfFit(reference: Counts, current: Counts): ChiSquareTest {
  const { n, m } = requireCountPair('chiSquareGoodnessOfFit', reference, current);
  if (n === 0 || m === 0) return { statistic: 0, degreesOfFreedom: 0, pValue: 1 };
  let statistic = 0;
  let bins = 0;
  for (let bin = 0; bin < reference.length; bin += 1) {
    if (reference[bin] === 0 && current[bin] === 0) continue;
    bins += 1;
    const expected = (reference[bin]! / n) * m;
    statistic += (current[bin]! - expected) ** 2 / expected;
  }
  const degreesOfFreedom = bins - 1;
  return {
    statistic,
    degreesOfFreedom,
    pValue: degreesOfFreedom === 0 ? 1 : chiSquareSurvival(statistic, degreesOfFreedom),
  };
}
