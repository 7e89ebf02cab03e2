import { requireIntegerIn } from '../checks/number-arguments.js';
import type { Kernel, NumericArray } from '../types.js';

export interface EqualWidthPsiOptions {
  /** Whole number from 1 to 65536; default 10. */
  readonly bins?: number;
}

/** What a share of 0 counts as. */
const leastShare = 1e-6;

/**
 * The population stability index of scorecard practice: equal-width bins over the range of both
 * samples, shares of at least 1e-6, natural logarithms.
 *
 * To reproduce figures made that way; for monitoring prefer `populationStabilityIndex` on the
 * quantile bins of the reference, which one outlier cannot blind. NaN is left out; a sample without
 * values gives 0. O(n + m).
 * Source: Siddiqi 2006, Credit Risk Scorecards, section on the stability index.
 *
 * @throws KernelError INVALID_ARGUMENT when a sample is not a float array, holds infinities or
 * spans more than the largest double, or `bins` is out of range.
 */
export function equalWidthPsi(
  kernel: Kernel,
  reference: NumericArray,
  current: NumericArray,
  options: EqualWidthPsiOptions = {},
): number {
  const { bins = 10 } = options;
  requireIntegerIn('equalWidthPsi(options.bins)', bins, 1, 65_536);
  const a = kernel.moments(reference);
  const b = kernel.moments(current);
  if (a.count === 0 || b.count === 0) return 0;
  const low = Math.min(a.min, b.min);
  const high = Math.max(a.max, b.max);
  const p = kernel.countUniform(reference, low, high, bins).counts;
  const q = kernel.countUniform(current, low, high, bins).counts;
  let sum = 0;
  for (let bin = 0; bin < bins; bin += 1) {
    const share = Math.max(leastShare, p[bin]! / a.count);
    const other = Math.max(leastShare, q[bin]! / b.count);
    sum += (other - share) * Math.log(other / share);
  }
  return sum;
}
