import type { Moments, NumericArray } from '../types.js';

/** What counters of row-major matrices have in common. */
export interface RowCounter {
  /** Columns of every matrix: the number of grids. */
  readonly columns: number;
  /** Rows counted since the last reset, buffered ones included. */
  readonly rows: number;

  /**
   * Counts `rows` rows of `columns` values, row-major, copied into a buffer of at most 256 rows.
   *
   * The first call with a float type builds what that type needs: for a grid counter lookup tables,
   * about 0.1 ms for a column of 1024 points in WebAssembly; a call with no rows builds them ahead
   * of the traffic. Both float types may be mixed on one counter.
   *
   * @throws KernelError INVALID_ARGUMENT when `data.length` is not `rows * columns`.
   * @throws KernelError OUT_OF_MEMORY when the WebAssembly memory cannot hold the tables.
   */
  count(data: NumericArray, rows: number): void;

  /** Counts what is still buffered; the reading methods call it. */
  flush(): void;

  /** NaN values of a column since the last reset. */
  missing(column: number): number;

  /** Moments of a column since the last reset. */
  moments(column: number): Moments;

  /** Zeroes all counts and keeps the tables; buffered rows are dropped with the others. */
  reset(): void;
}

/** Streaming counts of rows per right-closed bin, between fixed edges of each column. */
export interface EdgeCounter extends RowCounter {
  /**
   * Adds the counts of a column per bin (-inf, e0], (e0, e1], …, (eLast, +inf) to `target`.
   *
   * Edges are compared in double precision, with Float32Array rows too.
   *
   * @param target Length edges + 1.
   * @throws KernelError INVALID_ARGUMENT for an unknown column or another length.
   */
  addBinsTo(column: number, target: Float64Array): void;
}

/**
 * Streaming counts of rows against frozen grids, one grid per column.
 *
 * A column with k grid points has 2k + 1 bins: bin 2j counts values strictly between u[j - 1]
 * and u[j] (bin 0: below the first, bin 2k: above the last), bin 2j + 1 values equal to u[j].
 * NaN is missing; -Infinity and +Infinity fall into the end bins; -0 equals 0.
 *
 * Float32Array rows are counted against the grid rounded to the nearest float32, so a value that
 * is a grid point in double precision is still equal after the cast. Where several points round
 * to one float32 value, values equal to it are counted in the middle of these points' bins: at
 * the middle point of three, between two. Both float types may be mixed on one counter.
 */
export interface GridCounter extends RowCounter {
  /**
   * Adds the bin counts of a column to `target`.
   *
   * @param target Length 2k + 1.
   * @throws KernelError INVALID_ARGUMENT for an unknown column or another length.
   */
  addBinsTo(column: number, target: Float64Array): void;
}
