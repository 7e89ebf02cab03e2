import type { Counts } from '../checks/counts.js';
import { requireNumberIn } from '../checks/number-arguments.js';
import type { NumericProfile } from '../profiles/profile.js';
import { integrateCdfDifference, integrateProfileDifference } from './cdf-difference.js';

export interface WassersteinFromProfiles {
  /** In the unit of the values, or of the scale where one was given. */
  readonly distance: number;
  /** The true distance lies within `distance` ± `resolution`. */
  readonly resolution: number;
}

/**
 * Wasserstein-1 distance ∫ |F - G| dx of two samples, in the unit of the values: how far the rows
 * have to be moved on average.
 *
 * `values` are the ascending distinct values of both, the counts the rows of each at them, as
 * `Kernel.tieGroups` gives them. Equal to scipy's `wasserstein_distance`. The same when the samples
 * change places; a shift of all rows by d is |d|. 0 when a sample is empty; Infinity where only one
 * sample has an infinite value. O(bins).
 * Source: Vallender 1974, Theory of Probability and its Applications 18(4).
 *
 * @throws KernelError INVALID_COUNTS when the counts differ in length, are negative or not finite.
 * @throws KernelError INVALID_GRID when the values are not strictly ascending.
 */
export function wassersteinDistance(
  values: Float64Array | readonly number[],
  reference: Counts,
  current: Counts,
): number {
  return integrateCdfDifference('wassersteinDistance', values, reference, current, Math.abs);
}

/**
 * Wasserstein-1 distance of two profiles on one grid, with a bound.
 *
 * Exact on a grid that holds every value of both samples; on a thinner one the rows of a gap are
 * taken as spread evenly over it. Rows beyond one end of the grid count with the distance that the
 * mean of the profile gives them, however far that is; in a profile without a smallest and largest
 * value, such as the window of a monitor, as on the end, so that the distance is at least this.
 * Infinite values count as the largest or
 * smallest finite ones. 0 when a sample is empty. O(bins).
 *
 * @param scale What the distance is divided by, above 0; default 1. `profileDeviation(reference)`
 * makes it a number without unit.
 * @throws KernelError PROFILE_MISMATCH when the grids differ.
 * @throws KernelError INVALID_ARGUMENT when the scale is not a finite number above 0.
 */
export function wassersteinFromProfiles(
  reference: NumericProfile,
  current: NumericProfile,
  scale: number = 1,
): WassersteinFromProfiles {
  requireNumberIn('wassersteinFromProfiles(scale)', scale, Number.MIN_VALUE, Number.MAX_VALUE);
  const { integral, resolution } = integrateProfileDifference(
    'wassersteinFromProfiles',
    reference,
    current,
    Math.abs,
  );
  return {
    distance: Math.min(integral / scale, Number.MAX_VALUE),
    resolution: Math.min(resolution / scale, Number.MAX_VALUE),
  };
}

/**
 * Standard deviation √(m2 / (n - 1)) of the finite values of a profile; 1 where it is 0 or unknown,
 * so that the distance from a constant keeps the unit of the values.
 */
export function profileDeviation({ count, infinite, m2 }: NumericProfile): number {
  const finite = count - infinite;
  const deviation = finite > 1 ? Math.sqrt(m2 / (finite - 1)) : 0;
  return deviation > 0 ? deviation : 1;
}
