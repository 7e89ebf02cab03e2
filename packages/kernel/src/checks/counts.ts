import { KernelError } from '../errors.js';

/** Rows per bin. Fractions are allowed: rates times durations are not whole numbers. */
export type Counts = readonly number[] | Float64Array;

/** Checks one sample's counts and returns their sum, at most 2^53 - 1 so that it is exact. */
export function requireCounts(place: string, counts: Counts): number {
  if (!Array.isArray(counts) && !isFloat64Array(counts)) {
    throw new KernelError('INVALID_COUNTS', {
      place,
      value: counts,
      nextStep: 'pass an array of numbers or a Float64Array',
    });
  }
  if (counts.length === 0) {
    throw new KernelError('INVALID_COUNTS', {
      place,
      value: counts,
      nextStep: 'pass a bin or more',
    });
  }
  let total = 0;
  for (let bin = 0; bin < counts.length; bin += 1) {
    const count = counts[bin];
    if (typeof count !== 'number' || !(count >= 0) || count === Infinity) {
      throw new KernelError('INVALID_COUNTS', {
        place: `${place}[${bin}]`,
        value: count,
        nextStep: 'pass finite counts of 0 or more',
      });
    }
    total += count;
  }
  if (total > Number.MAX_SAFE_INTEGER) {
    throw new KernelError('INVALID_COUNTS', {
      place: `sum of ${place}`,
      value: total,
      nextStep: `pass counts that add up to at most ${Number.MAX_SAFE_INTEGER}`,
    });
  }
  return total;
}

/** Checks two samples counted over the same bins and returns their sizes. */
export function requireCountPair(
  place: string,
  reference: Counts,
  current: Counts,
): { readonly n: number; readonly m: number } {
  const n = requireCounts(`${place}(reference)`, reference);
  const m = requireCounts(`${place}(current)`, current);
  if (reference.length !== current.length) {
    throw new KernelError('INVALID_COUNTS', {
      place: `${place}(current).length`,
      value: current.length,
      nextStep: `count both samples over the same bins; the reference has ${reference.length}`,
    });
  }
  return { n, m };
}

function isFloat64Array(value: unknown): value is Float64Array {
  return (
    value instanceof Float64Array ||
    Object.prototype.toString.call(value) === '[object Float64Array]'
  );
}
