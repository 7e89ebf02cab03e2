import { requireNumberIn, requireSampleSize } from '../checks/number-arguments.js';
import { normalSurvival } from '../distributions/normal.js';

/** Rows of a sample and how many of them have the property in question. */
export interface Proportion {
  readonly successes: number;
  readonly rows: number;
}

export interface TwoProportionZTest {
  /** Current share less reference share, in [-1, 1]. */
  readonly difference: number;
  /** The difference in standard errors of the pooled share. */
  readonly statistic: number;
  /** Two-sided, in [0, 1]. */
  readonly pValue: number;
}

/**
 * The z test that a share is the same in two samples: missing values, errors, a flag.
 *
 * Equal to statsmodels' `proportions_ztest` with its pooled variance; z² is the chi-square
 * statistic of the 2 x 2 table. An empty sample, or a share of 0 or 1 in both, gives statistic 0
 * and p 1. A limiting distribution: for few rows see `fisherExact`. O(1). Source: Fleiss, Levin and
 * Paik 2003, Statistical Methods for Rates and Proportions, section 3.2.
 *
 * @throws KernelError INVALID_ARGUMENT when rows are negative or not finite, or successes not in
 * [0, rows].
 */
export function twoProportionZ(reference: Proportion, current: Proportion): TwoProportionZTest {
  requireProportion('twoProportionZ(reference)', reference);
  requireProportion('twoProportionZ(current)', current);
  const { rows: n } = reference;
  const { rows: m } = current;
  if (n === 0 || m === 0) return { difference: 0, statistic: 0, pValue: 1 };
  const difference = current.successes / m - reference.successes / n;
  const pooled = (reference.successes + current.successes) / (n + m);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m));
  const statistic = error > 0 ? difference / error : 0;
  return {
    difference,
    statistic,
    pValue: Math.min(1, 2 * normalSurvival(Math.abs(statistic))),
  };
}

function requireProportion(place: string, { successes, rows }: Proportion): void {
  requireSampleSize(`${place}.rows`, rows);
  requireNumberIn(`${place}.successes`, successes, 0, rows);
}
