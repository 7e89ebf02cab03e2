import { requireNumericArray } from '../../checks/arguments.js';
import { requireIntegerIn } from '../../checks/number-arguments.js';
import { KernelError } from '../../errors.js';
import type { NumericArray } from '../../types.js';
import { createEmbeddingBasis } from './embedding-basis.js';
import { createFourierFeatures, frequencies } from './fourier-features.js';

/** Most values of a vector. */
export const maximumDimension = 65_536;

/**
 * What a reference fixes so that the sums of other samples can be compared with its own: the random
 * frequencies and their width.
 */
export interface EmbeddingBasis {
  /** Values per vector. */
  readonly dimension: number;
  /** Seed of the random frequencies. */
  readonly seed: number;
  /** Width of the Gaussian kernel: the median distance between two vectors of the reference. */
  readonly width: number;
  /** The mean vector of the reference, to which cosines are taken. */
  readonly mean: Float64Array;
  /** tr Σ² of the covariance Σ of the features in the reference. */
  readonly traceOfSquare: number;
  /** The directions in which the features vary most in the reference, 256 values each. */
  readonly directions: Float64Array;
  /** The variance of the features along each of these directions, the largest first. */
  readonly variances: Float64Array;
  /**
   * Set where a vector holds the columns of a table: each value becomes (value - centre) / scale,
   * at most 4 in size and 0 where it is NaN. A scale of 0 leaves the column out.
   */
  readonly columns?: { readonly centre: Float64Array; readonly scale: Float64Array };
}

/** Sums over the vectors of a sample, mergeable by addition: never the vectors. */
export interface EmbeddingProfile {
  readonly type: 'embedding';
  readonly basis: EmbeddingBasis;
  /** Vectors that are not missing. */
  readonly count: number;
  /** Vectors of which a value is NaN, infinite or too large to square. */
  readonly missing: number;
  /** Mean Euclidean norm; 0 without a vector. */
  readonly meanNorm: number;
  /** Mean cosine of the angle to `basis.mean`, in [-1, 1]; 0 without a vector. */
  readonly meanCosine: number;
  /**
   * Σ cosine and Σ sine of 128 random frequencies, in whole multiples of 2^-20: the same whatever
   * the order of the vectors and of merges, up to 8e9 vectors.
   */
  readonly sums: Float64Array;
}

/** Counts vectors into sums that the caller holds, such as the panes of a window. */
export interface EmbeddingCounter {
  /** Number of slots that the sums take. */
  readonly width: number;
  /**
   * Adds whole vectors, row-major, to the slots.
   *
   * @throws KernelError INVALID_ARGUMENT when the values are not whole vectors.
   */
  add(vectors: ArrayLike<number>, slots: Float64Array): void;
  /** Adds vectors that are missing. */
  addMissing(rows: number, slots: Float64Array): void;
  /** The profile of slots, or of a sum of slots; copied. */
  profile(slots: Float64Array): EmbeddingProfile;
}

/** The first slots; the sums of the features follow. */
const slot = { count: 0, missing: 1, norm: 2, cosine: 3, sums: 4 } as const;
const width = slot.sums + 2 * frequencies;
const largestSize = 4;

/**
 * A counter of vectors. A vector takes O(dimension log dimension), some 10 µs for 384 values.
 *
 * @example
 * const counter = createEmbeddingCounter(reference.basis);
 * const slots = new Float64Array(counter.width);
 * counter.add(vectors, slots);
 * counter.profile(slots);
 */
export function createEmbeddingCounter(basis: EmbeddingBasis): EmbeddingCounter {
  const { dimension, mean, columns } = basis;
  const addFeatures = createFourierFeatures(dimension, basis.width, basis.seed);
  const vector = new Float64Array(dimension);
  const lengthOfMean = Math.sqrt(mean.reduce((sum, value) => sum + value * value, 0));

  function addVector(slots: Float64Array): void {
    let square = 0;
    let product = 0;
    for (let index = 0; index < dimension; index += 1) {
      const value = vector[index]!;
      square += value * value;
      product += value * mean[index]!;
    }
    if (!(square < Infinity)) {
      slots[slot.missing]! += 1;
      return;
    }
    const norm = Math.sqrt(square);
    slots[slot.count]! += 1;
    slots[slot.norm]! += norm;
    const scale = norm * lengthOfMean;
    if (scale > 0) slots[slot.cosine]! += Math.max(-1, Math.min(1, product / scale));
    addFeatures(vector, slots, slot.sums);
  }

  return {
    width,
    add(vectors, slots) {
      requireWholeVectors('EmbeddingCounter.add(vectors)', vectors, dimension);
      for (let start = 0; start < vectors.length; start += dimension) {
        for (let index = 0; index < dimension; index += 1) vector[index] = vectors[start + index]!;
        if (columns !== undefined) standardize(vector, columns);
        addVector(slots);
      }
    },
    addMissing(rows, slots) {
      slots[slot.missing]! += rows;
    },
    profile(slots) {
      const count = slots[slot.count]!;
      const most = Math.max(count, 1);
      return {
        type: 'embedding',
        basis,
        count,
        missing: slots[slot.missing]!,
        meanNorm: Math.min(slots[slot.norm]! / most, Number.MAX_VALUE),
        meanCosine: slots[slot.cosine]! / most,
        sums: slots.slice(slot.sums, width),
      };
    },
  };
}

export interface EmbeddingProfileOptions {
  /** Values per vector; left out with a `basis`, which has it. */
  readonly dimension?: number;
  /** The basis of a reference; left out, one is made from the vectors. */
  readonly basis?: EmbeddingBasis;
  /** True where a vector holds the columns of a table, which then get one scale each. */
  readonly isTable?: boolean;
  /** Whole number from 0 to 2^32 - 1: the same seed gives the same basis; default 1. */
  readonly seed?: number;
}

/**
 * Profiles vectors, row-major: as a reference with a basis of its own, or on the basis of one.
 *
 * The basis is made from a seeded sample of at most 1000 vectors. Without a vector its width is 1.
 * O(rows x dimension log dimension).
 *
 * @throws KernelError INVALID_ARGUMENT when the vectors are not a float array of whole vectors, or an
 * option is out of its range.
 */
export function embeddingProfile(
  vectors: NumericArray,
  options: EmbeddingProfileOptions,
): EmbeddingProfile {
  requireNumericArray('embeddingProfile(vectors)', vectors);
  const { seed = 1, isTable = false } = options;
  const dimension = options.basis?.dimension ?? options.dimension ?? Number.NaN;
  requireIntegerIn('embeddingProfile(options.dimension)', dimension, 1, maximumDimension);
  requireIntegerIn('embeddingProfile(options.seed)', seed, 0, 0xffffffff);
  requireWholeVectors('embeddingProfile(vectors)', vectors, dimension);
  const basis = options.basis ?? createEmbeddingBasis(vectors, dimension, { seed, isTable });
  const counter = createEmbeddingCounter(basis);
  const slots = new Float64Array(counter.width);
  counter.add(vectors, slots);
  return counter.profile(slots);
}

/**
 * The profile of both samples taken together: what profiling all their vectors on the same basis
 * gives, the sums to the last bit, the means to rounding. O(256).
 *
 * @throws KernelError PROFILE_MISMATCH when the profiles have different bases.
 */
export function mergeEmbeddings(a: EmbeddingProfile, b: EmbeddingProfile): EmbeddingProfile {
  requireSameBasis('mergeEmbeddings(b)', a, b);
  const count = a.count + b.count;
  const share = count === 0 ? 0 : b.count / count;
  return {
    type: 'embedding',
    basis: a.basis,
    count,
    missing: a.missing + b.missing,
    meanNorm: a.meanNorm + share * (b.meanNorm - a.meanNorm),
    meanCosine: a.meanCosine + share * (b.meanCosine - a.meanCosine),
    sums: a.sums.map((sum, index) => sum + b.sums[index]!),
  };
}

/** @throws KernelError PROFILE_MISMATCH when the profiles have different bases. */
export function requireSameBasis(
  place: string,
  { basis: a }: EmbeddingProfile,
  { basis: b }: EmbeddingProfile,
): void {
  if (a === b) return;
  for (const field of ['dimension', 'seed', 'width'] as const) {
    if (a[field] === b[field]) continue;
    throw new KernelError('PROFILE_MISMATCH', {
      place: `${place}.basis.${field}`,
      value: b[field],
      nextStep: `the first has ${a[field]}: count both on one basis, the basis option of embeddingProfile`,
    });
  }
}

/** Brings the columns of a table row to one scale, in place. */
export function standardize(
  vector: Float64Array,
  { centre, scale }: NonNullable<EmbeddingBasis['columns']>,
): void {
  for (let index = 0; index < vector.length; index += 1) {
    const value = scale[index]! > 0 ? (vector[index]! - centre[index]!) / scale[index]! : 0;
    vector[index] = Number.isNaN(value) ? 0 : Math.max(-largestSize, Math.min(largestSize, value));
  }
}

function requireWholeVectors(place: string, values: ArrayLike<number>, dimension: number): void {
  if (values.length % dimension === 0) return;
  throw new KernelError('INVALID_ARGUMENT', {
    place: `${place}.length`,
    value: values.length,
    nextStep: `pass whole vectors of ${dimension} values, row-major`,
  });
}
