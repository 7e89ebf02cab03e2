import type { MetricNumbers } from './metric-family.js';

/** One growing array of numbers, from which series take room and to which they return it. */
export interface NumberPool {
  readonly numbers: MetricNumbers;
  /** Takes room for `size` numbers and returns their offset; the numbers keep old values. */
  reserve(size: number): number;
  /** Returns room of `size` numbers at an offset. */
  release(offset: number, size: number): void;
}

/** Returned room is reused for the next request of the same size. O(1) amortised. */
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
