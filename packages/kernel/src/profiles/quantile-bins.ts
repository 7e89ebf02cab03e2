import { type Counts, requireCounts } from '../checks/counts.js';
import { requireIntegerIn } from '../checks/number-arguments.js';
import { KernelError } from '../errors.js';
import { nextBelow } from '../numeric/next-below.js';
import type { NumericProfile } from './profile.js';

/**
 * Rows that a bin beside the frequent values holds at least. With fewer, bins would be pooled by what the
 * other sample happens to have in them.
 */
const fewestRows = 10;

/**
 * Inner edges of right-closed bins (-inf, e0], (e0, e1], …, (eLast, +inf) that hold about equal
 * shares of a reference.
 *
 * A value that holds the share of a bin or more, such as the zeros of a column that is mostly 0, has
 * a bin of its own; the other rows are divided into as many bins as are left. So a change among them
 * shows, however few they are. Every edge is a grid point, or the next double below one: that
 * separates such a value from smaller ones, and the lowest value of the reference, where it is an
 * edge, from values that the reference never saw. A constant gets the bins below, equal and above. At
 * most 2 `bins` edges; none for a profile without a finite value. O(k).
 *
 * @param bins Whole number from 2 to 4096, default 10.
 * @throws KernelError INVALID_ARGUMENT when `bins` is not such a number.
 */
export function quantileBins(profile: NumericProfile, bins: number = 10): Float64Array {
  requireIntegerIn('quantileBins(bins)', bins, 2, 4096);
  const { grid, counts } = profile;
  const rows = requireGridCounts('quantileBins(profile)', grid, counts);
  if (grid.length === 0) return new Float64Array(0);
  const share = rows / bins;
  const frequent = Array.from(grid.keys()).filter((point) => counts[2 * point + 1]! >= share);
  // Rows outside the grid, such as infinite values, are separated in the same way.
  const outside = [counts[0]!, counts.at(-1)!].map((count) => (count >= share ? count : 0));
  const alone = [...frequent.map((point) => counts[2 * point + 1]!), ...outside];
  const otherRows = alone.reduce((left, count) => left - count, rows);
  const taken = alone.filter((count) => count > 0).length;
  const most = taken === 0 ? bins : Math.min(bins - taken, Math.floor(otherRows / fewestRows));
  const otherBins = Math.max(1, most);
  const edges = edgesBetween(
    grid,
    counts,
    new Set(frequent),
    (bin) => (bin * otherRows) / otherBins,
    otherBins,
  );
  const lower = nextBelow(grid[0]!);
  const last = grid.at(-1)!;
  if (outside[1]! > 0 && edges.at(-1) !== last) edges.push(last);
  const isLowestSeparate = outside[0]! > 0 || edges[0] === grid[0];
  if (isLowestSeparate && edges[0] !== lower && Number.isFinite(lower)) edges.unshift(lower);
  return Float64Array.from(edges);
}

/**
 * Edges around the frequent values, and where the rows of other values reach a goal.
 *
 * @param goalOf Rows of other values at which a bin ends, by the number of the bin.
 * @param otherBins Bins of other values.
 */
function edgesBetween(
  grid: Float64Array,
  counts: Counts,
  frequent: ReadonlySet<number>,
  goalOf: (bin: number) => number,
  otherBins: number,
): number[] {
  const edges: number[] = [];
  const add = (edge: number): void => {
    if (Number.isFinite(edge) && edge !== edges.at(-1)) edges.push(edge);
  };
  let below = 0;
  let belowEdge = 0;
  let bin = 1;
  for (const [point, value] of grid.entries()) {
    if (point > 0) below += counts[2 * point]!;
    const isFrequent = frequent.has(point);
    if (isFrequent && below > belowEdge) add(nextBelow(value));
    if (!isFrequent) below += counts[2 * point + 1]!;
    const reachesGoal = bin < otherBins && below >= goalOf(bin);
    if (!isFrequent && !reachesGoal) continue;
    add(value);
    belowEdge = below;
    while (bin < otherBins && below >= goalOf(bin)) bin += 1;
  }
  return edges;
}

/**
 * Sums the counts on a grid into right-closed bins between `edges`: `edges.length + 1` counts.
 *
 * Exact, since an edge must be a grid point, or the next double below one, as `quantileBins`
 * gives them; an edge between two points would split a count. O(k + edges).
 *
 * @param grid k strictly ascending points.
 * @param counts 2k + 1 counts in the layout of `GridCounter`.
 * @throws KernelError INVALID_COUNTS when `counts` is not 2k + 1 counts.
 * @throws KernelError INVALID_GRID when the edges are not strictly ascending, or one lies between
 * two points of the grid.
 */
export function binCounts(grid: Float64Array, counts: Counts, edges: Float64Array): Float64Array {
  requireGridCounts('binCounts', grid, counts);
  const sums = new Float64Array(edges.length + 1);
  let next = 0;
  let point = 0;
  for (let bin = 0; bin < edges.length; bin += 1) {
    const edge = edges[bin]!;
    if (bin > 0 && !(edge > edges[bin - 1]!)) {
      throw edgeError(
        bin,
        edge,
        `pass strictly ascending edges; the one before is ${edges[bin - 1]}`,
      );
    }
    while (point < grid.length && grid[point]! < edge) point += 1;
    const isPoint = grid[point] === edge;
    if (!isPoint && !(point < grid.length && nextBelow(grid[point]!) === edge)) {
      throw edgeError(bin, edge, 'pass edges that are grid points, such as quantileBins gives');
    }
    const end = isPoint ? 2 * point + 2 : 2 * point + 1;
    for (; next < end; next += 1) sums[bin]! += counts[next]!;
  }
  for (; next < counts.length; next += 1) sums[edges.length]! += counts[next]!;
  return sums;
}

function requireGridCounts(place: string, grid: Float64Array, counts: Counts): number {
  const rows = requireCounts(`${place}(counts)`, counts);
  if (counts.length !== 2 * grid.length + 1) {
    throw new KernelError('INVALID_COUNTS', {
      place: `${place}(counts).length`,
      value: counts.length,
      nextStep: `pass 2k + 1 = ${2 * grid.length + 1} counts for the ${grid.length} grid points`,
    });
  }
  return rows;
}

function edgeError(bin: number, edge: number, nextStep: string): KernelError {
  return new KernelError('INVALID_GRID', {
    place: `binCounts(edges)[${bin}]`,
    value: edge,
    nextStep,
  });
}
