import { cellMoments, type NumericProfile } from '@modelmeter/kernel';

/**
 * Bins as a profile on the grid of their edges: all rows of a bin lie in the gap before its upper
 * edge, so distribution functions are compared at the edges, where they are known.
 */
export function profileOfBins(edges: Float64Array, rows: Float64Array): NumericProfile {
  const cells = new Float64Array(2 * edges.length + 1);
  for (const [bin, count] of rows.entries()) cells[2 * bin] = count;
  return {
    type: 'numeric',
    count: sum(rows),
    missing: 0,
    infinite: 0,
    min: null,
    max: null,
    ...cellMoments(edges, cells),
    grid: edges,
    cells,
  };
}

function sum(counts: Float64Array): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}
