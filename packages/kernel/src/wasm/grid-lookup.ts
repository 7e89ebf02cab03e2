import { roundGridToFloat32 } from '../float32-grid.js';
import type { WasmArena } from './wasm-arena.js';

export const lookupBytes = 64;
const paddingPoints = 4;
const fewestLookupBins = 16;

/** Points per lookup bin: a narrow bin is compared with twice as many at once. */
function lookupBinsOf(grid: Float64Array, isFloat32: boolean): number {
  return Math.max(fewestLookupBins, (isFloat32 ? 2 : 4) * grid.length);
}

/** Points with their padding, then 16-bit entries, one more than there are lookup bins. */
export function tableBytesOf(grid: Float64Array, isFloat32: boolean): number {
  const entryBytes = (lookupBinsOf(grid, isFloat32) + 1) * 2;
  return Math.ceil((pointBytesOf(grid, isFloat32) + entryBytes) / 16) * 16;
}

function pointBytesOf(grid: Float64Array, isFloat32: boolean): number {
  return (grid.length + paddingPoints) * (isFloat32 ? 4 : 8);
}

/**
 * Fills the lookup record at `lookup` for a grid, with its table at `table`: `tableBytesOf` bytes.
 * `counters` is where 2k + 1 counters of 32 bits stand.
 */
export function buildLookup(
  arena: WasmArena,
  grid: Float64Array,
  lookup: number,
  table: number,
  counters: number,
  isFloat32: boolean,
): void {
  if (isFloat32) arena.float32.set(roundGridToFloat32(grid), table / 4);
  else arena.float64.set(grid, table / 8);
  arena.functions.buildLookup(
    lookup,
    table,
    grid.length,
    table + pointBytesOf(grid, isFloat32),
    lookupBinsOf(grid, isFloat32),
    counters,
    isFloat32 ? 1 : 0,
  );
}
