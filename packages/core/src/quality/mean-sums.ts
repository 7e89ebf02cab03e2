/** Sums of a score that is a mean: how many values, their sum, and the sum of their squares. */
export const sumsPerMean = 3;

/** The mean of some values and the variance of one of them. */
export interface MeanSums {
  readonly count: number;
  /** Undefined without values. */
  readonly mean: number | undefined;
  /** 0 for fewer than two values. */
  readonly variance: number;
}

/** Adds one value of each score to the sums at the start of a vector; NaN is not counted. */
export function addMeans(sums: Float64Array, values: Float64Array): void {
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index]!;
    if (Number.isNaN(value)) continue;
    const offset = sumsPerMean * index;
    sums[offset]! += 1;
    sums[offset + 1]! += value;
    sums[offset + 2]! += value * value;
  }
}

/** The mean at an index of the sums. */
export function meanAt(sums: Float64Array, index: number): MeanSums {
  const offset = sumsPerMean * index;
  const count = sums[offset]!;
  if (count === 0) return { count, mean: undefined, variance: 0 };
  const mean = sums[offset + 1]! / count;
  if (count === 1) return { count, mean, variance: 0 };
  // Rounding can make the difference negative for values that do not vary.
  const variance = Math.max(0, sums[offset + 2]! / count - mean * mean) * (count / (count - 1));
  return { count, mean, variance };
}

/** A value, or NaN where its square is too large for a sum. */
export function summable(value: number): number {
  return Number.isFinite(value * value) ? value : Number.NaN;
}
