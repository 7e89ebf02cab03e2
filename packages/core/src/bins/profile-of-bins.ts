import { binMoments, type NumericProfile } from '@modelmeter/kernel/profiles';
import { totalRows } from './total-rows.js';

/**
 * A profile of binned rows on the grid of the bin edges. The rows of a bin are counted between its
 * two edges, so distribution functions are compared at the edges, where they are known exactly.
 * O(bins).
 */
export function profileOfBins(edges: Float64Array, rows: Float64Array): NumericProfile {
  const counts = new Float64Array(2 * edges.length + 1);
  for (const [bin, count] of rows.entries()) counts[2 * bin] = count;
  return {
    type: 'numeric',
    count: totalRows(rows),
    missing: 0,
    infinite: 0,
    min: null,
    max: null,
    ...binMoments(edges, counts),
    grid: edges,
    counts,
  };
}
