import { mergeMoments } from '../numeric/moments.js';
import { jensenShannonDistance } from '../statistics/jensen-shannon.js';
import { wassersteinDistance } from '../statistics/wasserstein.js';
import type { Kernel, Moments, NumericArray } from '../types.js';
import { sturgesBins } from './automatic-bins.js';

/** Up to so many distinct values of the reference each is a bin of its own. */
const mostDistinctValues = 20;
/** What a share of 0 counts as, unless other shares are as small. */
const leastShare = 1e-4;
/** What a smaller deviation counts as. */
const leastDeviation = 0.001;

/**
 * The population stability index as Evidently 0.7 computes it for a numeric column: Sturges bins
 * over both samples, or every value its own bin where the reference has at most 20 distinct ones.
 * A share of 0 counts as 1e-4, or as a millionth of the smallest share of its sample where that is
 * 1e-4 or less.
 *
 * NaN is left out; a sample without values gives 0. O(n + m).
 *
 * @throws KernelError INVALID_ARGUMENT when a sample is not a float array or holds infinities.
 */
export function evidentlyPsi(
  kernel: Kernel,
  reference: NumericArray,
  current: NumericArray,
): number {
  const { p, q } = shares(kernel, reference, current);
  const leastOfReference = replacementOfZero(p);
  const leastOfCurrent = replacementOfZero(q);
  let sum = 0;
  for (let bin = 0; bin < p.length; bin += 1) {
    const share = p[bin]! || leastOfReference;
    const other = q[bin]! || leastOfCurrent;
    sum += (share - other) * Math.log(share / other);
  }
  return sum;
}

/**
 * The Jensen-Shannon distance as Evidently 0.7 computes it for a numeric column: on the bins of
 * `evidentlyPsi`, natural logarithms.
 *
 * NaN is left out; a sample without values gives 0. O(n + m).
 *
 * @throws KernelError INVALID_ARGUMENT when a sample is not a float array or holds infinities.
 */
export function evidentlyJensenShannon(
  kernel: Kernel,
  reference: NumericArray,
  current: NumericArray,
): number {
  const { p, q } = shares(kernel, reference, current);
  return p.length === 0 ? 0 : jensenShannonDistance(p, q);
}

/**
 * The Wasserstein distance as Evidently 0.7 normalises it: over the deviation of the reference
 * (divided by n), taken for 0.001 where it is smaller, which hides shifts of features in small
 * units.
 *
 * NaN is left out; a sample without values gives 0, an infinite value of one sample Infinity.
 * O(n + m) after sorting.
 *
 * @throws KernelError INVALID_ARGUMENT when a sample is not a float array.
 */
export function evidentlyWasserstein(
  kernel: Kernel,
  reference: NumericArray,
  current: NumericArray,
): number {
  const { count, m2 } = kernel.moments(reference);
  const groups = kernel.tieGroups(reference, current);
  if (count === 0 || groups.values.length === 0) return 0;
  const deviation = Math.max(leastDeviation, Math.sqrt(m2 / count));
  const distance = wassersteinDistance(groups.values, groups.reference, groups.current);
  return distance === Infinity ? Infinity : distance / deviation;
}

function replacementOfZero(shares: Float64Array): number {
  const smallest = shares.reduce((least, share) => (share > 0 ? Math.min(least, share) : least), 1);
  return smallest <= leastShare ? smallest / 1e6 : leastShare;
}

function shares(
  kernel: Kernel,
  reference: NumericArray,
  current: NumericArray,
): { readonly p: Float64Array; readonly q: Float64Array } {
  const a = kernel.moments(reference);
  const b = kernel.moments(current);
  if (a.count === 0 || b.count === 0) return { p: new Float64Array(0), q: new Float64Array(0) };
  const { p, q } = counts(kernel, reference, current, mergeMoments(a, b));
  return { p: p.map((count) => count / a.count), q: q.map((count) => count / b.count) };
}

function counts(
  kernel: Kernel,
  reference: NumericArray,
  current: NumericArray,
  both: Moments,
): { readonly p: Float64Array; readonly q: Float64Array } {
  const { minimum, maximum, bins } = sturgesBins(both);
  // Refuses infinities, in every case.
  const p = kernel.countUniform(reference, minimum, maximum, bins).counts;
  const q = kernel.countUniform(current, minimum, maximum, bins).counts;
  const groups = kernel.tieGroups(reference, current);
  const distinct = groups.reference.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  return distinct > mostDistinctValues
    ? { p, q }
    : { p: Float64Array.from(groups.reference), q: Float64Array.from(groups.current) };
}
