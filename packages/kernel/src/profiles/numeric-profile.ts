import { maximumGridPoints, requireNumericArray } from '../checks/arguments.js';
import { requireIntegerIn } from '../checks/number-arguments.js';
import type { GridCounterOptions } from '../kernel/create-counters.js';
import { createKernel } from '../kernel/create-kernel.js';
import type { Kernel, NumericArray } from '../types.js';
import { chooseGridPoints, distinctValues } from './grid-points.js';
import { createNumericProfileCounter } from './numeric-profile-counter.js';
import type { NumericProfile } from './profile.js';
import { finiteMoments, summaryOf } from './summary.js';

export interface NumericProfileOptions {
  /** Most points of a grid that is chosen from the values: 2 to 16384, default 1024. */
  readonly gridPoints?: number;
  /** Counts on this grid instead, so that the profile merges with others on it; copied. */
  readonly grid?: Float64Array;
  /**
   * Which values equal a grid point, as for `createGridCounter`; default `exact`. With `rounding`,
   * distinct values that differ by rounding errors only become one point.
   */
  readonly ties?: NonNullable<GridCounterOptions['ties']>;
  /** Runs the loops; default `createKernel()`. */
  readonly kernel?: Kernel;
}

type Ties = NonNullable<NumericProfileOptions['ties']>;

/**
 * Profile of a numeric column.
 *
 * The grid holds all distinct finite values when they are at most `gridPoints`; else as many
 * values as that, minimum and maximum among them, with about equally many rows between
 * neighbours. NaN is missing; infinite values fall into the end bins. The values are read, not
 * retained. O(n log n) and three copies of the column while it runs; with `grid` one pass.
 *
 * @throws KernelError INVALID_ARGUMENT when `values` is not a float array, or `gridPoints` is out
 * of range.
 * @throws KernelError INVALID_GRID when `grid` is not strictly ascending or has too many points.
 * @throws KernelError OUT_OF_MEMORY when the WebAssembly memory cannot hold two copies.
 */
export function numericProfile(
  values: NumericArray,
  options: NumericProfileOptions = {},
): NumericProfile {
  const { gridPoints = 1024, grid, ties = 'exact', kernel = createKernel() } = options;
  requireNumericArray('numericProfile(values)', values);
  requireIntegerIn('numericProfile(options.gridPoints)', gridPoints, 2, maximumGridPoints);
  return grid === undefined
    ? profileOnOwnGrid(values, gridPoints, ties, kernel)
    : profileOnGrid(values, grid, ties, kernel);
}

function profileOnOwnGrid(
  values: NumericArray,
  gridPoints: number,
  ties: Ties,
  kernel: Kernel,
): NumericProfile {
  const sorted = kernel.sort(values);
  let first = 0;
  let end = sorted.length;
  while (first < end && sorted[first] === -Infinity) first += 1;
  while (end > first && sorted[end - 1] === Infinity) end -= 1;
  const distinct = distinctValues(sorted.subarray(first, end), ties === 'rounding');
  const points = chooseGridPoints(distinct, gridPoints);
  const grid = Float64Array.from(points, (index) => distinct.values[index]!);

  const counts = new Float64Array(2 * grid.length + 1);
  let counted = 0;
  for (const [point, index] of points.entries()) {
    counts[2 * point] = distinct.below[index]! - counted;
    counted = distinct.below[index + 1]!;
    counts[2 * point + 1] = counted - distinct.below[index]!;
  }
  counts[0]! += first;
  counts[2 * grid.length]! += sorted.length - end;
  return { ...summaryOf(finiteMoments(values, kernel)), grid, counts };
}

function profileOnGrid(
  values: NumericArray,
  grid: Float64Array,
  ties: Ties,
  kernel: Kernel,
): NumericProfile {
  const counter = createNumericProfileCounter({ grid, ties, kernel });
  counter.count(values);
  return counter.profile();
}
