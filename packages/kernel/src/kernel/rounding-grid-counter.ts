import { requireColumn, requireTarget } from '../checks/arguments.js';
import { surroundGrid } from '../numeric/rounding-errors.js';
import type { GridCounter } from './counters.js';

/**
 * A counter for which values that differ from a grid point by rounding errors only are equal to it.
 *
 * It counts exactly on grids with more points around each one, and adds up what lies between them,
 * so the loops over the rows are those of the exact counter.
 *
 * @param create Makes the exact counter.
 */
export function createRoundingGridCounter(
  grids: readonly Float64Array[],
  create: (grids: readonly Float64Array[]) => GridCounter,
): GridCounter {
  const bins = grids.map((grid) => 2 * grid.length + 1);
  const surrounded = grids.map(surroundGrid);
  const counter = create(grids.map((grid, column) => surrounded[column]?.points ?? grid));
  return {
    columns: counter.columns,
    get rows() {
      return counter.rows;
    },
    count: counter.count,
    flush: counter.flush,
    missing: counter.missing,
    moments: counter.moments,
    reset: counter.reset,
    addBinsTo(column, target) {
      requireColumn('addBinsTo', column, grids.length);
      requireTarget('addBinsTo', target, bins[column]!, 'two per grid point and one');
      const finer = surrounded[column];
      if (finer === undefined) {
        counter.addBinsTo(column, target);
        return;
      }
      const counts = new Float64Array(finer.bins.length);
      counter.addBinsTo(column, counts);
      for (let bin = 0; bin < counts.length; bin += 1) target[finer.bins[bin]!]! += counts[bin]!;
    },
  };
}
