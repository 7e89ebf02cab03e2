import type { Kernel, Moments, NumericArray } from '../types.js';
import type { NumericProfile } from './profile.js';

/** Moments of a column with the extremes of its finite values; Infinity, -Infinity without one. */
export function finiteMoments(values: NumericArray, kernel: Kernel): Moments {
  const moments = kernel.moments(values);
  if (moments.infinite === 0) return moments;
  let min = Infinity;
  let max = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { ...moments, min, max };
}

/** All of a profile but its grid and bins; -0 becomes 0. */
export function summaryOf(moments: Moments): Omit<NumericProfile, 'grid' | 'counts'> {
  const { count, missing, infinite, min, max, mean, m2 } = moments;
  const isEmpty = count === infinite;
  return {
    type: 'numeric',
    count,
    missing,
    infinite,
    min: isEmpty ? null : min + 0,
    max: isEmpty ? null : max + 0,
    mean: isEmpty ? 0 : mean + 0,
    m2: isEmpty ? 0 : Math.min(m2, Number.MAX_VALUE),
  };
}
