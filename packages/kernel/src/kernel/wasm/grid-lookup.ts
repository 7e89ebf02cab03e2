import { roundGridToFloat32 } from '../../numeric/float32-grid.js';
import type { WasmArena } from './wasm-arena.js';
import type { WasmMemory } from './wasm-memory.js';

const fewestEntries = 16;

/** Table entries for a grid: a float32 entry is compared with twice as many points at once. */
function entriesFor(grid: Float64Array, isFloat32: boolean): number {
  return Math.max(fewestEntries, (isFloat32 ? 2 : 4) * grid.length);
}

/** Bytes of points with their padding, then of 16-bit entries and one more. */
export function tableBytesOf(memory: WasmMemory, grid: Float64Array, isFloat32: boolean): number {
  const entryBytes = (entriesFor(grid, isFloat32) + 1) * 2;
  return Math.ceil((pointBytesOf(memory, grid, isFloat32) + entryBytes) / 16) * 16;
}

function pointBytesOf({ functions }: WasmMemory, grid: Float64Array, isFloat32: boolean): number {
  return (grid.length + functions.PADDING_POINTS.value) * (isFloat32 ? 4 : 8);
}

/**
 * Fills the lookup record at `lookup` for a grid, with its table at `table`: `tableBytesOf` bytes.
 * `counters` is the address of 2k + 1 counters of 32 bits.
 */
export function buildLookup(
  memory: WasmMemory,
  grid: Float64Array,
  lookup: number,
  table: number,
  counters: number,
  isFloat32: boolean,
): void {
  if (isFloat32) memory.float32.set(roundGridToFloat32(grid), table / 4);
  else memory.float64.set(grid, table / 8);
  memory.functions.buildLookup(
    lookup,
    table,
    grid.length,
    table + pointBytesOf(memory, grid, isFloat32),
    entriesFor(grid, isFloat32),
    counters,
    isFloat32,
  );
}

/** Allocates and fills a lookup of doubles; returns its address. */
export function allocateLookup(
  arena: WasmArena,
  place: string,
  grid: Float64Array,
  counters: number,
): number {
  const lookup = arena.allocate(place, arena.functions.LOOKUP_BYTES.value);
  const table = arena.allocate(place, tableBytesOf(arena, grid, false));
  buildLookup(arena, grid, lookup, table, counters, false);
  return lookup;
}
