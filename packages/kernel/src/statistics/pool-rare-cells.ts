import { type Counts, requireCountPair } from '../counts.js';
import { requireNumberIn } from '../number-arguments.js';

export interface PooledCells {
  /** Reference counts of the pooled cells. */
  readonly reference: Float64Array;
  /** Current counts of the same cells. */
  readonly current: Float64Array;
  /** Number of pooled cells, 1 or more. */
  readonly cells: number;
  /** For every input cell, the index of the pooled cell that holds it. */
  readonly pooledInto: Int32Array;
}

/**
 * Pools rare cells, so that every expected count of a two-sample test reaches `minimumExpected`.
 *
 * The expected count of a cell is the share that it has in both samples together times the size of
 * the smaller sample. Cells below the minimum are gathered from the rarest up: as soon as a group
 * reaches the minimum it is a cell and the next group begins; what is left at the end joins the
 * group before it, or else the rarest cell that needed no pooling. Where nothing reaches the
 * minimum, or a sample is empty, one cell is left and every statistic on it says nothing: treat
 * `cells` = 1 as too few rows, not as no drift.
 *
 * Which cells are pooled depends on the sums of both samples alone, so the samples may change
 * places, and a test on the pooled cells keeps its level. Cells that stay keep their order and the
 * groups follow them. O(K log K).
 * Source of the minimum of 5: Cochran 1954, Biometrics 10(4).
 *
 * @throws KernelError INVALID_COUNTS when the counts differ in length, are negative or not finite.
 * @throws KernelError INVALID_ARGUMENT when `minimumExpected` is negative or not finite.
 */
export function poolRareCells(
  reference: Counts,
  current: Counts,
  minimumExpected: number = 5,
): PooledCells {
  requireNumberIn('poolRareCells(minimumExpected)', minimumExpected, 0, Number.MAX_VALUE);
  const { n, m } = requireCountPair('poolRareCells', reference, current);
  const both = Float64Array.from(reference, (count, cell) => count + current[cell]!);
  const needed = rowsForExpectedCount(n, m, minimumExpected);

  const pooledInto = new Int32Array(both.length);
  const rare: number[] = [];
  let cells = 0;
  for (let cell = 0; cell < both.length; cell += 1) {
    if (both[cell]! >= needed) pooledInto[cell] = cells++;
    else rare.push(cell);
  }
  const kept = cells;
  rare.sort((a, b) => both[a]! - both[b]! || a - b);
  let group: number[] = [];
  let groupRows = 0;
  for (const cell of rare) {
    group.push(cell);
    groupRows += both[cell]!;
    if (groupRows < needed) continue;
    for (const member of group) pooledInto[member] = cells;
    cells += 1;
    group = [];
    groupRows = 0;
  }
  const last = cells > kept ? cells - 1 : rarestKept(both, needed, pooledInto);
  for (const member of group) pooledInto[member] = last;

  return {
    reference: sumInto(reference, pooledInto, Math.max(1, cells)),
    current: sumInto(current, pooledInto, Math.max(1, cells)),
    cells: Math.max(1, cells),
    pooledInto,
  };
}

/**
 * Rows that a cell must have in both samples together for its expected count in the smaller one to
 * reach `minimumExpected`; Infinity for an empty sample.
 *
 * @param n Rows of one sample, 0 or more.
 * @param m Rows of the other, 0 or more.
 */
export function rowsForExpectedCount(n: number, m: number, minimumExpected: number = 5): number {
  return Math.max((minimumExpected * (n + m)) / Math.min(n, m) || 0, Number.MIN_VALUE);
}

function rarestKept(both: Float64Array, needed: number, pooledInto: Int32Array): number {
  let rarest = Infinity;
  let target = 0;
  for (let cell = 0; cell < both.length; cell += 1) {
    if (both[cell]! >= needed && both[cell]! < rarest) {
      rarest = both[cell]!;
      target = pooledInto[cell]!;
    }
  }
  return target;
}

function sumInto(counts: Counts, pooledInto: Int32Array, cells: number): Float64Array {
  const sums = new Float64Array(cells);
  for (let cell = 0; cell < counts.length; cell += 1) sums[pooledInto[cell]!]! += counts[cell]!;
  return sums;
}
