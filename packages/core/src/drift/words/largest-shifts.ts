import type { BinShares } from '../../report.js';

const shiftsReported = 3;

/** The three bins whose share changed most, the largest change first. */
export function largestShifts(bins: readonly BinShares[]): BinShares[] {
  return bins
    .filter((bin) => shiftOf(bin) > 0)
    .sort((a, b) => shiftOf(b) - shiftOf(a))
    .slice(0, shiftsReported);
}

function shiftOf({ referenceRatio, currentRatio }: BinShares): number {
  return Math.abs(currentRatio - referenceRatio);
}
