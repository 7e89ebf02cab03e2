import { type Counts, requireCountPair } from '../checks/counts.js';
import { requireLogarithmBase } from './logarithm-base.js';

export interface JensenShannonOptions {
  /** Base of the logarithm, above 1; default e (nats). With 2 both results lie in [0, 1]. */
  readonly base?: number;
}

/**
 * Jensen-Shannon distance: the square root of the divergence, in [0, √(ln 2 / ln base)].
 *
 * This is scipy's `jensenshannon`. 0 when a sample is empty.
 *
 * @throws KernelError INVALID_COUNTS when the counts differ in length, are negative or not finite.
 * @throws KernelError INVALID_ARGUMENT when the base is not a finite number above 1.
 */
export function jensenShannonDistance(
  reference: Counts,
  current: Counts,
  options: JensenShannonOptions = {},
): number {
  return Math.sqrt(jensenShannonDivergence(reference, current, options));
}

/**
 * Jensen-Shannon divergence ½ KL(p ‖ ½(p + q)) + ½ KL(q ‖ ½(p + q)), in [0, ln 2 / ln base].
 *
 * Needs no smoothing: empty bins are allowed in either sample. 0 when a sample is empty, and
 * exactly 0 for equal shares. Source: Lin 1991, IEEE Transactions on Information Theory 37(1).
 *
 * @throws KernelError INVALID_COUNTS when the counts differ in length, are negative or not finite.
 * @throws KernelError INVALID_ARGUMENT when the base is not a finite number above 1.
 */
export function jensenShannonDivergence(
  reference: Counts,
  current: Counts,
  options: JensenShannonOptions = {},
): number {
  const { base = Math.E } = options;
  requireLogarithmBase('jensenShannonDivergence(options.base)', base);
  const { n, m } = requireCountPair('jensenShannonDivergence', reference, current);
  if (n === 0 || m === 0) return 0;
  let sum = 0;
  for (let bin = 0; bin < reference.length; bin += 1) {
    const p = reference[bin]! / n;
    const q = current[bin]! / m;
    if (p !== q) sum += (p + q) * entropyLoss((p - q) / (p + q));
  }
  return Math.min(Math.LN2, 0.25 * sum) / Math.log(base);
}

/** (1 + d) ln(1 + d) + (1 - d) ln(1 - d), by its series where the two terms would cancel. */
function entropyLoss(d: number): number {
  const square = d * d;
  if (square === 1) return 2 * Math.LN2;
  if (square > 0.04) return (1 + d) * Math.log1p(d) + (1 - d) * Math.log1p(-d);
  let sum = 0;
  let power = 1;
  // The square is at most 0.04: 12 terms reach the last digit.
  for (let k = 1; k <= 12; k += 1) {
    power *= square;
    const next = sum + power / (k * (2 * k - 1));
    if (next === sum) break;
    sum = next;
  }
  return sum;
}
