import { type Counts, requireCountPair } from '../checks/counts.js';
import { chiSquareContingency } from './chi-square-contingency.js';

export interface CramersVOptions {
  /** Subtract what chance alone gives on average; default false. */
  readonly biasCorrected?: boolean;
}

/**
 * Cramér's V of a 2 x K table, in [0, 1]: how strongly the bin depends on the sample.
 *
 * √(χ² / (n + m)), an effect size that does not grow with the rows. Bins that neither sample has
 * are left out. 0 when a sample is empty or there is one bin alone. The bias-corrected form is 0
 * where chance explains the whole. Depends on how unequal the sizes are. O(bins).
 * Source: Cramér 1946, Mathematical Methods of Statistics, section 21.9; of the correction,
 * Bergsma 2013, Journal of the Korean Statistical Society 42(3).
 *
 * @throws KernelError INVALID_COUNTS when the counts differ in length, are negative or not finite.
 */
export function cramersV(
  reference: Counts,
  current: Counts,
  options: CramersVOptions = {},
): number {
  const { biasCorrected = false } = options;
  const { n, m } = requireCountPair('cramersV', reference, current);
  const { statistic, degreesOfFreedom } = chiSquareContingency(reference, current);
  if (degreesOfFreedom === 0) return 0;
  const rows = n + m;
  const association = statistic / rows;
  if (!biasCorrected) return Math.min(1, Math.sqrt(association));
  if (rows <= 1) return 0;
  const chance = degreesOfFreedom / (rows - 1);
  const columns = degreesOfFreedom + 1 - degreesOfFreedom * chance;
  const samples = 2 - 1 / (rows - 1);
  const most = Math.min(columns, samples) - 1;
  if (most <= 0) return 0;
  return Math.min(1, Math.sqrt(Math.max(0, association - chance) / most));
}
