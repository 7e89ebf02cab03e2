import { requireCodes, requireNumericArray, requireUniformBins } from '../../checks/arguments.js';
import { uniformEdges } from '../../numeric/uniform-edges.js';
import type { CodeArray, CodeCounts, NumericArray, UniformCounts } from '../../types.js';

/** The number of ascending edges below a value: its right-closed bin. */
export function edgesBelow(edges: Float64Array, value: number): number {
  let below = 0;
  let end = edges.length;
  while (below < end) {
    const middle = (below + end) >>> 1;
    if (edges[middle]! < value) below = middle + 1;
    else end = middle;
  }
  return below;
}

/**
 * Equally spaced bins by the arithmetic of numpy, operation for operation: where subnormal edges
 * lie unevenly even its correction leaves a value in the bin next to its own, and so does this.
 */
export function countUniform(
  values: NumericArray,
  minimum: number,
  maximum: number,
  bins: number,
): UniformCounts {
  requireNumericArray('countUniform(values)', values);
  requireUniformBins('countUniform', minimum, maximum, bins);
  const edges = uniformEdges(minimum, maximum, bins);
  const low = edges[0]!;
  const high = edges[bins]!;
  const counts = new Float64Array(bins);
  let below = 0;
  let above = 0;
  let missing = 0;
  for (const value of values) {
    if (Number.isNaN(value)) missing += 1;
    else if (value < low) below += 1;
    else if (value > high) above += 1;
    else counts[uniformBin(value, edges, bins)]! += 1;
  }
  return { counts, below, above, missing };
}

/** The share of the range as a bin, put right by comparison with the edges of that bin. */
function uniformBin(value: number, edges: Float64Array, bins: number): number {
  const low = edges[0]!;
  // The bits of NaN, the share of a range without width, are bin 0.
  const share = (((value - low) / (edges[bins]! - low)) * bins) | 0;
  const bin = share === bins ? bins - 1 : share;
  if (value < edges[bin]!) return bin - 1;
  return bin < bins - 1 && value >= edges[bin + 1]! ? bin + 1 : bin;
}

/** Codes one by one. */
export function countCodes(codes: CodeArray, cardinality: number): CodeCounts {
  requireCodes('countCodes', codes, cardinality);
  const counts = new Float64Array(cardinality);
  let missing = 0;
  let unseen = 0;
  for (const code of codes) {
    if (code < 0) missing += 1;
    else if (code >= cardinality) unseen += 1;
    else counts[code]! += 1;
  }
  return { counts, missing, unseen };
}
