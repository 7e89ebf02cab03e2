import {
  requireColumn,
  requireGrids,
  requireMatrix,
  requireTarget,
} from '../../checks/arguments.js';
import { roundGridToFloat32 } from '../../numeric/float32-grid.js';
import { addToMoments, clearMoments, momentsLength, readMoments } from '../../numeric/moments.js';
import type { GridCounter } from '../counters.js';

interface Column {
  readonly grid: Float64Array;
  readonly float32Grid: Float64Array;
  readonly counts: Float64Array;
}

/** The plain TypeScript grid counter: a binary search per value, nothing buffered. */
export function createTypescriptGridCounter(grids: readonly Float64Array[]): GridCounter {
  requireGrids('createGridCounter(grids)', grids);
  const columns: Column[] = grids.map((grid) => ({
    grid: grid.slice(),
    float32Grid: roundGridToFloat32(grid),
    counts: new Float64Array(2 * grid.length + 1),
  }));
  const totals = new Float64Array(columns.length * momentsLength);
  let rowsCounted = 0;
  reset();

  function reset(): void {
    rowsCounted = 0;
    for (const [index, column] of columns.entries()) {
      column.counts.fill(0);
      clearMoments(totals, index * momentsLength);
    }
  }

  return {
    columns: columns.length,
    get rows() {
      return rowsCounted;
    },
    count(data, rows) {
      requireMatrix(data, rows, columns.length);
      const isFloat32 = data.BYTES_PER_ELEMENT === 4;
      for (const [index, column] of columns.entries()) {
        addToMoments(totals, index * momentsLength, data, index, columns.length, rows);
        const grid = isFloat32 ? column.float32Grid : column.grid;
        for (let at = index; at < data.length; at += columns.length) {
          const value = data[at]!;
          if (Number.isNaN(value)) continue;
          const bin = findBin(grid, value);
          column.counts[bin] = column.counts[bin]! + 1;
        }
      }
      rowsCounted += rows;
    },
    flush() {},
    addBinsTo(column, target) {
      requireColumn('addBinsTo', column, columns.length);
      const { counts } = columns[column]!;
      requireTarget('addBinsTo', target, counts.length, 'two per grid point and one');
      for (let bin = 0; bin < counts.length; bin += 1) {
        target[bin] = target[bin]! + counts[bin]!;
      }
    },
    missing(column) {
      requireColumn('missing', column, columns.length);
      return readMoments(totals, column * momentsLength).missing;
    },
    moments(column) {
      requireColumn('moments', column, columns.length);
      return readMoments(totals, column * momentsLength);
    },
    reset,
  };
}

/** Points below the value plus points not above it: even in a gap, odd at a point of its own. */
function findBin(grid: Float64Array, value: number): number {
  let below = 0;
  let end = grid.length;
  while (below < end) {
    const middle = (below + end) >>> 1;
    if (grid[middle]! < value) below = middle + 1;
    else end = middle;
  }
  let notAbove = below;
  while (notAbove < grid.length && grid[notAbove]! === value) notAbove += 1;
  return below + notAbove;
}
