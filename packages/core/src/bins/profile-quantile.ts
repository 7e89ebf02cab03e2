import type { NumericProfile } from '@modelmeter/kernel/profiles';

/** Where a value lies: `low` to `high`, which are equal where the profile knows it exactly. */
export interface ValueRange {
  readonly low: number;
  readonly high: number;
}

/**
 * Where the value at or below which a share of the rows lies is: a grid point, or the gap between
 * two. A gap is cut at the smallest and the largest value; the gaps at both ends reach to these, and
 * to infinity where the profile has infinite values or no smallest and largest. Undefined without
 * rows. O(grid).
 *
 * @param share Above 0, at most 1.
 */
export function profileQuantile(profile: NumericProfile, share: number): ValueRange | undefined {
  const { grid, counts, count, infinite } = profile;
  if (count === 0 || grid.length === 0) return undefined;
  const min = profile.min ?? -Infinity;
  const max = profile.max ?? Infinity;
  const goal = share * count;
  let below = 0;
  for (const [bin, rows] of counts.entries()) {
    below += rows;
    if (below < goal || rows === 0) continue;
    const point = bin >> 1;
    if (bin % 2 === 1) return { low: grid[point]!, high: grid[point]! };
    const low = point === 0 && infinite > 0 ? -Infinity : Math.max(min, grid[point - 1] ?? min);
    const isLast = point === grid.length;
    const high = isLast && infinite > 0 ? Infinity : Math.min(max, grid[point] ?? max);
    return { low, high };
  }
  return undefined;
}
