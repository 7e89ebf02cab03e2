import { requireNumericArray } from '../../checks/arguments.js';
import { onLattice } from '../../numeric/ks-lattice.js';
import { fewValues, sortedCopy } from '../../numeric/sorted-copy.js';
import type { KsStatistic, NumericArray, TieGroups } from '../../types.js';
import { fewKsValues, ksOfBins } from './ks-of-bins.js';
import type { Scratch } from './scratch.js';
import type { WasmArena } from './wasm-arena.js';

/** Two samples as ascending keys in the memory, each with room for one key behind it. */
interface SortedPair {
  readonly first: number;
  readonly n: number;
  readonly second: number;
  readonly m: number;
}

/** `Kernel.sort` in WebAssembly. */
export function sort(scratch: Scratch, values: NumericArray): Float64Array {
  requireNumericArray('sort(values)', values);
  if (values.length <= fewValues) return sortedCopy(values);
  return scratch.use((arena) => {
    const { functions } = arena;
    const bytes = values.length * 8;
    const sorted = arena.allocate('sort(values)', bytes);
    const other = arena.allocate('sort(values)', bytes);
    const tables = arena.allocate('sort(values)', functions.SORT_TABLES_BYTES.value);
    arena.float64.set(values, sorted / 8);
    const length = functions.sortKeys(sorted, values.length, other, tables);
    functions.keysToDoubles(sorted, length);
    return arena.float64.slice(sorted / 8, sorted / 8 + length);
  });
}

/** `Kernel.tieGroups` in WebAssembly. */
export function tieGroups(
  scratch: Scratch,
  reference: NumericArray,
  current: NumericArray,
): TieGroups {
  const places = ['tieGroups(reference)', 'tieGroups(current)'] as const;
  return sortPair(scratch, places, reference, current, (arena, { first, n, second, m }) => {
    const bytes = (n + m) * 8;
    const values = arena.allocate(places[1], bytes);
    const counts = arena.allocate(places[1], bytes);
    const otherCounts = arena.allocate(places[1], bytes);
    const { functions } = arena;
    const groups = functions.tieGroups(first, n, second, m, values, counts, otherCounts);
    functions.keysToDoubles(values, groups);
    const take = (at: number): Float64Array => arena.float64.slice(at / 8, at / 8 + groups);
    return { values: take(values), reference: take(counts), current: take(otherCounts) };
  });
}

/** `Kernel.ksTwoSample` in WebAssembly: large samples are counted first, others sorted. */
export function ksTwoSample(scratch: Scratch, a: NumericArray, b: NumericArray): KsStatistic {
  const places = ['ksTwoSample(a)', 'ksTwoSample(b)'] as const;
  requireNumericArray(places[0], a);
  requireNumericArray(places[1], b);
  if (a.length + b.length >= fewKsValues) {
    const counted = scratch.use((arena) => ksOfBins(arena, a, b, scratch.block));
    if (counted !== undefined) return counted;
  }
  return sortPair(scratch, places, a, b, (arena, { first, n, second, m }) => {
    const statistic = arena.functions.ksSortedKeys(first, n, second, m);
    return { statistic: onLattice(statistic, n, m), n, m };
  });
}

function sortPair<Result>(
  scratch: Scratch,
  [firstPlace, secondPlace]: readonly [string, string],
  a: NumericArray,
  b: NumericArray,
  work: (arena: WasmArena, pair: SortedPair) => Result,
): Result {
  requireNumericArray(firstPlace, a);
  requireNumericArray(secondPlace, b);
  return scratch.use((arena) => {
    const { functions } = arena;
    const first = arena.allocate(firstPlace, (a.length + 1) * 8);
    const second = arena.allocate(secondPlace, (b.length + 1) * 8);
    const mark = arena.top;
    const other = arena.allocate(secondPlace, Math.max(a.length, b.length) * 8);
    const tables = arena.allocate(secondPlace, functions.SORT_TABLES_BYTES.value);
    arena.float64.set(a, first / 8);
    arena.float64.set(b, second / 8);
    const n = functions.sortKeys(first, a.length, other, tables);
    const m = functions.sortKeys(second, b.length, other, tables);
    arena.release(mark);
    return work(arena, { first, n, second, m });
  });
}
