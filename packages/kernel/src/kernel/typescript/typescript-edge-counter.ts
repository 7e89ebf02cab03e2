import {
  fewEdges,
  requireColumn,
  requireGrids,
  requireMatrix,
  requireTarget,
} from '../../checks/arguments.js';
import { addToMoments, clearMoments, momentsLength, readMoments } from '../../numeric/moments.js';
import type { EdgeCounter } from '../counters.js';
import { edgesBelow } from './typescript-counts.js';

/** The plain TypeScript edge counter: a binary search per value, nothing buffered. */
export function createTypescriptEdgeCounter(edges: readonly Float64Array[]): EdgeCounter {
  requireGrids('createEdgeCounter(edges)', edges, fewEdges);
  const columns = edges.map((ofColumn) => ({
    edges: ofColumn.slice(),
    bins: new Float64Array(ofColumn.length + 1),
  }));
  const totals = new Float64Array(columns.length * momentsLength);
  let rowsCounted = 0;
  reset();

  function reset(): void {
    rowsCounted = 0;
    for (const [index, { bins }] of columns.entries()) {
      bins.fill(0);
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
      for (const [index, column] of columns.entries()) {
        addToMoments(totals, index * momentsLength, data, index, columns.length, rows);
        for (let at = index; at < data.length; at += columns.length) {
          const value = data[at]!;
          if (Number.isNaN(value)) continue;
          column.bins[edgesBelow(column.edges, value)]! += 1;
        }
      }
      rowsCounted += rows;
    },
    flush() {},
    addBinsTo(column, target) {
      requireColumn('addBinsTo', column, columns.length);
      const { bins } = columns[column]!;
      requireTarget('addBinsTo', target, bins.length, 'one per edge and one');
      for (let bin = 0; bin < bins.length; bin += 1) target[bin]! += bins[bin]!;
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
