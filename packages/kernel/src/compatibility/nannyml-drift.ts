import { type Counts, requireCounts } from '../checks/counts.js';
import { KernelError } from '../errors.js';
import { jensenShannonDistance } from '../statistics/jensen-shannon.js';
import type { Kernel, NumericArray } from '../types.js';
import type { MethodDrift } from './method-drift.js';
import { nannymlJensenShannon, nannymlThresholds } from './nannyml.js';

/** How many chunks NannyML makes of each side; the rows left over are one more. */
const chunks = 10;

/** The verdict of one column, and of each chunk of the current rows. */
export interface NannymlDrift extends MethodDrift {
  /** In the order of the rows; null of a chunk without values, which never drifts. */
  readonly chunks: readonly { readonly score: number | null; readonly drifted: boolean }[];
}

/**
 * The chunks that NannyML 0.13 makes of so many rows at its defaults, as first and last row (from 0,
 * the last one excluded): ten of one size, and the rest.
 *
 * @throws KernelError INVALID_ARGUMENT for fewer than ten rows, with which NannyML ends as well.
 */
export function nannymlChunks(rows: number): readonly (readonly [number, number])[] {
  const size = Math.floor(rows / chunks);
  if (!(size > 0 && Number.isFinite(size))) {
    throw new KernelError('INVALID_ARGUMENT', {
      place: 'nannymlChunks(rows)',
      value: rows,
      nextStep: `pass ${chunks} rows or more`,
    });
  }
  return Array.from({ length: Math.ceil(rows / size) }, (_, chunk) => [
    chunk * size,
    Math.min(rows, (chunk + 1) * size),
  ]);
}

/**
 * What NannyML 0.13 says of a numeric column at its defaults: the Jensen-Shannon distance of each
 * chunk from the whole reference, against mean + 3 deviations of that of the chunks of the reference.
 *
 * The order of the rows matters, since chunks are made of it. The score is the largest of the chunks;
 * the column drifts when one of them does. NaN is left out of chunks that are made with it. Undefined
 * where a sample has no values. O(n + m).
 *
 * @throws KernelError INVALID_ARGUMENT when a sample is not a float array, has fewer than ten rows,
 * or the reference holds infinities.
 */
export function nannymlDrift(
  kernel: Kernel,
  reference: NumericArray,
  current: NumericArray,
): NannymlDrift | undefined {
  const isEmpty = (values: NumericArray): boolean => kernel.moments(values).count === 0;
  if (isEmpty(reference) || isEmpty(current)) return undefined;
  const scores = (values: NumericArray): (number | null)[] =>
    nannymlChunks(values.length).map(([from, to]) => {
      const chunk = values.subarray(from, to);
      return isEmpty(chunk) ? null : nannymlJensenShannon(kernel, reference, chunk);
    });
  return verdict(scores(reference), scores(current));
}

/**
 * The same of a column of categories, from its counts in each chunk of `nannymlChunks`. Undefined
 * where a sample has no values. O(categories x chunks).
 *
 * @throws KernelError INVALID_COUNTS when counts differ in length, are negative or not finite.
 */
export function nannymlCategoryDrift(
  reference: readonly Counts[],
  current: readonly Counts[],
): NannymlDrift | undefined {
  const rowsOf = (counts: Counts): number => requireCounts('nannymlCategoryDrift', counts);
  const whole = new Float64Array(reference[0]?.length ?? 0);
  for (const counts of reference) {
    for (let bin = 0; bin < whole.length; bin += 1) whole[bin]! += counts[bin]!;
  }
  const isEmpty = (side: readonly Counts[]): boolean => side.every((of) => rowsOf(of) === 0);
  if (isEmpty(reference) || isEmpty(current)) return undefined;
  const scores = (side: readonly Counts[]): (number | null)[] =>
    side.map((counts) =>
      rowsOf(counts) === 0 ? null : jensenShannonDistance(whole, counts, { base: 2 }),
    );
  return verdict(scores(reference), scores(current));
}

function verdict(
  reference: readonly (number | null)[],
  current: readonly (number | null)[],
): NannymlDrift {
  const known = (score: number | null): score is number => score !== null;
  const threshold = nannymlThresholds(reference.filter(known)).upper;
  const found = current.map((score) => ({ score, drifted: known(score) && score > threshold }));
  const score = Math.max(...current.filter(known));
  return {
    statistic: 'jensen_shannon',
    score,
    threshold,
    drifted: score > threshold,
    chunks: found,
  };
}
