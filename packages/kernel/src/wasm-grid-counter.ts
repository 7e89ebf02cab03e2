import { requireCells, requireColumn, requireGrids, requireMatrix } from './arguments.js';
import { roundGridToFloat32 } from './float32-grid.js';
import type { GridCounter, NumericArray } from './kernel.js';
import { clearMoments, momentsLength, readMoments } from './moments.js';
import { createArena, type WasmArena } from './wasm-arena.js';

export interface WasmGridCounterLimits {
  readonly maximumBytes?: number;
  /** Rows after which the 32-bit counters of the module are added to doubles. */
  readonly drainRows?: number;
}

/** Rows that wait at most; a call's own rows are copied in parts of up to 64 KiB. */
const bufferedRowsLimit = 256;
const ringBytes = 65_536;
const blockBytes = 8_192;
const lookupBytes = 64;
const cellsPerPoint = 4;
const fewestLookupCells = 16;
const place = 'createGridCounter(grids)';

/**
 * The WebAssembly grid counter: an instance and a memory of its own, both gone with the object.
 *
 * Memory per column of k points: 24 bytes a point, and 16 more once rows of the other float type
 * came too.
 */
export function createWasmGridCounter(
  grids: readonly Float64Array[],
  limits: WasmGridCounterLimits = {},
): GridCounter {
  requireGrids(place, grids);
  const columns = grids.length;
  const drainRows = limits.drainRows ?? 2 ** 32 - 1;
  const copies = grids.map((grid) => grid.slice());
  const arena = createArena(limits.maximumBytes);
  const layout = layOut(arena, copies);
  const { functions } = arena;
  const totals = momentsView();
  let lookupsFloat64 = 0;
  let lookupsFloat32 = 0;

  let buffered = 0;
  let bufferedIsFloat32 = false;
  let flushedRows = 0;
  let rowsInCounters = 0;
  let drained: readonly Float64Array[] | undefined;
  clearCounters();

  function momentsView(): () => Float64Array {
    return () => arena.float64;
  }

  return {} as GridCounter;
}
