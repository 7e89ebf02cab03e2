import { type Counts, requireCounts } from '../checks/counts.js';
import { requireIntegerIn } from '../checks/number-arguments.js';
import { KernelError } from '../errors.js';
import { nextBelow } from '../numeric/next-below.js';
import type { NumericProfile } from './profile.js';

/**
 * Inner edges of right-closed bins (-inf, e0], (e0, e1], …, (eLast, +inf) that hold about equal
 * shares of a reference.
 *
 * Every edge is a grid point: the first at or below which j / bins of the rows lie. Heavy ties
 * make bins merge, so there may be fewer than `bins`. Where the lowest edge is the lowest grid
 * point itself (a constant, a flag, a column of many zeros), one more edge is put at the next
 * double below it, so that values never seen below have a bin of their own as those above do: a
 * constant gets the bins below, equal and above. At most `bins` edges; none for a profile without
 * a finite value. O(k).
 *
 * @param bins Whole number from 2 to 4096, default 10.
 * @throws KernelError INVALID_ARGUMENT when `bins` is not such a number.
 */
export function quantileBins(profile: NumericProfile, bins: number = 10): Float64Array {
  requireIntegerIn('quantileBins(bins)', bins, 2, 4096);
  const { grid, counts } = profile;
  const rows = requireGridCounts('quantileBins(profile)', grid, counts);
  if (grid.length === 0) return new Float64Array(0);
  const edges: number[] = [];
  let point = 0;
  let below = counts[0]! + counts[1]!;
  for (let bin = 1; bin < bins; bin += 1) {
    const goal = (bin * rows) / bins;
    while (below < goal && point < grid.length - 1) {
      point += 1;
      below += counts[2 * point]! + counts[2 * point + 1]!;
    }
    if (edges.at(-1) !== grid[point]!) edges.push(grid[point]!);
  }
  if (edges[0] === grid[0]) {
    const lower = nextBelow(grid[0]!);
    if (Number.isFinite(lower)) edges.unshift(lower);
  }
  return Float64Array.from(edges);
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
