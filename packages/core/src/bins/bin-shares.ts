import type { BinShares } from '../report.js';

/** The share of every bin in both samples, 0 to 1; 0 in an empty sample. O(bins). */
export function binShares(
  names: readonly string[],
  reference: Float64Array,
  current: Float64Array,
): BinShares[] {
  const referenceRows = sum(reference);
  const currentRows = sum(current);
  return names.map((bin, index) => ({
    bin,
    referenceRatio: referenceRows === 0 ? 0 : reference[index]! / referenceRows,
    currentRatio: currentRows === 0 ? 0 : current[index]! / currentRows,
  }));
}

function sum(counts: Float64Array): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}
