import type { BucketJson } from './sketch-json.js';

/** Counters have 32 bits; what passes them is kept in doubles, which are exact up to 2^53. */
const carryUnit = 2 ** 32;

/** Counters of 4 bytes that take any count; 8 bytes more each once one of them passes 2^32. */
export interface CarryingCounters {
  /** The low 32 bits. A loop may increment them; where one becomes 0 again it calls `carry`. */
  readonly low: Uint32Array;
  carry(bucket: number, units: number): void;
  add(bucket: number, count: number): void;
  at(bucket: number): number;
  total(): number;
  /** Buckets with counts, ascending. */
  entries(): BucketJson[];
  clear(): void;
}

export function createCarryingCounters(length: number): CarryingCounters {
  const low = new Uint32Array(length);
  let high: Float64Array | undefined;

  function carry(bucket: number, units: number): void {
    high ??= new Float64Array(length);
    high[bucket]! += units * carryUnit;
  }

  function at(bucket: number): number {
    return low[bucket]! + (high?.[bucket] ?? 0);
  }

  return {
    low,
    carry,
    at,
    add(bucket, count) {
      const sum = low[bucket]! + count;
      const rest = sum % carryUnit;
      low[bucket] = rest;
      if (rest !== sum) carry(bucket, (sum - rest) / carryUnit);
    },
    total() {
      let total = 0;
      for (let bucket = 0; bucket < length; bucket += 1) total += at(bucket);
      return total;
    },
    entries() {
      const entries: BucketJson[] = [];
      for (let bucket = 0; bucket < length; bucket += 1) {
        const count = at(bucket);
        if (count > 0) entries.push([bucket, count]);
      }
      return entries;
    },
    clear() {
      low.fill(0);
      high = undefined;
    },
  };
}
