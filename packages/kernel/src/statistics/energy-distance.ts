import type { Counts } from '../checks/counts.js';
import type { NumericProfile } from '../profiles/profile.js';
import {
  type BoundedIntegral,
  integrateCdfDifference,
  integrateProfileDifference,
} from './cdf-difference.js';

export interface EnergyFromProfiles {
  readonly distance: number;
  /** The true distance lies within `distance` ± `resolution`. */
  readonly resolution: number;
}

/**
 * Energy distance √(2 ∫ (F - G)² dx) of two samples, in the square root of the unit of the values.
 *
 * `values` are the ascending distinct values of both, the counts the rows of each at them, as
 * `Kernel.tieGroups` gives them. Equal to scipy's `energy_distance`. The same when the samples
 * change places. 0 when a sample is empty; Infinity where only one sample has an infinite value.
 * O(bins).
 * Source: Székely and Rizzo 2013, Journal of Statistical Planning and Inference 143(8).
 *
 * @throws KernelError INVALID_COUNTS when the counts differ in length, are negative or not finite.
 * @throws KernelError INVALID_GRID when the values are not strictly ascending.
 */
export function energyDistance(
  values: Float64Array | readonly number[],
  reference: Counts,
  current: Counts,
): number {
  return Math.sqrt(
    2 * integrateCdfDifference('energyDistance', values, reference, current, squared),
  );
}

/**
 * Energy distance of two profiles on one grid, with a bound.
 *
 * Exact on a grid that holds every value of both samples; on a thinner one the rows of a gap are
 * taken as spread evenly over it, and those beyond its ends as far out as the mean of the profile
 * says. Infinite values count as the largest or smallest finite ones. 0 when a sample is empty.
 * O(bins).
 *
 * @throws KernelError PROFILE_MISMATCH when the grids differ.
 */
export function energyFromProfiles(
  reference: NumericProfile,
  current: NumericProfile,
): EnergyFromProfiles {
  const { integral, resolution }: BoundedIntegral = integrateProfileDifference(
    'energyFromProfiles',
    reference,
    current,
    squared,
  );
  const root = (value: number): number => Math.SQRT2 * Math.sqrt(Math.max(0, value));
  const distance = root(integral);
  return {
    distance,
    resolution: Math.max(
      root(integral + resolution) - distance,
      distance - root(integral - resolution),
    ),
  };
}

function squared(difference: number): number {
  return difference * difference;
}
