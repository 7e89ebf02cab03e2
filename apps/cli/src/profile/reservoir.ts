import { createRandom, type NumericArray } from '@modelmeter/kernel';

/** Bytes that the sample of all columns may take. */
const sampleBytes = 16 * 1024 * 1024;
const largestSample = 65_536;
const smallestSample = 16_384;

/**
 * A uniform sample of the rows of a stream, the same in every run, and how many there were.
 *
 * Source: Li 1994, algorithm L, ACM Transactions on Mathematical Software 20(4).
 */
export interface Reservoir {
  /** Most rows that are kept: all, when there are no more. */
  readonly capacity: number;
  /** Rows seen. */
  readonly rows: number;
  /** Takes some rows; the columns are read, not retained. */
  add(columns: readonly NumericArray[], rows: number): void;
  /** The sampled values of a column. */
  values(column: number): Float64Array;
}

export function createReservoir(columns: number): Reservoir {
  const fitting = Math.floor(sampleBytes / 8 / Math.max(1, columns));
  const capacity = Math.min(largestSample, Math.max(smallestSample, fitting));
  const sample = Array.from({ length: columns }, () => new Float64Array(capacity));
  const random = createRandom(1);
  let rows = 0;
  let weight = 1;
  let next = capacity;

  function skip(): void {
    weight *= Math.exp(Math.log(1 - random.next()) / capacity);
    next += Math.floor(Math.log(1 - random.next()) / Math.log1p(-weight)) + 1;
  }

  return {
    capacity,
    get rows() {
      return rows;
    },
    add(columns, count) {
      const kept = Math.min(count, Math.max(0, capacity - rows));
      for (const [column, values] of columns.entries()) {
        if (kept > 0) sample[column]!.set(values.subarray(0, kept), rows);
      }
      if (rows < capacity && rows + count >= capacity) {
        next = capacity - 1;
        skip();
      }
      while (next < rows + count) {
        const slot = random.integer(capacity);
        for (const [column, values] of columns.entries()) {
          sample[column]![slot] = values[next - rows]!;
        }
        skip();
      }
      rows += count;
    },
    values(column) {
      return sample[column]!.subarray(0, Math.min(rows, capacity));
    },
  };
}
