import { maximumGridPoints } from '../checks/arguments.js';
import { isFloat32Grid } from './float32-grid.js';

/** Sums and products differ from their exact value by less than this share of it. */
const relativeError = 2 ** -45;
/** Share of the distance to the next grid point that a tolerance never exceeds. */
const largestShare = 2 ** -10;

/**
 * Whether two finite numbers are one value: the same but for rounding errors, such as 0.1 + 0.2
 * and 0.3, or one of them as the other was stored in float32. Two whole numbers are one value only
 * when they are equal.
 */
export function isOneValue(a: number, b: number): boolean {
  if (a === b) return true;
  if (Number.isInteger(a) && Number.isInteger(b)) return false;
  return (
    Math.abs(b - a) <= relativeError * Math.max(Math.abs(a), Math.abs(b)) ||
    Math.fround(a) === b ||
    Math.fround(b) === a
  );
}

/**
 * The one of two forms of one value that has more digits: the float32 that a double is stored as
 * follows from it, but not the other way round.
 */
export function morePrecise(a: number, b: number): number {
  return Math.fround(a) === a ? b : a;
}

/** A finer grid, and for each of its 2k + 1 bins the bin of the original grid that it is part of. */
export interface SurroundedGrid {
  readonly points: Float64Array;
  readonly bins: Int32Array;
}

/**
 * The grid with points around each one, so that what lies between these can be counted as equal to
 * it: a tolerance of 2^-45 of its magnitude or of the distance to the next point, whichever is
 * larger, but at most 2^-10 of that distance; in addition the float32 nearest to the point. Whole
 * numbers never fall together.
 *
 * Undefined where equality is exact already or cannot be otherwise: for float32 points, and for
 * more than 5461 points. O(points).
 *
 * @param grid Strictly ascending, finite.
 */
export function surroundGrid(grid: Float64Array): SurroundedGrid | undefined {
  if (3 * grid.length > maximumGridPoints || isFloat32Grid(grid)) return undefined;
  const points = new Float64Array(3 * grid.length);
  const bins = new Int32Array(6 * grid.length + 1);
  let length = 0;
  /** Adds a point, whose own bin is that of the grid point, and the bin below it. */
  const add = (point: number, below: number, equal: number): void => {
    if (length > 0 && point <= points[length - 1]!) return;
    points[length] = point;
    bins[2 * length] = below;
    bins[2 * length + 1] = equal;
    length += 1;
  };
  for (let index = 0; index < grid.length; index += 1) {
    const point = grid[index]!;
    const room = Math.min(
      point - (grid[index - 1] ?? -Infinity),
      (grid[index + 1] ?? Infinity) - point,
    );
    const tolerance = toleranceOf(point, room);
    const single = Math.fround(point);
    const distance = Math.abs(single - point);
    const isApart = !Number.isInteger(point) && distance > tolerance && distance < room / 4;
    const equal = 2 * index + 1;
    if (isApart && single < point) add(single, equal - 1, equal);
    add(Math.max(point - tolerance, -Number.MAX_VALUE), equal - 1, equal);
    add(Math.min(point + tolerance, Number.MAX_VALUE), equal, equal);
    if (isApart && single > point) add(single, equal + 1, equal);
  }
  bins[2 * length] = 2 * grid.length;
  return { points: points.subarray(0, length), bins: bins.subarray(0, 2 * length + 1) };
}

function toleranceOf(point: number, room: number): number {
  const size = Number.isFinite(room) ? Math.max(Math.abs(point), room) : Math.abs(point);
  const largest = Number.isInteger(point) ? Math.min(room, 1) : room;
  return Math.min(relativeError * size, largestShare * largest);
}
