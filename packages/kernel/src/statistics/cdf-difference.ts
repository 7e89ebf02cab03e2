import { type Counts, requireCountPair } from '../checks/counts.js';
import { KernelError } from '../errors.js';
import type { NumericProfile } from '../profiles/profile.js';

/** An integral over the grid and how far the true one may be from it. */
export interface BoundedIntegral {
  readonly integral: number;
  readonly resolution: number;
}

/**
 * ∫ h(F - G) dx over the values of two samples counted at ascending distinct values.
 *
 * `h` is even, 0 at 0 and does not fall away from it. Infinity where the distribution functions
 * differ up to an infinite value.
 */
export function integrateCdfDifference(
  place: string,
  values: Float64Array | readonly number[],
  reference: Counts,
  current: Counts,
  h: (difference: number) => number,
): number {
  const { n, m } = requireCountPair(place, reference, current);
  if (values.length !== reference.length) {
    throw new KernelError('INVALID_COUNTS', {
      place: `${place}(values).length`,
      value: values.length,
      nextStep: `pass the value of each of the ${reference.length} counts`,
    });
  }
  for (let bin = 0; bin < values.length; bin += 1) {
    if (bin === 0 ? Number.isNaN(values[0]) : !(values[bin]! > values[bin - 1]!)) {
      throw new KernelError('INVALID_GRID', {
        place: `${place}(values)[${bin}]`,
        value: values[bin],
        nextStep: 'pass strictly ascending values',
      });
    }
  }
  if (n === 0 || m === 0) return 0;
  let sum = 0;
  let referenceBelow = 0;
  let currentBelow = 0;
  for (let bin = 0; bin < values.length - 1; bin += 1) {
    referenceBelow += reference[bin]!;
    currentBelow += current[bin]!;
    const height = h(referenceBelow / n - currentBelow / m);
    if (height > 0) sum += height * (values[bin + 1]! - values[bin]!);
  }
  return sum;
}

/**
 * The same of two profiles on one grid, with the rows of a gap spread evenly over it.
 *
 * Inside a gap F - G may be anything between its value on the left less the current rows of the gap
 * and that value plus the reference rows: hence `resolution`, 0 where the grid holds every value.
 * The gaps at both ends reach to the smallest and largest finite value; infinite rows count as
 * there.
 */
export function integrateProfileDifference(
  place: string,
  reference: NumericProfile,
  current: NumericProfile,
  h: (difference: number) => number,
): BoundedIntegral {
  const { n, m } = requireCountPair(place, reference.counts, current.counts);
  const { grid } = reference;
  if (reference.counts.length !== 2 * grid.length + 1 || !sameGrid(grid, current.grid)) {
    throw new KernelError('PROFILE_MISMATCH', {
      place: `${place}(current).grid`,
      value: current.grid,
      nextStep: 'count both samples on the same grid',
    });
  }
  if (n === 0 || m === 0 || grid.length === 0) return { integral: 0, resolution: 0 };
  const lowest = Math.min(grid[0]!, reference.min ?? Infinity, current.min ?? Infinity);
  const highest = Math.max(grid.at(-1)!, reference.max ?? -Infinity, current.max ?? -Infinity);
  let integral = 0;
  let resolution = 0;
  let difference = 0;
  for (let point = 0; point <= grid.length; point += 1) {
    const from = point === 0 ? lowest : grid[point - 1]!;
    const to = point === grid.length ? highest : grid[point]!;
    const referenceShare = reference.counts[2 * point]! / n;
    const currentShare = current.counts[2 * point]! / m;
    const after = difference + referenceShare - currentShare;
    const low = h(difference - currentShare);
    const high = h(difference + referenceShare);
    const crosses = difference - currentShare <= 0 && difference + referenceShare >= 0;
    const middle = 0.5 * (h(difference) + h(after));
    const least = crosses ? 0 : Math.min(low, high);
    const width = Math.min(to - from, Number.MAX_VALUE);
    if (middle > 0) integral += middle * width;
    if (referenceShare > 0 || currentShare > 0) {
      resolution += Math.max(Math.max(low, high) - middle, middle - least) * width;
    }
    if (point < grid.length) {
      difference =
        after + reference.counts[2 * point + 1]! / n - current.counts[2 * point + 1]! / m;
    }
  }
  return {
    integral: Math.min(integral, Number.MAX_VALUE),
    resolution: Math.min(resolution, Number.MAX_VALUE),
  };
}

function sameGrid(a: Float64Array, b: Float64Array): boolean {
  return a === b || (a.length === b.length && a.every((point, index) => point === b[index]));
}
