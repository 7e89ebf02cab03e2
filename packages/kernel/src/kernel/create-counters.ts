import { requireGrids } from '../checks/arguments.js';
import type { EdgeCounter, GridCounter } from './counters.js';
import { type ImplementationOptions, withImplementation } from './implementation.js';
import { createRoundingGridCounter } from './rounding-grid-counter.js';
import { createTypescriptEdgeCounter } from './typescript/typescript-edge-counter.js';
import { createTypescriptGridCounter } from './typescript/typescript-grid-counter.js';
import { createWasmEdgeCounter } from './wasm/wasm-edge-counter.js';
import { createWasmGridCounter } from './wasm/wasm-grid-counter.js';

export interface GridCounterOptions extends ImplementationOptions {
  /**
   * Which values equal a grid point. `exact`, the default: the same number. `rounding`: also numbers
   * that differ from it by rounding errors only, such as 0.1 + 0.2 from 0.3, and the float32 that it
   * is stored as; whole numbers and values that are really apart stay apart. It needs three times
   * the memory and about a sixth more time, and is exact on grids of more than 5461 points.
   */
  readonly ties?: 'exact' | 'rounding';
}

/**
 * A streaming counter of row-major matrices against one frozen grid per column.
 *
 * All counters of a thread share one WebAssembly memory, where a counter takes about 73 KB, and 8 k
 * bytes of counters and 8 k to 24 k bytes of tables for a column of k points. The memory is reused
 * after a counter was garbage-collected.
 *
 * @param grids One strictly ascending array of 0 to 16384 finite points per column, copied.
 * @throws KernelError INVALID_GRID naming the column and the point.
 * @throws KernelError OUT_OF_MEMORY when the WebAssembly memory cannot hold the tables.
 * @throws KernelError WASM_UNAVAILABLE when 'wasm' is asked for where it cannot run.
 */
export function createGridCounter(
  grids: readonly Float64Array[],
  options: GridCounterOptions = {},
): GridCounter {
  const create = (points: readonly Float64Array[]): GridCounter =>
    withImplementation('createGridCounter', options, {
      wasm: () => createWasmGridCounter(points),
      typescript: () => createTypescriptGridCounter(points),
    });
  if (options.ties !== 'rounding') return create(grids);
  requireGrids('createGridCounter(grids)', grids);
  return createRoundingGridCounter(grids, create);
}

/**
 * A streaming counter of row-major matrices between few edges per column: the cheapest way to
 * follow many features, with bins and moments but no distribution function.
 *
 * @param edges One strictly ascending array of 0 to 16 finite edges per column, copied.
 * @throws KernelError INVALID_GRID naming the column and the edge.
 * @throws KernelError OUT_OF_MEMORY when the WebAssembly memory cannot hold the counters.
 * @throws KernelError WASM_UNAVAILABLE when 'wasm' is asked for where it cannot run.
 */
export function createEdgeCounter(
  edges: readonly Float64Array[],
  options: ImplementationOptions = {},
): EdgeCounter {
  return withImplementation('createEdgeCounter', options, {
    wasm: () => createWasmEdgeCounter(edges),
    typescript: () => createTypescriptEdgeCounter(edges),
  });
}
