/** Values of a column or a row-major matrix. Read during the call, never retained or changed. */
export type NumericArray = Float64Array | Float32Array;

/** Summary of a column from one pass. NaN is missing; ±Infinity is a value outside the moments. */
export interface Moments {
  /** Values that are not NaN; infinite ones included. */
  readonly count: number;
  /** NaN values. */
  readonly missing: number;
  /** +Infinity and -Infinity values: part of `count`, left out of `mean` and `m2`. */
  readonly infinite: number;
  /** Smallest value that is not NaN, infinities included; +Infinity when there is none. */
  readonly min: number;
  /** Largest value that is not NaN, infinities included; -Infinity when there is none. */
  readonly max: number;
  /** Mean of the `count - infinite` finite values; 0 when there is none. */
  readonly mean: number;
  /** Sum of squared deviations of the finite values from `mean`; variance = m2 / (n - 1). */
  readonly m2: number;
}

/** Rows per right-closed bin. */
export interface EdgeCounts {
  /** `edges.length + 1` counts for (-inf, e0], (e0, e1], …, (eLast, +inf), as Prometheus `le`. */
  readonly counts: Float64Array;
  /** NaN values, which are in no bin. */
  readonly missing: number;
}

/** Rows per equally spaced bin. */
export interface UniformCounts {
  /** Rows of [e0, e1), [e1, e2), …, [eLast-1, eLast]: the last bin has its upper edge. */
  readonly counts: Float64Array;
  /** Values below the first edge, -Infinity among them. */
  readonly below: number;
  /** Values above the last edge, Infinity among them. */
  readonly above: number;
  /** NaN values. */
  readonly missing: number;
}

/** Whole-number codes of categories, as encoders give them. */
export type CodeArray =
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array;

/** Rows per code. */
export interface CodeCounts {
  /** Rows of the codes 0 to cardinality - 1. */
  readonly counts: Float64Array;
  /** Negative codes. */
  readonly missing: number;
  /** Codes from the cardinality up: categories that the encoder had not seen. */
  readonly unseen: number;
}

/** The distinct values of two samples together and how often each sample has them. */
export interface TieGroups {
  /** Strictly ascending; infinities are kept, -0 is 0, NaN is left out. */
  readonly values: Float64Array;
  /** Rows of the reference at each value. */
  readonly reference: Float64Array;
  /** Rows of the current sample at each value. */
  readonly current: Float64Array;
}

/** Two-sample Kolmogorov-Smirnov distance and the sizes that its p-value needs. */
export interface KsStatistic {
  /** Largest distance between the two empirical distribution functions, in [0, 1]. */
  readonly statistic: number;
  /** Values of the first sample that are not NaN. */
  readonly n: number;
  /** Values of the second sample that are not NaN. */
  readonly m: number;
}

/**
 * Which implementation runs. Both return the same counts, order and KS distance to the last bit.
 */
export type KernelImplementation = 'wasm' | 'typescript';

/** The loops over whole columns. Build one with `createKernel`; it keeps no results. */
export interface Kernel {
  readonly implementation: KernelImplementation;

  /**
   * Count, extremes, mean and sum of squared deviations of a column in one pass, O(n).
   *
   * The mean and m2 of the two implementations may differ in the last bits: they sum in a
   * different order.
   *
   * @throws KernelError INVALID_ARGUMENT when `values` is not a Float64Array or Float32Array.
   */
  moments(values: NumericArray): Moments;

  /**
   * Values per right-closed bin between explicit edges, O(n).
   *
   * Edges are compared in double precision, with Float32Array input too. Up to 16 edges every value
   * is compared with all of them at once; more get a lookup table first, which takes about 0.1 ms
   * per 1024 edges.
   *
   * @param edges 1 to 16384 strictly ascending finite numbers.
   * @throws KernelError INVALID_ARGUMENT when `values` is not a Float64Array or Float32Array.
   * @throws KernelError INVALID_GRID when the edges are too few, too many, not ascending or NaN.
   * @throws KernelError OUT_OF_MEMORY when the WebAssembly memory cannot hold the lookup table.
   */
  countEdges(values: NumericArray, edges: Float64Array): EdgeCounts;

  /**
   * Values per equally spaced bin, O(n): the counts of `numpy.histogram` with a number of bins and
   * a range, whose edges are those of `numpy.linspace`.
   *
   * The range may be one point: it is widened by a half on either side, as numpy does. Float32Array
   * values are compared in double precision. Bins too narrow to have edges of their own, which
   * numpy refuses, still count every value once, in one of those at its place.
   *
   * @param bins Whole number from 1 to 65536.
   * @throws KernelError INVALID_ARGUMENT when `values` is not a Float64Array or Float32Array, or
   * the range or the number of bins is not one.
   * @throws KernelError OUT_OF_MEMORY when the WebAssembly memory cannot hold the counters.
   */
  countUniform(values: NumericArray, minimum: number, maximum: number, bins: number): UniformCounts;

  /**
   * Rows per code of a categorical column, O(n).
   *
   * @param cardinality Number of codes, from 1 to 1048576.
   * @throws KernelError INVALID_ARGUMENT when `codes` is not an integer array or the cardinality is
   * out of range.
   * @throws KernelError OUT_OF_MEMORY when the WebAssembly memory cannot hold the counters.
   */
  countCodes(codes: CodeArray, cardinality: number): CodeCounts;

  /**
   * Quantiles of the values that are not NaN, in the order of `probabilities`: numpy's default,
   * linear between the two neighbours in rank.
   *
   * Between two infinities of different sign, or an infinity and a number, it is the nearer of the
   * two. No value at all gives no quantiles: an empty array. O(n) after sorting a copy.
   *
   * @param probabilities Each in [0, 1].
   * @throws KernelError INVALID_ARGUMENT when `values` is not a Float64Array or Float32Array, or a
   * probability is out of range.
   * @throws KernelError OUT_OF_MEMORY when the WebAssembly memory cannot hold two copies.
   */
  quantiles(values: NumericArray, probabilities: readonly number[] | Float64Array): Float64Array;

  /**
   * The counts of both samples at every distinct value, O(n + m) after sorting copies: what the
   * tests and distances on ordered counts take for rows.
   *
   * @throws KernelError INVALID_ARGUMENT when an input is not a Float64Array or Float32Array.
   * @throws KernelError OUT_OF_MEMORY when the WebAssembly memory cannot hold the copies.
   */
  tieGroups(reference: NumericArray, current: NumericArray): TieGroups;

  /**
   * An ascending copy without the NaN values, O(n) for spread-out keys.
   *
   * -0 and 0 are equal and come out as 0. Infinities are kept.
   *
   * @throws KernelError INVALID_ARGUMENT when `values` is not a Float64Array or Float32Array.
   * @throws KernelError OUT_OF_MEMORY when the WebAssembly memory cannot hold two copies.
   */
  sort(values: NumericArray): Float64Array;

  /**
   * Two-sample Kolmogorov-Smirnov distance; both samples are copied and sorted.
   *
   * NaN values are skipped. The distance equals that of scipy.stats.ks_2samp to the last bit.
   * An empty sample gives statistic 0. O(n + m) after sorting.
   *
   * @throws KernelError INVALID_ARGUMENT when an input is not a Float64Array or Float32Array.
   * @throws KernelError OUT_OF_MEMORY when the WebAssembly memory cannot hold the copies.
   */
  ksTwoSample(a: NumericArray, b: NumericArray): KsStatistic;
}
