import { isFloat32Grid, type Kernel } from '@modelmeter/kernel';
import {
  createNumericProfileCounter,
  type NumericProfile,
  type NumericProfileCounter,
} from '@modelmeter/kernel/profiles';

/** Values that differ from a grid point by less are the point: the last bits of a sum or product. */
const lastBits = 2 ** -45;
/** Share of the distance to the next point that the tolerance never exceeds. */
const largestShare = 2 ** -10;
/** Points that a grid of the kernel may have. */
const maximumPoints = 16_384;

/**
 * Counts like `createNumericProfileCounter`, but 0.1 + 0.2 is counted at the grid point 0.3, and so
 * is 0.3 that was stored as float32. Integers and values that are really apart stay apart.
 *
 * The kernel counts exactly, on a grid with two more points around each one, and what lies between
 * them is added up. Grids of float32 values are exact already.
 */
export function createTolerantCounter(grid: Float64Array, kernel: Kernel): NumericProfileCounter {
  if (isFloat32Grid(grid) || 3 * grid.length > maximumPoints) {
    return createNumericProfileCounter({ grid, kernel });
  }
  const { points, targets } = surrounded(grid);
  const counter = createNumericProfileCounter({ grid: points, kernel });
  return {
    count: (values) => counter.count(values),
    reset: () => counter.reset(),
    profile() {
      const fine = counter.profile();
      const counts = new Float64Array(2 * grid.length + 1);
      for (const [bin, rows] of fine.counts.entries()) counts[targets[bin]!]! += rows;
      return { ...fine, grid, counts };
    },
  };
}

/** The profile with the grid points that are one value written twice, such as 0.3 and 0.1 + 0.2. */
export function mergeEqualPoints(profile: NumericProfile): NumericProfile {
  const { grid, counts } = profile;
  if (isFloat32Grid(grid)) return profile;
  const kept: number[] = [];
  const merged: number[] = [counts[0]!];
  for (const [index, point] of grid.entries()) {
    const before = kept.at(-1);
    if (before !== undefined && isOneValue(before, point)) {
      merged[merged.length - 2]! += merged.at(-1)! + counts[2 * index + 1]!;
      merged[merged.length - 1] = counts[2 * index + 2]!;
    } else {
      kept.push(point);
      merged.push(counts[2 * index + 1]!, counts[2 * index + 2]!);
    }
  }
  if (kept.length === grid.length) return profile;
  return { ...profile, grid: Float64Array.from(kept), counts: Float64Array.from(merged) };
}

function isOneValue(a: number, b: number): boolean {
  if (Number.isInteger(a) && Number.isInteger(b)) return false;
  return (
    b - a <= lastBits * Math.max(Math.abs(a), Math.abs(b)) ||
    Math.fround(a) === b ||
    Math.fround(b) === a
  );
}

/** A finer grid, and the bin of the grid that each of its bins belongs to. */
function surrounded(grid: Float64Array): { points: Float64Array; targets: Int32Array } {
  const points: number[] = [];
  const targets: number[] = [];
  /** Adds a point with the bin below it. */
  const add = (point: number, below: number, target: number): void => {
    if (points.length > 0 && point <= points.at(-1)!) return;
    points.push(point);
    targets.push(below, target);
  };
  for (const [index, point] of grid.entries()) {
    const room = Math.min(
      point - (grid[index - 1] ?? -Infinity),
      (grid[index + 1] ?? Infinity) - point,
    );
    const size = Number.isFinite(room) ? Math.max(Math.abs(point), room) : Math.abs(point);
    const tolerance = Math.min(lastBits * size, largestShare * room);
    const single = Math.fround(point);
    const isApart = Math.abs(single - point) > tolerance && Math.abs(single - point) < room / 4;
    const bin = 2 * index + 1;
    if (isApart && single < point) add(single, bin - 1, bin);
    add(point - tolerance, bin - 1, bin);
    add(point + tolerance, bin, bin);
    if (isApart && single > point) add(single, bin + 1, bin);
  }
  targets.push(2 * grid.length);
  return { points: Float64Array.from(points), targets: Int32Array.from(targets) };
}
