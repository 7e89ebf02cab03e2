import { requireCells, requireColumn, requireGrids, requireMatrix } from '../arguments.js';
import { roundGridToFloat32 } from '../float32-grid.js';
import type { GridCounter, NumericArray } from '../kernel.js';
import { clearMoments, momentsLength, readMoments } from '../moments.js';
import { createArena, type WasmArena } from './wasm-arena.js';

export interface WasmGridCounterLimits {
  readonly maximumBytes?: number;
  /** Rows that the 32-bit counters of the module take before they are added to doubles. */
  readonly drainRows?: number;
}

/** A call that leaves fewer rows than this waiting does not count them yet. */
const waitingRows = 256;
const ringBytes = 65_536;
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
  const ring = arena.allocate(place, Math.max(ringBytes, columns * 8));
  const block = arena.allocate(place, blockBytes);
  const totals = arena.allocate(place, columns * momentsLength * 8);
  const counters = points.map((grid) => arena.allocate(place, cellsOf(grid) * 4));
  const countersEnd = arena.top;

  let float64Lookups: number | undefined;
  let float32Lookups: number | undefined;
  let drained: readonly Float64Array[] | undefined;
  let undrainedRows = 0;
  let flushedRows = 0;
  let buffered = 0;
  let bufferBytes = 0;
  let buffer: NumericArray = arena.float64;
  let bufferStart = 0;
  let capacity = 0;
  let lookups = 0;
  reset();

  function reset(): void {
    buffered = 0;
    flushedRows = 0;
    clearCounters();
    for (const cells of drained ?? []) cells.fill(0);
    for (let column = 0; column < columns; column += 1) {
      clearMoments(arena.float64, totals / 8 + column * momentsLength);
    }
  }

  function clearCounters(): void {
    undrainedRows = 0;
    arena.uint32.fill(0, (counters[0] ?? countersEnd) / 4, countersEnd / 4);
  }

  function addCounters(column: number, target: Float64Array): void {
    const cells = arena.uint32;
    const first = counters[column]! / 4;
    for (let cell = 0; cell < target.length; cell += 1) target[cell]! += cells[first + cell]!;
  }

  function drain(): void {
    drained ??= points.map((grid) => new Float64Array(cellsOf(grid)));
    for (const [column, cells] of drained.entries()) addCounters(column, cells);
    clearCounters();
  }

  /**
   * Makes the buffer one of the other float type. Its tables are built when its first row comes,
   * which may move the memory: the view is taken after that.
   */
  function switchBuffer(isFloat32: boolean): void {
    flush();
    if (isFloat32) {
      float32Lookups ??= buildLookups(arena, points, counters, true);
      lookups = float32Lookups;
    } else {
      float64Lookups ??= buildLookups(arena, points, counters, false);
      lookups = float64Lookups;
    }
    const bytes = isFloat32 ? 4 : 8;
    bufferBytes = bytes;
    buffer = isFloat32 ? arena.float32 : arena.float64;
    bufferStart = ring / bytes;
    capacity = Math.max(1, Math.floor(ringBytes / (columns * bytes)));
  }

  function flush(): void {
    if (buffered === 0) return;
    if (undrainedRows + buffered > drainRows) drain();
    if (bufferBytes === 4) {
      functions.countRowsF32(ring, buffered, columns, lookups, totals, block);
    } else {
      functions.countRowsF64(ring, buffered, columns, lookups, totals, block);
    }
    flushedRows += buffered;
    undrainedRows += buffered;
    buffered = 0;
  }

  function append(data: NumericArray, rows: number): void {
    buffer.set(data, bufferStart + buffered * columns);
    buffered += rows;
    if (buffered >= waitingRows || buffered === capacity) flush();
  }

  function count(data: NumericArray, rows: number): void {
    requireMatrix(data, rows, columns);
    if (columns === 0) {
      flushedRows += rows;
      return;
    }
    if (data.BYTES_PER_ELEMENT !== bufferBytes) switchBuffer(data.BYTES_PER_ELEMENT === 4);
    if (rows <= capacity - buffered) {
      append(data, rows);
      return;
    }
    for (let row = 0; row < rows; ) {
      const part = Math.min(rows - row, capacity - buffered);
      append(data.subarray(row * columns, (row + part) * columns), part);
      row += part;
    }
  }

  function momentsOf(method: string, column: number): ReturnType<typeof readMoments> {
    requireColumn(method, column, columns);
    flush();
    return readMoments(arena.float64, totals / 8 + column * momentsLength);
  }

  return {
    columns,
    get rows() {
      return flushedRows + buffered;
    },
    count,
    flush,
    addCellsTo(column, target) {
      requireColumn('addCellsTo', column, columns);
      requireCells(target, cellsOf(points[column]!));
      flush();
      addCounters(column, target);
      const before = drained?.[column];
      if (before === undefined) return;
      for (let cell = 0; cell < before.length; cell += 1) target[cell]! += before[cell]!;
    },
    missing: (column) => momentsOf('missing', column).missing,
    moments: (column) => momentsOf('moments', column),
    reset,
  };
}

function cellsOf(grid: Float64Array): number {
  return 2 * grid.length + 1;
}

const lookupBytes = 64;
const paddingPoints = 4;
const fewestLookupCells = 16;

/** Points per lookup cell: a narrow cell is compared with twice as many at once. */
function lookupCellsOf(grid: Float64Array, isFloat32: boolean): number {
  return Math.max(fewestLookupCells, (isFloat32 ? 2 : 4) * grid.length);
}

/** Points with their padding, then 16-bit entries, one more than there are lookup cells. */
function tableBytesOf(grid: Float64Array, isFloat32: boolean): number {
  const entryBytes = (lookupCellsOf(grid, isFloat32) + 1) * 2;
  return Math.ceil((pointBytesOf(grid, isFloat32) + entryBytes) / 16) * 16;
}

function pointBytesOf(grid: Float64Array, isFloat32: boolean): number {
  return (grid.length + paddingPoints) * (isFloat32 ? 4 : 8);
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
    if (isFloat32) arena.float32.set(roundGridToFloat32(grid), free / 4);
    else arena.float64.set(grid, free / 8);
    arena.functions.buildLookup(
      lookups + column * lookupBytes,
      free,
      grid.length,
      free + pointBytesOf(grid, isFloat32),
      lookupCellsOf(grid, isFloat32),
      counters[column]!,
      isFloat32 ? 1 : 0,
    );
    free += tableBytesOf(grid, isFloat32);
  }
  return lookups;
}
