import { requireMatrix } from '../arguments.js';
import type { NumericArray } from '../kernel.js';
import type { WasmArena } from './wasm-arena.js';

/** A call that leaves fewer rows than this waiting does not count them yet. */
const waitingRows = 256;
const ringBytes = 65_536;
/** A loop that takes four float32 columns at a time reads so far behind the last row. */
const readableBytes = 16;

/** Rows on their way into the module: copied at once, counted many at a time. */
export interface RowBuffer {
  /** Rows since the last reset, waiting ones included. */
  readonly rows: number;
  count(data: NumericArray, rows: number): void;
  flush(): void;
  /** Drops the waiting rows and begins again at 0. */
  reset(): void;
}

export interface RowBufferOptions {
  readonly arena: WasmArena;
  /** Names the counter in errors. */
  readonly place: string;
  readonly columns: number;
  /** Builds what a float type needs, when its rows follow those of the other; may move the memory. */
  prepare(isFloat32: boolean): void;
  /** Counts rows that stand at `address`. */
  countRows(address: number, rows: number, isFloat32: boolean): void;
}

export function createRowBuffer(options: RowBufferOptions): RowBuffer {
  const { arena, columns } = options;
  const ring = arena.allocate(options.place, Math.max(ringBytes, columns * 8) + readableBytes);
  let flushedRows = 0;
  let waiting = 0;
  let valueBytes = 0;
  let view: NumericArray = arena.float64;
  let start = 0;
  let capacity = 0;

  /** The view is taken after the tables were built, which may have moved the memory. */
  function switchType(isFloat32: boolean): void {
    flush();
    options.prepare(isFloat32);
    valueBytes = isFloat32 ? 4 : 8;
    view = isFloat32 ? arena.float32 : arena.float64;
    start = ring / valueBytes;
    capacity = Math.max(1, Math.floor(ringBytes / (columns * valueBytes)));
  }

  function flush(): void {
    if (waiting === 0) return;
    options.countRows(ring, waiting, valueBytes === 4);
    flushedRows += waiting;
    waiting = 0;
  }

  function append(data: NumericArray, rows: number): void {
    view.set(data, start + waiting * columns);
    waiting += rows;
    if (waiting >= waitingRows || waiting === capacity) flush();
  }

  return {
    get rows() {
      return flushedRows + waiting;
    },
    count(data, rows) {
      requireMatrix(data, rows, columns);
      if (columns === 0) {
        flushedRows += rows;
        return;
      }
      if (data.BYTES_PER_ELEMENT !== valueBytes) switchType(data.BYTES_PER_ELEMENT === 4);
      if (rows <= capacity - waiting) {
        append(data, rows);
        return;
      }
      for (let row = 0; row < rows; ) {
        const part = Math.min(rows - row, capacity - waiting);
        append(data.subarray(row * columns, (row + part) * columns), part);
        row += part;
      }
    },
    flush,
    reset() {
      waiting = 0;
      flushedRows = 0;
    },
  };
}
