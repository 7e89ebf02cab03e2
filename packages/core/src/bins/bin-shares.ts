import type { BinShares } from '../report.js';
import { totalRows } from './total-rows.js';

/** The share of every bin in both samples, 0 to 1; 0 in an empty sample. O(bins). */
export function binShares(
  names: readonly string[],
  reference: Float64Array,
  current: Float64Array,
): BinShares[] {
  const referenceRows = totalRows(reference);
  const currentRows = totalRows(current);
  return names.map((bin, index) => ({
    bin,
    referenceRatio: referenceRows === 0 ? 0 : reference[index]! / referenceRows,
    currentRatio: currentRows === 0 ? 0 : current[index]! / currentRows,
  }));
}
