import { isOneValue, morePrecise } from '../numeric/rounding-errors.js';

/** Distinct values, ascending, and how many rows lie below each; one more entry for all rows. */
export interface DistinctValues {
  readonly values: Float64Array;
  readonly below: Float64Array;
}

/**
 * Distinct values of an ascending array, O(n).
 *
 * @param mergesRounding Whether values that differ by rounding errors only are one: the most
 *   precise of them.
 */
export function distinctValues(sorted: Float64Array, mergesRounding = false): DistinctValues {
  const values = new Float64Array(sorted.length);
  const below = new Float64Array(sorted.length + 1);
  let length = 0;
  for (let index = 0; index < sorted.length; index += 1) {
    const value = sorted[index]!;
    const before = values[length - 1]!;
    if (length > 0 && (value === before || (mergesRounding && isOneValue(before, value)))) {
      if (value !== before) values[length - 1] = morePrecise(before, value);
      continue;
    }
    values[length] = value;
    below[length] = index;
    length += 1;
  }
  below[length] = sorted.length;
  return { values: values.slice(0, length), below: below.slice(0, length + 1) };
}

/**
 * Indexes of the distinct values that become grid points: all when they fit, else the at most
 * `gridPoints` ones, lowest and highest among them, between which the fewest rows lie in the
 * fullest gap. A value that many rows share becomes a point, so ties cost no resolution.
 *
 * The number of points falls as the rows allowed in a gap grow: a binary search over the latter,
 * each step walking gap by gap. O(gridPoints log² n).
 */
export function chooseGridPoints(distinct: DistinctValues, gridPoints: number): Uint32Array {
  const { values, below } = distinct;
  if (values.length <= gridPoints) return Uint32Array.from(values, (_, index) => index);
  let tooFew = -1;
  let enough = below[values.length]!;
  while (enough - tooFew > 1) {
    const rowsInGap = Math.floor((tooFew + enough) / 2);
    if (walkGaps(distinct, rowsInGap, gridPoints).length <= gridPoints) enough = rowsInGap;
    else tooFew = rowsInGap;
  }
  return Uint32Array.from(walkGaps(distinct, enough, gridPoints));
}

/** Points such that at most `rowsInGap` rows lie between neighbours; stops one past the limit. */
function walkGaps(distinct: DistinctValues, rowsInGap: number, limit: number): number[] {
  const { below } = distinct;
  const last = distinct.values.length - 1;
  const points = [0];
  while (points.at(-1)! < last && points.length <= limit) {
    const after = points.at(-1)! + 1;
    // The furthest index with at most rowsInGap rows strictly between the last point and it.
    let near = after;
    let far = last;
    while (near < far) {
      const middle = Math.ceil((near + far) / 2);
      if (below[middle]! - below[after]! <= rowsInGap) near = middle;
      else far = middle - 1;
    }
    points.push(near);
  }
  return points;
}
