import { type Counts, requireCountPair } from '../checks/counts.js';
import { requireNumberIn } from '../checks/number-arguments.js';

/** Expected rows below which a bin is pooled by default. Source: Cochran 1954, Biometrics 10(4). */
export const minimumExpectedRows = 5;

export interface PooledBins {
  /** Reference counts of the pooled bins. */
  readonly reference: Float64Array;
  /** Current counts of the same bins. */
  readonly current: Float64Array;
  /** Number of pooled bins, 1 or more. */
  readonly bins: number;
  /** For every input bin, the index of the pooled bin that holds it. */
  readonly pooledInto: Int32Array;
}

/**
 * Pools rare bins, so that every expected count of a two-sample test reaches `minimumExpected`.
 *
 * The expected count of a bin is the share that it has in both samples together times the size of
 * the smaller sample. Bins below the minimum are gathered from the rarest up: as soon as a group
 * reaches the minimum it is a bin and the next group begins; a remainder at the end joins the
 * group before it, or else the rarest bin that needed no pooling. Where nothing reaches the
 * minimum, or a sample is empty, one bin is left and every statistic on it says nothing: treat
 * `bins` = 1 as too few rows, not as no drift.
 *
 * Which bins are pooled depends on the sums of both samples alone, so the samples may change
 * places, and a test on the pooled bins keeps its level. Bins that stay keep their order and the
 * groups follow them. O(K log K).
 * Source of the minimum of 5: Cochran 1954, Biometrics 10(4).
 *
 * @throws KernelError INVALID_COUNTS when the counts differ in length, are negative or not finite.
 * @throws KernelError INVALID_ARGUMENT when `minimumExpected` is negative or not finite.
 */
export function poolRareBins(
  reference: Counts,
  current: Counts,
  minimumExpected: number = minimumExpectedRows,
): PooledBins {
  requireNumberIn('poolRareBins(minimumExpected)', minimumExpected, 0, Number.MAX_VALUE);
  const { n, m } = requireCountPair('poolRareBins', reference, current);
  const both = Float64Array.from(reference, (count, bin) => count + current[bin]!);
  const needed = rowsForExpectedCount(n, m, minimumExpected);

  const pooledInto = new Int32Array(both.length);
  const rare: number[] = [];
  let bins = 0;
  for (let bin = 0; bin < both.length; bin += 1) {
    if (both[bin]! >= needed) pooledInto[bin] = bins++;
    else rare.push(bin);
  }
  const kept = bins;
  rare.sort((a, b) => both[a]! - both[b]! || a - b);
  let group: number[] = [];
  let groupRows = 0;
  for (const bin of rare) {
    group.push(bin);
    groupRows += both[bin]!;
    if (groupRows < needed) continue;
    for (const member of group) pooledInto[member] = bins;
    bins += 1;
    group = [];
    groupRows = 0;
  }
  const last = bins > kept ? bins - 1 : rarestKept(both, needed, pooledInto);
  for (const member of group) pooledInto[member] = last;

  return {
    reference: sumInto(reference, pooledInto, Math.max(1, bins)),
    current: sumInto(current, pooledInto, Math.max(1, bins)),
    bins: Math.max(1, bins),
    pooledInto,
  };
}

/**
 * Rows that a bin must have in both samples together for its expected count in the smaller one to
 * reach `minimumExpected`; Infinity for an empty sample.
 *
 * @param n Rows of one sample, 0 or more.
 * @param m Rows of the other, 0 or more.
 */
export function rowsForExpectedCount(
  n: number,
  m: number,
  minimumExpected: number = minimumExpectedRows,
): number {
  return Math.max((minimumExpected * (n + m)) / Math.min(n, m) || 0, Number.MIN_VALUE);
}

/**
 * The bin with the most rows in both samples together, and all others as one: two bins, where pooling
 * leaves one. An exact test of them holds for any number of rows.
 *
 * @throws KernelError INVALID_COUNTS when the counts differ in length, are negative or not finite.
 */
export function largestAndRest(
  reference: Counts,
  current: Counts,
): { readonly reference: Float64Array; readonly current: Float64Array } {
  const { n, m } = requireCountPair('largestAndRest', reference, current);
  let largest = 0;
  for (let bin = 0; bin < reference.length; bin += 1) {
    if (reference[bin]! + current[bin]! > reference[largest]! + current[largest]!) largest = bin;
  }
  const fold = (counts: Counts, rows: number): Float64Array => {
    const first = counts[largest] ?? 0;
    return Float64Array.of(first, Math.max(0, rows - first));
  };
  return { reference: fold(reference, n), current: fold(current, m) };
}

function rarestKept(both: Float64Array, needed: number, pooledInto: Int32Array): number {
  let rarest = Infinity;
  let target = 0;
  for (let bin = 0; bin < both.length; bin += 1) {
    if (both[bin]! >= needed && both[bin]! < rarest) {
      rarest = both[bin]!;
      target = pooledInto[bin]!;
    }
  }
  return target;
}

function sumInto(counts: Counts, pooledInto: Int32Array, bins: number): Float64Array {
  const sums = new Float64Array(bins);
  for (let bin = 0; bin < counts.length; bin += 1) sums[pooledInto[bin]!]! += counts[bin]!;
  return sums;
}
