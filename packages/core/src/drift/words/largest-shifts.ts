import type { BinShares } from '../../report.js';

const moversReported = 3;

/** The share of every bin in both samples; 0 of an empty sample. */
export function binShares(
  names: readonly string[],
  reference: Float64Array,
  current: Float64Array,
): BinShares[] {
  const referenceRows = sum(reference);
  const currentRows = sum(current);
  return names.map((cell, index) => ({
    cell,
    referenceRatio: referenceRows === 0 ? 0 : reference[index]! / referenceRows,
    currentRatio: currentRows === 0 ? 0 : current[index]! / currentRows,
  }));
}

/** The bins whose share changed most, first the largest change. */
export function largestMovers(bins: readonly BinShares[]): BinShares[] {
  return bins
    .filter((bin) => moved(bin) > 0)
    .sort((a, b) => moved(b) - moved(a))
    .slice(0, moversReported);
}

/** A number for people: four digits. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return value < 0 ? '-∞' : '∞';
  return String(Number(value.toPrecision(4)));
}

function moved({ referenceRatio, currentRatio }: BinShares): number {
  return Math.abs(currentRatio - referenceRatio);
}

function sum(counts: Float64Array): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}
