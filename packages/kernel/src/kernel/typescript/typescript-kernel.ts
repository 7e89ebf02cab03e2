import { requireEdges, requireNumericArray } from '../../checks/arguments.js';
import { onLattice } from '../../numeric/ks-lattice.js';
import { addToMoments, clearMoments, momentsLength, readMoments } from '../../numeric/moments.js';
import { quantilesOfSorted } from '../../numeric/quantiles.js';
import { sortedCopy } from '../../numeric/sorted-copy.js';
import type { Kernel, TieGroups } from '../../types.js';
import { countCodes, countUniform, edgesBelow } from './typescript-counts.js';

/** The kernel in plain TypeScript: the twin that the WebAssembly kernel is tested against. */
export function createTypescriptKernel(): Kernel {
  return {
    implementation: 'typescript',
    moments(values) {
      requireNumericArray('moments(values)', values);
      const totals = new Float64Array(momentsLength);
      clearMoments(totals, 0);
      addToMoments(totals, 0, values, 0, 1, values.length);
      return readMoments(totals, 0);
    },
    countEdges(values, edges) {
      requireNumericArray('countEdges(values)', values);
      requireEdges('countEdges(edges)', edges);
      const counts = new Float64Array(edges.length + 1);
      let missing = 0;
      for (const value of values) {
        if (Number.isNaN(value)) {
          missing += 1;
          continue;
        }
        counts[edgesBelow(edges, value)]! += 1;
      }
      return { counts, missing };
    },
    countUniform,
    countCodes,
    quantiles(values, probabilities) {
      requireNumericArray('quantiles(values)', values);
      return quantilesOfSorted(sortedCopy(values), probabilities);
    },
    tieGroups(reference, current) {
      requireNumericArray('tieGroups(reference)', reference);
      requireNumericArray('tieGroups(current)', current);
      return groupTies(sortedCopy(reference), sortedCopy(current));
    },
    sort(values) {
      requireNumericArray('sort(values)', values);
      return sortedCopy(values);
    },
    ksTwoSample(a, b) {
      requireNumericArray('ksTwoSample(a)', a);
      requireNumericArray('ksTwoSample(b)', b);
      const first = sortedCopy(a);
      const second = sortedCopy(b);
      const n = first.length;
      const m = second.length;
      return { statistic: onLattice(ksOfSorted(first, second), n, m), n, m };
    },
  };
}

/** Steps over each distinct value of either sample once, so that ties never count half. */
function ksOfSorted(a: Float64Array, b: Float64Array): number {
  let statistic = 0;
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i]!, b[j]!);
    while (a[i] === value) i += 1;
    while (b[j] === value) j += 1;
    statistic = Math.max(statistic, Math.abs(i / a.length - j / b.length));
  }
  return statistic;
}

/** Steps over each distinct value of either sample once. */
function groupTies(a: Float64Array, b: Float64Array): TieGroups {
  const values: number[] = [];
  const reference: number[] = [];
  const current: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const value = Math.min(a[i] ?? Infinity, b[j] ?? Infinity);
    const firstA = i;
    const firstB = j;
    while (a[i] === value) i += 1;
    while (b[j] === value) j += 1;
    values.push(value);
    reference.push(i - firstA);
    current.push(j - firstB);
  }
  return {
    values: Float64Array.from(values),
    reference: Float64Array.from(reference),
    current: Float64Array.from(current),
  };
}
