import type { Counts } from '../checks/counts.js';

/**
 * Mean and sum of squared deviations of the rows behind bins, as if those between two grid points
 * were in their middle and those beyond an end on it; 0 and 0 without rows or points.
 *
 * Exact where every row is on a grid point. m2 stays at the largest double where it would
 * overflow. O(k).
 *
 * @param grid k ascending points.
 * @param counts 2k + 1 counts in the layout of `GridCounter`.
 */
export function binMoments(
  grid: Float64Array,
  counts: Counts,
): { readonly mean: number; readonly m2: number } {
  const last = grid.length - 1;
  if (last < 0) return { mean: 0, m2: 0 };
  let count = 0;
  let mean = 0;
  let m2 = 0;
  for (let bin = 0; bin < counts.length; bin += 1) {
    const rows = counts[bin]!;
    if (rows === 0) continue;
    const point = bin >> 1;
    const value =
      bin % 2 === 1
        ? grid[point]!
        : grid[Math.max(0, point - 1)]! / 2 + grid[Math.min(last, point)]! / 2;
    count += rows;
    const difference = value - mean;
    const share = rows / count;
    mean = Number.isFinite(difference)
      ? mean + difference * share
      : mean * (1 - share) + value * share;
    m2 += rows * (difference * (value - mean));
  }
  return { mean, m2: Math.min(m2, Number.MAX_VALUE) };
}
