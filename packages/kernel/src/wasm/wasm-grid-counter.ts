import { requireColumn, requireGrids, requireTarget } from '../arguments.js';
import type { GridCounter } from '../kernel.js';
import { clearMoments, momentsLength, readMoments } from '../moments.js';
import { buildLookup, lookupBytes, tableBytesOf } from './grid-lookup.js';
import { createRowBuffer } from './row-buffer.js';
import { createArena, type WasmArena } from './wasm-arena.js';

export interface WasmGridCounterLimits {
  readonly maximumBytes?: number;
  /** Rows that the 32-bit counters of the module take before they are added to doubles. */
  readonly drainRows?: number;
}

const blockBytes = 8_192;
const place = 'createGridCounter(grids)';

/**
 * The WebAssembly grid counter: an instance and a memory of its own, both gone with the object.
 *
 * A column of k points takes 8 k bytes of counters and a table for each float type that has come:
 * 8 k bytes for float32 rows, 16 k for float64. Its points are kept outside in 8 k more.
 */
export function createWasmGridCounter(
  grids: readonly Float64Array[],
  limits: WasmGridCounterLimits = {},
): GridCounter {
  requireGrids(place, grids);
  const columns = grids.length;
  const drainRows = limits.drainRows ?? 2 ** 32 - 1;
  const points = grids.map((grid) => grid.slice());
  const arena = createArena(limits.maximumBytes);
  const { functions } = arena;
  const block = arena.allocate(place, blockBytes);
  const totals = arena.allocate(place, columns * momentsLength * 8);
  const counters = points.map((grid) => arena.allocate(place, binsOf(grid) * 4));
  const countersEnd = arena.top;

  let float64Lookups: number | undefined;
  let float32Lookups: number | undefined;
  let drained: readonly Float64Array[] | undefined;
  let undrainedRows = 0;
  let lookups = 0;
  const buffer = createRowBuffer({ arena, place, columns, prepare, countRows });
  reset();

  function reset(): void {
    buffer.reset();
    clearCounters();
    for (const bins of drained ?? []) bins.fill(0);
    for (let column = 0; column < columns; column += 1) {
      clearMoments(arena.float64, totals / 8 + column * momentsLength);
    }
  }

  function clearCounters(): void {
    undrainedRows = 0;
    arena.uint32.fill(0, (counters[0] ?? countersEnd) / 4, countersEnd / 4);
  }

  function addCounters(column: number, target: Float64Array): void {
    const bins = arena.uint32;
    const first = counters[column]! / 4;
    for (let bin = 0; bin < target.length; bin += 1) target[bin]! += bins[first + bin]!;
  }

  function drain(): void {
    drained ??= points.map((grid) => new Float64Array(binsOf(grid)));
    for (const [column, bins] of drained.entries()) addCounters(column, bins);
    clearCounters();
  }

  function prepare(isFloat32: boolean): void {
    if (isFloat32) {
      float32Lookups ??= buildLookups(arena, points, counters, true);
      lookups = float32Lookups;
    } else {
      float64Lookups ??= buildLookups(arena, points, counters, false);
      lookups = float64Lookups;
    }
  }

  function countRows(address: number, rows: number, isFloat32: boolean): void {
    if (undrainedRows + rows > drainRows) drain();
    const add = isFloat32 ? functions.countRowsF32 : functions.countRowsF64;
    add(address, rows, columns, lookups, totals, block);
    undrainedRows += rows;
  }

  function momentsOf(method: string, column: number): ReturnType<typeof readMoments> {
    requireColumn(method, column, columns);
    buffer.flush();
    return readMoments(arena.float64, totals / 8 + column * momentsLength);
  }

  return {
    columns,
    get rows() {
      return buffer.rows;
    },
    count: buffer.count,
    flush: buffer.flush,
    addBinsTo(column, target) {
      requireColumn('addBinsTo', column, columns);
      requireTarget('addBinsTo', target, binsOf(points[column]!), 'two per grid point and one');
      buffer.flush();
      addCounters(column, target);
      const before = drained?.[column];
      if (before === undefined) return;
      for (let bin = 0; bin < before.length; bin += 1) target[bin]! += before[bin]!;
    },
    missing: (column) => momentsOf('missing', column).missing,
    moments: (column) => momentsOf('moments', column),
    reset,
  };
}

function binsOf(grid: Float64Array): number {
  return 2 * grid.length + 1;
}

/** One lookup record per column and the tables they point to; returns the first record. */
function buildLookups(
  arena: WasmArena,
  grids: readonly Float64Array[],
  counters: readonly number[],
  isFloat32: boolean,
): number {
  let bytes = grids.length * lookupBytes;
  for (const grid of grids) bytes += tableBytesOf(grid, isFloat32);
  const lookups = arena.allocate(place, bytes);
  let free = lookups + grids.length * lookupBytes;
  for (const [column, grid] of grids.entries()) {
    buildLookup(arena, grid, lookups + column * lookupBytes, free, counters[column]!, isFloat32);
    free += tableBytesOf(grid, isFloat32);
  }
  return lookups;
}
