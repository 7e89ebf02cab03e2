import { requireMatrix } from '../../checks/arguments.js';
import type { NumericArray } from '../../types.js';
import type { WasmMemory } from './wasm-memory.js';

/** A call that leaves fewer rows than this waiting does not count them yet. */
const waitingRows = 256;
const bufferBytes = 65_536;
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
  readonly memory: WasmMemory;
  /** Where `rowBufferBytes` bytes are free. */
  readonly address: number;
  readonly columns: number;
  /** Builds what a float type needs, before its first rows and after rows of the other type. */
  prepare(isFloat32: boolean): void;
  /** Counts the rows at `address`. */
  countRows(address: number, rows: number, isFloat32: boolean): void;
}

export function rowBufferBytes(columns: number): number {
  return Math.max(bufferBytes, columns * 8) + readableBytes;
}

export function createRowBuffer(options: RowBufferOptions): RowBuffer {
  const { memory, address, columns } = options;
  let flushedRows = 0;
  let waiting = 0;
  let valueBytes = 0;
  let start = 0;
  let capacity = 0;
  let view: NumericArray = memory.float64;

  function switchType(isFloat32: boolean): void {
    flush();
    options.prepare(isFloat32);
    valueBytes = isFloat32 ? 4 : 8;
    view = currentView();
    start = address / valueBytes;
    capacity = Math.max(1, Math.floor(bufferBytes / (columns * valueBytes)));
  }

  function currentView(): NumericArray {
    return valueBytes === 4 ? memory.float32 : memory.float64;
  }

  function flush(): void {
    if (waiting === 0) return;
    options.countRows(address, waiting, valueBytes === 4);
    flushedRows += waiting;
    waiting = 0;
  }

  function append(data: NumericArray, rows: number): void {
    // Another counter made the memory grow, which detaches its views: those are empty.
    if (view.length === 0) view = currentView();
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
