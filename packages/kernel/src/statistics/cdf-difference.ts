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
 * there. How far the rows of an end lie beyond the grid follows from the mean of the profile, and
 * the integral there is what that allows: |F - G| of rows beyond one end alone has no other value.
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
  const beyond = { reference: rowsBeyondGrid(reference, n), current: rowsBeyondGrid(current, m) };
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
    const width = Math.min(to - from, Number.MAX_VALUE);
    let least = (crosses ? 0 : Math.min(low, high)) * width;
    let most = Math.max(low, high) * width;
    if (point === 0 || point === grid.length) {
      const end = point === 0 ? 'below' : 'above';
      const bounds = boundsBeyond(beyond.reference[end], beyond.current[end], width, h);
      least = Math.max(least, bounds.low);
      most = Math.max(least, Math.min(most, bounds.high));
    }
    const area = Math.min(most, Math.max(least, middle * width));
    integral += area;
    if (referenceShare > 0 || currentShare > 0) resolution += Math.max(most - area, area - least);
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

interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The rows beyond one end of the grid: their share, and their distances from it over all rows. */
interface RowsBeyond extends Interval {
  readonly share: number;
}

/**
 * How far the rows of a profile lie beyond the ends of its grid: Σ |x - end| over all its rows.
 *
 * One row at least is at the smallest or largest value, none further out. The mean adds that the
 * distances above less those below are the rest of Σ (x - mean) = 0, once the rows on the grid are
 * taken off it: those at points exactly, those between two points within the gap.
 */
function rowsBeyondGrid(
  { grid, counts, min, max, mean, infinite }: NumericProfile,
  rows: number,
): { readonly below: RowsBeyond; readonly above: RowsBeyond } {
  const first = grid[0]!;
  const last = grid.at(-1)!;
  const below = endOf(counts[0]! / rows, Math.max(0, first - (min ?? first)), rows);
  const above = endOf(counts.at(-1)! / rows, Math.max(0, (max ?? last) - last), rows);
  // Infinite rows are not in the mean.
  if (infinite > 0 || (below.high === 0 && above.high === 0)) return { below, above };
  const rest = { low: 0, high: 0 };
  for (let bin = 0; bin < counts.length; bin += 1) {
    const share = counts[bin]! / rows;
    const point = bin >> 1;
    if (share === 0) continue;
    rest.low += share * (mean - grid[Math.min(point, grid.length - 1)]!);
    rest.high += share * (mean - grid[bin % 2 === 1 ? point : Math.max(point - 1, 0)]!);
  }
  return {
    below: { ...below, ...within(below, above.low - rest.high, above.high - rest.low) },
    above: { ...above, ...within(above, below.low + rest.low, below.high + rest.high) },
  };
}

function endOf(share: number, width: number, rows: number): RowsBeyond {
  return { share, low: Math.min(share, 1 / rows) * width, high: share * width };
}

/** The part of an interval within other bounds; rounding may part them, and then the nearer end. */
function within({ low, high }: Interval, least: number, most: number): Interval {
  const clamped = (value: number): number => Math.min(high, Math.max(low, value));
  return { low: clamped(least), high: clamped(most) };
}

/**
 * What ∫ h(F - G) dx over the gap beyond one end may be, given the distances of the rows there.
 *
 * By Jensen's inequality it is smallest when F - G, whose integral is the difference of the
 * distances, is the same all along; and at most what each sample alone has with its rows in one
 * place.
 */
function boundsBeyond(
  reference: RowsBeyond,
  current: RowsBeyond,
  width: number,
  h: (difference: number) => number,
): Interval {
  if (!(width > 0)) return { low: 0, high: 0 };
  const apart = Math.max(0, reference.low - current.high, current.low - reference.high);
  const alone = ({ share, high }: RowsBeyond): number =>
    share > 0 ? (high / share) * h(share) : 0;
  return { low: width * h(apart / width), high: alone(reference) + alone(current) };
}

function sameGrid(a: Float64Array, b: Float64Array): boolean {
  return a === b || (a.length === b.length && a.every((point, index) => point === b[index]));
}
