import type { Moments } from '../types.js';

/** Totals of one column as both implementations keep them: seven doubles in this order. */
export const momentsLength = 7;
const countAt = 0;
const missingAt = 1;
const infiniteAt = 2;
const minAt = 3;
const maxAt = 4;
const meanAt = 5;
const m2At = 6;

/** Empties the totals that start at `offset`. */
export function clearMoments(totals: Float64Array, offset: number): void {
  totals.fill(0, offset, offset + momentsLength);
  totals[offset + minAt] = Infinity;
  totals[offset + maxAt] = -Infinity;
}

/** The totals that start at `offset` as a value of its own. */
export function readMoments(totals: Float64Array, offset: number): Moments {
  return {
    count: totals[offset + countAt]!,
    missing: totals[offset + missingAt]!,
    infinite: totals[offset + infiniteAt]!,
    min: totals[offset + minAt]!,
    max: totals[offset + maxAt]!,
    mean: totals[offset + meanAt]!,
    m2: totals[offset + m2At]!,
  };
}

/**
 * Adds `rows` values of a row-major matrix column to the totals at `offset`, one at a time.
 *
 * Source: Welford 1962, Technometrics 4(3), with the mean kept finite where a difference
 * of two finite values overflows; m2 is then +Infinity.
 */
export function addToMoments(
  totals: Float64Array,
  offset: number,
  values: Float64Array | Float32Array,
  first: number,
  stride: number,
  rows: number,
): void {
  let count = totals[offset + countAt]!;
  let missing = totals[offset + missingAt]!;
  let infinite = totals[offset + infiniteAt]!;
  let min = totals[offset + minAt]!;
  let max = totals[offset + maxAt]!;
  let mean = totals[offset + meanAt]!;
  let m2 = totals[offset + m2At]!;
  for (let row = 0, index = first; row < rows; row += 1, index += stride) {
    const value = values[index]! + 0;
    if (Number.isNaN(value)) {
      missing += 1;
      continue;
    }
    count += 1;
    if (value < min) min = value;
    if (value > max) max = value;
    if (value - value !== 0) {
      infinite += 1;
      continue;
    }
    const finite = count - infinite;
    const difference = value - mean;
    const next = mean + difference / finite;
    if (next - next === 0) {
      m2 += difference * (value - next);
      mean = next;
    } else {
      m2 = Infinity;
      mean = mean * ((finite - 1) / finite) + value / finite;
    }
  }
  totals[offset + countAt] = count;
  totals[offset + missingAt] = missing;
  totals[offset + infiniteAt] = infinite;
  totals[offset + minAt] = min;
  totals[offset + maxAt] = max;
  totals[offset + meanAt] = mean;
  totals[offset + m2At] = m2;
}

/**
 * The moments of two disjoint sets of values taken together: counts and extremes to the last bit,
 * mean and m2 to rounding.
 *
 * Source: Chan, Golub and LeVeque 1983, The American Statistician 37(3), eq. 2.1.
 */
export function mergeMoments(a: Moments, b: Moments): Moments {
  const finiteA = a.count - a.infinite;
  const finiteB = b.count - b.infinite;
  const counts = {
    count: a.count + b.count,
    missing: a.missing + b.missing,
    infinite: a.infinite + b.infinite,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
  };
  if (finiteB === 0) return { ...counts, mean: a.mean, m2: a.m2 };
  if (finiteA === 0) return { ...counts, mean: b.mean, m2: b.m2 };
  const shareB = finiteB / (finiteA + finiteB);
  const difference = b.mean - a.mean;
  const mean = Number.isFinite(difference)
    ? a.mean + difference * shareB
    : a.mean * (1 - shareB) + b.mean * shareB;
  return { ...counts, mean, m2: a.m2 + b.m2 + difference * difference * finiteA * shareB };
}
