import { KernelError } from '../../errors.js';

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
  readonly columns?: {
    readonly names: readonly string[];
    readonly centre: Float64Array;
    readonly scale: Float64Array;
    /**
     * How the estimate of the correlation of each pair of columns varies from row to row in the
     * reference: its variance and the largest influence of a row. Pairs are in the order (1, 0),
     * (2, 0), (2, 1), (3, 0) and so on. Left out for one column, more than 128, or a reference of
     * fewer than 100 rows.
     */
    readonly pairs?:
      | { readonly variances: Float64Array; readonly largest: Float64Array }
      | undefined;
  };
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
  /**
   * Where the basis has pairs: Σ x of each column, then Σ x y of each column with those before it and
   * itself, of standardised values in whole multiples of 2^-8; exact as `sums`.
   */
  readonly pairs?: Float64Array;
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
