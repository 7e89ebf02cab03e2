import { requireColumn, requireGrids, requireTarget } from '../../checks/arguments.js';
import { clearMoments, momentsLength, readMoments } from '../../numeric/moments.js';
import type { GridCounter } from '../counters.js';
import { type CounterHeap, type CounterMemory, sharedCounterHeap } from './counter-heap.js';
import { buildLookup, tableBytesOf } from './grid-lookup.js';
import { createRowBuffer, rowBufferBytes } from './row-buffer.js';

export interface WasmGridCounterOptions {
  /** Default: the memory that all counters of the thread share. */
  readonly heap?: CounterHeap;
  /** Rows that the 32-bit counters of the module take before they are added to doubles. */
  readonly drainRows?: number;
}

const place = 'createGridCounter(grids)';

/**
 * The WebAssembly grid counter.
 *
 * A column of k points takes 8 k bytes of counters and a table for each float type that has come:
 * 8 k bytes for float32 rows, 16 k for float64. Its points are kept outside in 8 k more. The
 * counter takes 73 KB in addition.
 */
export function createWasmGridCounter(
  grids: readonly Float64Array[],
  options: WasmGridCounterOptions = {},
): GridCounter {
  requireGrids(place, grids);
  const { heap = sharedCounterHeap(), drainRows = 2 ** 32 - 1 } = options;
  const columns = grids.length;
  const points = grids.map((grid) => grid.slice());
  const memory = heap.claim(place);
  const { functions } = memory;
  const [block, totals, address, ...counters] = memory.allocate([
    functions.BLOCK_BYTES.value,
    columns * momentsLength * 8,
    rowBufferBytes(columns),
    ...points.map((grid) => binsOf(grid) * 4),
  ]) as [number, number, number, ...number[]];

  let float64Lookups: number | undefined;
  let float32Lookups: number | undefined;
  let drained: readonly Float64Array[] | undefined;
  let undrainedRows = 0;
  let lookups = 0;
  const buffer = createRowBuffer({ memory, address, columns, prepare, countRows });
  reset();

  function reset(): void {
    buffer.reset();
    clearCounters();
    for (const bins of drained ?? []) bins.fill(0);
    for (let column = 0; column < columns; column += 1) {
      clearMoments(memory.float64, totals / 8 + column * momentsLength);
    }
  }

  function clearCounters(): void {
    undrainedRows = 0;
    const { uint32 } = memory;
    for (const [column, first] of counters.entries()) {
      uint32.fill(0, first / 4, first / 4 + binsOf(points[column]!));
    }
  }

  function addCounters(column: number, target: Float64Array): void {
    const { uint32 } = memory;
    const first = counters[column]! / 4;
    for (let bin = 0; bin < target.length; bin += 1) target[bin]! += uint32[first + bin]!;
  }

  function drain(): void {
    drained ??= points.map((grid) => new Float64Array(binsOf(grid)));
    for (const [column, bins] of drained.entries()) addCounters(column, bins);
    clearCounters();
  }

  function prepare(isFloat32: boolean): void {
    if (isFloat32) {
      float32Lookups ??= buildLookups(memory, points, counters, true);
      lookups = float32Lookups;
    } else {
      float64Lookups ??= buildLookups(memory, points, counters, false);
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
    return readMoments(memory.float64, totals / 8 + column * momentsLength);
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
  memory: CounterMemory,
  grids: readonly Float64Array[],
  counters: readonly number[],
  isFloat32: boolean,
): number {
  const lookupBytes = memory.functions.LOOKUP_BYTES.value;
  const [lookups, ...tables] = memory.allocate([
    grids.length * lookupBytes,
    ...grids.map((grid) => tableBytesOf(memory, grid, isFloat32)),
  ]) as [number, ...number[]];
  for (const [column, grid] of grids.entries()) {
    const lookup = lookups + column * lookupBytes;
    buildLookup(memory, grid, lookup, tables[column]!, counters[column]!, isFloat32);
  }
  return lookups;
}
