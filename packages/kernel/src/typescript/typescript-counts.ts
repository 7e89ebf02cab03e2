import { requireCodes, requireNumericArray, requireUniformBins } from '../arguments.js';
import type { CodeArray, CodeCounts, NumericArray, UniformCounts } from '../kernel.js';
import { uniformEdges } from '../uniform-edges.js';

/** Equally spaced bins by a binary search among their edges. */
export function countUniform(
  values: NumericArray,
  minimum: number,
  maximum: number,
  bins: number,
): UniformCounts {
  requireNumericArray('countUniform(values)', values);
  requireUniformBins('countUniform', minimum, maximum, bins);
  const edges = uniformEdges(minimum, maximum, bins);
  const counts = new Float64Array(bins);
  let below = 0;
  let above = 0;
  let missing = 0;
  for (const value of values) {
    if (Number.isNaN(value)) missing += 1;
    else if (value < edges[0]!) below += 1;
    else if (value > edges[bins]!) above += 1;
    else counts[lastAtMost(edges, value, bins)]! += 1;
  }
  return { counts, below, above, missing };
}

/** The last of the lower edges that is at most the value. */
function lastAtMost(edges: Float64Array, value: number, bins: number): number {
  let low = 0;
  let high = bins;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (edges[middle]! <= value) low = middle;
    else high = middle;
  }
  return low;
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
