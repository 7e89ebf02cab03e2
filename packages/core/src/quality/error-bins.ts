/** Bins per factor of two, and the factors of two that they cover: 2^-64 to 2^64. */
const binsPerOctave = 8;
const lowestOctave = -64;

/** Number of bins of an absolute error. */
export const errorBins = 1024;

/** The largest relative error of a value that is read from a bin: half of its width. */
export const errorResolution: number = 2 ** (1 / (2 * binsPerOctave)) - 1;

/**
 * The bin of an absolute error, in the order of the errors: bin 0 for those below 2^-64, and others
 * equally wide in their logarithm, 9 % each. Errors above 2^64 go to the last bin.
 */
export function errorBinOf(error: number): number {
  if (!(error > 2 ** lowestOctave)) return 0;
  const bin = 1 + Math.floor(binsPerOctave * (Math.log2(error) - lowestOctave));
  return Math.min(errorBins - 1, bin);
}

/** The lower edge of a bin: 0 for bin 0. */
export function errorBinEdge(bin: number): number {
  return bin === 0 ? 0 : 2 ** ((bin - 1) / binsPerOctave + lowestOctave);
}

/** The value of a bin, in the middle of its logarithms; 0 for bin 0. */
export function errorOfBin(bin: number): number {
  return bin === 0 ? 0 : errorBinEdge(bin) * (1 + errorResolution);
}

/** The bin of the error of a rank, from 1 to the number of errors. O(bins). */
export function binOfRank(counts: Float64Array, rank: number): number {
  let below = 0;
  for (let bin = 0; bin < counts.length; bin += 1) {
    below += counts[bin]!;
    if (below >= rank) return bin;
  }
  return counts.length - 1;
}
