import { chiSquareQuantile, chiSquareSurvival } from '../distributions/chi-square.js';
import {
  type EmbeddingProfile,
  requireSameBasis,
} from '../profiles/embeddings/embedding-profile.js';
import { featureUnit, frequencies } from '../profiles/embeddings/fourier-features.js';

export interface EmbeddingDiscrepancy {
  /**
   * How far the mean features moved, in standard deviations of the reference along the direction in
   * which they moved, after what chance adds is taken off: 0 without drift. A shift of a normal
   * feature by 0.5 deviations has about the same score.
   */
  readonly score: number;
  /** The 95 % interval of the score; it reaches to Infinity with fewer than two vectors. */
  readonly interval: readonly [low: number, high: number];
  /** P(a distance of this size or more) without drift, in [0, 1]. */
  readonly pValue: number;
  /** The score that chance alone reaches in 5 % of samples of these sizes. */
  readonly noiseFloor: number;
  /** The squared maximum mean discrepancy, unbiased: about 0 without drift, below 0 by chance. */
  readonly squaredDiscrepancy: number;
}

/** The normal quantile of a two-sided 95 % interval. */
const z = 1.959963984540054;

/**
 * Whether two samples of vectors come from one distribution: the maximum mean discrepancy with a
 * Gaussian kernel, from sums of random Fourier features.
 *
 * Without drift the squared distance of the means is a weighted sum of chi-square variables; a
 * shifted and scaled chi-square variable has its mean, variance and skewness. The interval holds every
 * distance that the observed one does not refute, with the variance that it would have; where the
 * current vectors are spread further than those of the reference, their mean varies as much more as
 * their features do. Needs two vectors in each sample. O(4096). Source: Gretton et al. 2012, Journal of Machine Learning Research 13, sections 3.3
 * (the null distribution by its moments) and 5 (the variance under drift); Imhof 1961, Biometrika 48,
 * section 4 (the approximation by three moments).
 *
 * @throws KernelError PROFILE_MISMATCH when the profiles have different bases.
 */
export function embeddingDiscrepancy(
  reference: EmbeddingProfile,
  current: EmbeddingProfile,
): EmbeddingDiscrepancy {
  requireSameBasis('embeddingDiscrepancy(current)', reference, current);
  const n = reference.count;
  const m = current.count;
  if (n < 2 || m < 2) {
    return {
      score: 0,
      interval: [0, Infinity],
      pValue: 1,
      noiseFloor: Infinity,
      squaredDiscrepancy: 0,
    };
  }
  const shift = reference.sums.map(
    (sum, index) => (sum / n - current.sums[index]! / m) / featureUnit / Math.sqrt(frequencies),
  );
  const distance = squareOf(shift);
  const trace = varianceOf(reference);
  const squaredDiscrepancy = distance - trace / n - varianceOf(current) / m;
  const { traceOfSquare } = reference.basis;
  if (trace === 0 || traceOfSquare === 0) {
    // All vectors of the reference are equal: its deviation is 0, and any other vector is drift.
    const score = Math.sqrt(Math.max(0, squaredDiscrepancy));
    const pValue = squaredDiscrepancy > smallestVariance ? 0 : 1;
    return { score, interval: [score, score], pValue, noiseFloor: 0, squaredDiscrepancy };
  }
  const rows = 1 / n + 1 / m;
  const typical = traceOfSquare / trace;
  const freedom = freedomOf(trace, reference);
  // The distance in multiples of its deviation without drift.
  const deviation = rows * Math.sqrt(2 * traceOfSquare);
  const excess = (distance - rows * trace) / deviation;
  const most = (chiSquareQuantile(0.95, freedom) - freedom) / Math.sqrt(2 * freedom);
  const variance = distance === 0 ? typical : varianceAlong(shift, distance, trace, reference);
  const scoreOf = (square: number, along = variance): number =>
    Math.sqrt(Math.max(0, square) / along);
  // Vectors that are spread further than those of the reference have means that vary more.
  const varied = 1 / n + Math.max(1, varianceOf(current) / trace) / m;
  const [low, high] = intervalOf(squaredDiscrepancy, varied, traceOfSquare, variance);
  return {
    score: scoreOf(squaredDiscrepancy),
    interval: [scoreOf(low), scoreOf(high)],
    pValue: chiSquareSurvival(Math.max(0, freedom + excess * Math.sqrt(2 * freedom)), freedom),
    noiseFloor: scoreOf(most * deviation, typical),
    squaredDiscrepancy,
  };
}

/** Below it the variance of the features comes from the rounding of their angles. */
const smallestVariance = 1e-5;

/** tr Σ of the features, unbiased: a cosine and a sine have squares that add up to 1. */
function varianceOf({ sums, count }: EmbeddingProfile): number {
  const variance = 1 - squareOf(sums) / (count * featureUnit) ** 2 / frequencies;
  return variance < smallestVariance ? 0 : (variance * count) / (count - 1);
}

/**
 * Degrees of freedom of the chi-square variable that is as skewed as the squared distance without
 * drift: (tr Σ²)³ / (tr Σ³)², where Σ has the main variances of the reference and others as if they
 * were all equal.
 */
function freedomOf(
  trace: number,
  { basis: { traceOfSquare, variances } }: EmbeddingProfile,
): number {
  let rest = trace;
  let restOfSquare = traceOfSquare;
  let traceOfCube = 0;
  for (const variance of variances) {
    rest -= variance;
    restOfSquare -= variance ** 2;
    traceOfCube += variance ** 3;
  }
  if (rest > 0 && restOfSquare > 0) traceOfCube += restOfSquare ** 2 / rest;
  // One for a single variance, and with these moments at most that of equal variances.
  const most = Math.max(1, trace ** 2 / traceOfSquare);
  return Math.min(most, Math.max(1, traceOfSquare ** 3 / traceOfCube ** 2));
}

/** The variance of the reference along a shift: exact in the main directions, even in the others. */
function varianceAlong(
  shift: Float64Array,
  square: number,
  trace: number,
  { basis: { directions, variances } }: EmbeddingProfile,
): number {
  const size = shift.length;
  let along = 0;
  let rest = square;
  let restOfTrace = trace;
  for (const [row, variance] of variances.entries()) {
    let share = 0;
    for (let index = 0; index < size; index += 1) {
      share += directions[row * size + index]! * shift[index]!;
    }
    along += variance * share ** 2;
    rest -= share ** 2;
    restOfTrace -= variance;
  }
  const other = Math.max(0, restOfTrace) / (size - variances.length);
  return Math.max(along + other * Math.max(0, rest), smallestVariance * square) / square;
}

/**
 * The squared distances θ with (observed - θ)² <= z² Var(θ), where Var(θ) = 2 rows² tr Σ² + 4 rows
 * variance θ.
 */
function intervalOf(
  observed: number,
  rows: number,
  traceOfSquare: number,
  variance: number,
): [low: number, high: number] {
  const half = 2 * z * z * rows * variance;
  const root = Math.sqrt(half * (half + 2 * observed) + 2 * (z * rows) ** 2 * traceOfSquare);
  const reach = Number.isNaN(root) ? 0 : root;
  return [observed + half - reach, observed + half + reach];
}

function squareOf(values: Float64Array): number {
  let square = 0;
  for (const value of values) square += value * value;
  return square;
}
