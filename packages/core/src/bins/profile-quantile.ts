import type { NumericProfile } from '@modelmeter/kernel/profiles';

/**
 * The value at or below which a share of the rows lies: exact on a grid point, interpolated between
 * two, the minimum or maximum outside the grid. Undefined without rows. O(grid).
 */
export function profileQuantile(profile: NumericProfile, share: number): number | undefined {
  const { grid, counts, count } = profile;
  if (count === 0 || grid.length === 0) return undefined;
  const goal = share * count;
  let below = 0;
  for (const [bin, rows] of counts.entries()) {
    if (below + rows >= goal && rows > 0) {
      const point = bin >> 1;
      if (bin % 2 === 1) return grid[point];
      if (bin === 0) return profile.min ?? grid[0];
      if (bin === counts.length - 1) return profile.max ?? grid.at(-1);
      const lower = grid[point - 1]!;
      return lower + ((grid[point]! - lower) * (goal - below)) / rows;
    }
    below += rows;
  }
  return grid.at(-1);
}
