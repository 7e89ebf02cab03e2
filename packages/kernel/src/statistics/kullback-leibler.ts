import { type Counts, requireCountPair } from '../checks/counts.js';
import { requireNumberIn } from '../checks/number-arguments.js';
import { devianceTerm } from '../distributions/saddle-point.js';
import { requireLogarithmBase } from './logarithm-base.js';

export interface KullbackLeiblerOptions {
  /** Added to every count of both samples before the shares are taken; default 0.5. */
  readonly smoothing?: number;
  /** Base of the logarithm, above 1; default e (nats). */
  readonly base?: number;
}

/**
 * Kullback-Leibler divergence Σ p ln(p / q) of the reference shares p from the current shares q,
 * 0 or more: the information lost when the current shares replace those of the reference.
 *
 * Not the same when the samples change places; the population stability index is the sum of both
 * directions. Shares are taken after `smoothing` was added to every bin of both samples. 0 when a
 * sample is empty. With smoothing 0 a bin that the reference alone has makes it Infinity. O(bins).
 * Source: Kullback and Leibler 1951, Annals of Mathematical Statistics 22(1).
 *
 * @throws KernelError INVALID_COUNTS when the counts differ in length, are negative or not finite.
 * @throws KernelError INVALID_ARGUMENT when the smoothing is negative or not finite, or the base is
 * not a finite number above 1.
 */
export function kullbackLeibler(
  reference: Counts,
  current: Counts,
  options: KullbackLeiblerOptions = {},
): number {
  const { smoothing = 0.5, base = Math.E } = options;
  requireNumberIn('kullbackLeibler(options.smoothing)', smoothing, 0, Number.MAX_VALUE);
  requireLogarithmBase('kullbackLeibler(options.base)', base);
  const { n, m } = requireCountPair('kullbackLeibler', reference, current);
  if (n === 0 || m === 0) return 0;
  const bins = reference.length;
  let sum = 0;
  for (let bin = 0; bin < bins; bin += 1) {
    const p = (reference[bin]! + smoothing) / (n + bins * smoothing);
    const q = (current[bin]! + smoothing) / (m + bins * smoothing);
    // p ln(p / q) + q - p adds up to the same and is never below 0.
    if (p === 0) sum += q;
    else sum += q === 0 ? Infinity : Math.max(0, devianceTerm(p, q));
  }
  return sum / Math.log(base);
}
