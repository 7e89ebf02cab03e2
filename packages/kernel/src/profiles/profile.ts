import type { EmbeddingProfile } from './embeddings/embedding-profile.js';

/**
 * Counts of a numeric column on a frozen grid, mergeable by addition.
 *
 * With k grid points there are 2k + 1 bins: bin 2j counts the values strictly between u[j - 1]
 * and u[j] (bin 0: below the first point, bin 2k: above the last), bin 2j + 1 those equal to
 * u[j]. This is the layout of `GridCounter`.
 */
export interface NumericProfile {
  readonly type: 'numeric';
  /** Rows that are not missing; infinite values included. */
  readonly count: number;
  /** Rows that are NaN. */
  readonly missing: number;
  /** Infinite values: counted in `count` and the end bins, left out of min, max, mean and m2. */
  readonly infinite: number;
  /** Smallest finite value, null when there is none. */
  readonly min: number | null;
  /** Largest finite value, null when there is none. */
  readonly max: number | null;
  /** Mean of the finite values, 0 when there is none. */
  readonly mean: number;
  /**
   * Sum of squared deviations of the finite values from `mean`; never above the largest double,
   * at which it stays for values whose squares overflow.
   */
  readonly m2: number;
  /** Strictly ascending finite grid points. */
  readonly grid: Float64Array;
  /** 2k + 1 counts that add up to `count`. */
  readonly counts: Float64Array;
}

/** Counts of a column of categories over a bounded vocabulary, mergeable by addition. */
export interface CategoricalProfile {
  readonly type: 'categorical';
  /** Rows that are not missing; those of `other` included. */
  readonly count: number;
  /** Rows that are null or undefined. */
  readonly missing: number;
  /** The vocabulary, most frequent first where the profile chose it; ties by code unit order. */
  readonly categories: readonly string[];
  /** Rows per category, in the order of `categories`. */
  readonly counts: Float64Array;
  /** Rows whose category is not in the vocabulary. */
  readonly other: number;
}

/** What a reference keeps of a feature with one value per row: counts, never rows. */
export type ColumnProfile = NumericProfile | CategoricalProfile;

/** What a reference keeps of one feature: counts and sums, never rows. */
export type FeatureProfile = ColumnProfile | EmbeddingProfile;
