import { maximumGridPoints } from '../checks/arguments.js';
import { requireIntegerIn } from '../checks/number-arguments.js';
import { KernelError } from '../errors.js';
import type { GridCounterOptions } from '../kernel/create-counters.js';
import { isFloat32Grid, roundGridToFloat32 } from '../numeric/float32-grid.js';
import { isOneValue, morePrecise } from '../numeric/rounding-errors.js';
import { chooseGridPoints, type DistinctValues } from './grid-points.js';
import type { NumericProfile } from './profile.js';

/**
 * One grid for a column whose parts were profiled on grids of their own, such as shards on
 * different machines: at most `gridPoints` of their points, lowest and highest among them, with
 * about equally many rows between neighbours, all parts together. Count every part on it and the
 * profiles merge.
 *
 * When a part was profiled from float32 values, so that its points are float32, all points are
 * rounded to it: 0.1 is one point, whatever the parts stored it as.
 *
 * The rows between two points of a part count as if they were on the upper one. O(points log
 * points).
 *
 * @param profiles One part or more.
 * @param gridPoints 2 to 16384, default 1024.
 * @param ties With `rounding`, points that differ by rounding errors only are one.
 * @throws KernelError INVALID_ARGUMENT when there is no part or `gridPoints` is out of range.
 */
export function commonGrid(
  profiles: readonly NumericProfile[],
  gridPoints: number = 1024,
  ties: NonNullable<GridCounterOptions['ties']> = 'exact',
): Float64Array {
  requireIntegerIn('commonGrid(gridPoints)', gridPoints, 2, maximumGridPoints);
  if (profiles.length === 0) {
    throw new KernelError('INVALID_ARGUMENT', {
      place: 'commonGrid(profiles)',
      value: '[]',
      nextStep: 'pass the profile of at least one part',
    });
  }
  const isFloat32 = profiles.some(({ grid }) => isFloat32Grid(grid));
  const rowsAt = new Map<number, number>();
  for (const { grid, counts } of profiles) {
    const values = isFloat32 ? roundGridToFloat32(grid) : grid;
    for (const [point, value] of values.entries()) {
      const rows = counts[2 * point]! + counts[2 * point + 1]!;
      rowsAt.set(value, (rowsAt.get(value) ?? 0) + rows);
    }
  }
  const distinct = distinctFrom(rowsAt, ties === 'rounding');
  return Float64Array.from(
    chooseGridPoints(distinct, gridPoints),
    (index) => distinct.values[index]!,
  );
}

function distinctFrom(
  rowsAt: ReadonlyMap<number, number>,
  mergesRounding: boolean,
): DistinctValues {
  const values: number[] = [];
  const below = [0];
  for (const value of Float64Array.from(rowsAt.keys()).sort()) {
    const rows = rowsAt.get(value)!;
    const before = values.at(-1);
    if (mergesRounding && before !== undefined && isOneValue(before, value)) {
      values[values.length - 1] = morePrecise(before, value);
      below[below.length - 1]! += rows;
    } else {
      values.push(value);
      below.push(below.at(-1)! + rows);
    }
  }
  return { values: Float64Array.from(values), below: Float64Array.from(below) };
}
