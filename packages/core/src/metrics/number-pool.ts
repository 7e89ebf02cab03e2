import type { MetricNumbers } from './metric-family.js';

/** One growing array of numbers in which series reserve and release slots. */
export interface NumberPool {
  readonly numbers: MetricNumbers;
  /** Reserves `size` numbers and returns the offset of the first; they keep old values. */
  reserve(size: number): number;
  /** Releases `size` numbers at an offset. */
  release(offset: number, size: number): void;
}

/** An empty pool. Released slots are reused for the next request of their size. O(1) amortised. */
export function createNumberPool(): NumberPool {
  const numbers: MetricNumbers = { values: new Float64Array(1024) };
  const freeOffsets = new Map<number, number[]>();
  let used = 0;
  return {
    numbers,
    reserve(size) {
      const reusable = freeOffsets.get(size)?.pop();
      if (reusable !== undefined) return reusable;
      if (used + size > numbers.values.length) {
        const larger = new Float64Array(Math.max(numbers.values.length * 2, used + size));
        larger.set(numbers.values);
        numbers.values = larger;
      }
      used += size;
      return used - size;
    },
    release(offset, size) {
      const free = freeOffsets.get(size) ?? [];
      free.push(offset);
      freeOffsets.set(size, free);
    },
  };
}
