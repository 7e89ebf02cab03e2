import { binMoments, type ColumnProfile } from '@modelmeter/kernel/profiles';
import { featureBins, referenceCounts, withBinsOf } from './feature-bins.js';
import { totalRows } from './total-rows.js';

/**
 * The profile of some rows of a reference that are known in the exported bins only. Within a bin,
 * they are spread over its finer counts as all rows of the reference are. It keeps the bins of the
 * reference. O(counts).
 *
 * @param rows Rows per exported bin, missing ones last.
 */
export function profileInBins(reference: ColumnProfile, rows: Float64Array): ColumnProfile {
  const { edges, reference: whole } = featureBins(reference);
  const missing = rows.at(-1)!;
  const seen = new Float64Array(whole.length);
  /** Whole rows, so that names of one row stay names of one row; the sum of a bin is exact. */
  const scaled = (counts: Float64Array, bins: Uint32Array): Float64Array =>
    counts.map((count, index) => {
      const bin = bins[index]!;
      if (count === 0) return 0;
      const before = Math.round((seen[bin]! / whole[bin]!) * rows[bin]!);
      seen[bin]! += count;
      return Math.round((seen[bin]! / whole[bin]!) * rows[bin]!) - before;
    });
  if (reference.type === 'numeric') {
    const counts = scaled(reference.counts, gridBins(reference.grid, edges));
    return withBinsOf(reference, {
      ...reference,
      count: totalRows(counts),
      missing,
      infinite: 0,
      ...binMoments(reference.grid, counts),
      counts,
    });
  }
  const named = whole.length - 2;
  const counts = scaled(
    referenceCounts(reference),
    Uint32Array.from({ length: reference.counts.length + 2 }, (_, code) =>
      code > reference.counts.length ? named + 1 : Math.min(code, named),
    ),
  );
  return {
    ...reference,
    count: totalRows(counts),
    missing,
    counts: counts.subarray(0, -2),
    other: counts.at(-2)!,
  };
}

/** The bin of every count on a grid; bins hold their upper edge. */
function gridBins(grid: Float64Array, edges: Float64Array): Uint32Array {
  const bins = new Uint32Array(2 * grid.length + 1);
  let bin = 0;
  for (let point = 0; point < grid.length; point += 1) {
    bins[2 * point] = bin;
    while (bin < edges.length && edges[bin]! < grid[point]!) bin += 1;
    bins[2 * point + 1] = bin;
    while (bin < edges.length && edges[bin]! <= grid[point]!) bin += 1;
  }
  bins[2 * grid.length] = bin;
  return bins;
}
