/** Number of bins of a probability. */
export const scoreBins = 256;

const binsPerRadian = (2 * scoreBins) / Math.PI;

/** Rows by bin of their score. */
export interface ScoreCounts {
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
  /** The sum of the scores. */
  readonly sums: Float64Array;
}

/**
 * The bin of a probability, from 0 to 255, in the order of the probabilities. The bins are equally
 * wide in asin(sqrt(p)), the scale on which a share has the same variance everywhere, so that rare
 * events keep their resolution: the first bin ends at 0.00004, those in the middle are 0.006 wide.
 *
 * @param score Between 0 and 1; what lies outside goes to the first or the last bin.
 */
export function scoreBinOf(score: number): number {
  if (!(score > 0)) return 0;
  if (score >= 1) return scoreBins - 1;
  return Math.min(scoreBins - 1, Math.floor(binsPerRadian * Math.asin(Math.sqrt(score))));
}

/** The lower edge of a bin: 0 for bin 0, 1 for bin 256. */
export function scoreBinEdge(bin: number): number {
  return Math.sin(bin / binsPerRadian) ** 2;
}
