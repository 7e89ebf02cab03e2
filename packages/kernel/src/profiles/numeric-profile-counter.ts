import { requireNumericArray } from '../checks/arguments.js';
import { createGridCounter, type GridCounterOptions } from '../kernel/create-counters.js';
import { createKernel } from '../kernel/create-kernel.js';
import { mergeMoments } from '../numeric/moments.js';
import type { Kernel, NumericArray } from '../types.js';
import type { NumericProfile } from './profile.js';
import { finiteMoments, summaryOf } from './summary.js';

/** Profiles a numeric column that comes in pieces. */
export interface NumericProfileCounter {
  /**
   * Counts a piece; it is read, not retained. O(rows).
   *
   * @throws KernelError INVALID_ARGUMENT when `values` is not a float array.
   */
  count(values: NumericArray): void;
  /** The profile of all rows so far, a copy. O(bins). */
  profile(): NumericProfile;
  /** Forgets all rows and keeps what was built for the grid. */
  reset(): void;
}

export interface NumericProfileCounterOptions {
  /** Strictly ascending finite points, such as the grid of a reference; copied. */
  readonly grid: Float64Array;
  /** Which values equal a grid point, as for `createGridCounter`; default `exact`. */
  readonly ties?: NonNullable<GridCounterOptions['ties']>;
  /** Runs the loops; default `createKernel()`. */
  readonly kernel?: Kernel;
}

/**
 * Makes an empty profile on a grid, to be filled piece by piece: what `numericProfile` with that
 * grid gives for all pieces together, in memory that does not grow with the rows.
 *
 * @throws KernelError INVALID_GRID when `grid` is not strictly ascending or has too many points.
 */
export function createNumericProfileCounter(
  options: NumericProfileCounterOptions,
): NumericProfileCounter {
  const { kernel = createKernel(), ties = 'exact' } = options;
  const { implementation } = kernel;
  const counter = createGridCounter([options.grid], { implementation, ties });
  const grid = options.grid.map((point) => point + 0);
  const noMoments = finiteMoments(new Float64Array(0), kernel);
  let moments = noMoments;

  return {
    count(values) {
      requireNumericArray('NumericProfileCounter.count(values)', values);
      counter.count(values, values.length);
      moments = mergeMoments(moments, finiteMoments(values, kernel));
    },
    profile() {
      const counts = new Float64Array(2 * grid.length + 1);
      counter.addBinsTo(0, counts);
      return { ...summaryOf(moments), grid: grid.slice(), counts };
    },
    reset() {
      counter.reset();
      moments = noMoments;
    },
  };
}
