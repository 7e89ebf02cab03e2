import { onLattice } from '../../numeric/ks-lattice.js';
import type { KsStatistic, NumericArray } from '../../types.js';
import { allocateLookup } from './grid-lookup.js';
import type { WasmArena } from './wasm-arena.js';

/** Fewer values than this in both samples are sorted sooner than counted. */
export const fewKsValues = 30_000;
const manyKsValues = 500_000;
const sampleSize = 1_024;
const largeSampleSize = 16_384;
/** A sample with no more values than this is of a column of ties. */
const fewDistinct = 256;
const place = 'ksTwoSample(b)';

/** Both columns in the memory, without their NaN values. */
interface Columns {
  readonly first: number;
  readonly n: number;
  readonly second: number;
  readonly m: number;
}

/**
 * The two-sample distance by counting both samples into bins and sorting only the values in bins
 * that may hold the largest difference. Undefined where those are too many: sorting everything is
 * faster then.
 *
 * A small sample of both decides the bins: where it has few distinct values each gets a bin of its
 * own, and ties need no sort at all. Same distance as that of the sorted samples, to the last bit.
 */
export function ksOfBins(
  arena: WasmArena,
  a: NumericArray,
  b: NumericArray,
  block: number,
): KsStatistic | undefined {
  const first = arena.allocate(place, a.length * 8);
  const second = arena.allocate(place, b.length * 8);
  arena.float64.set(a, first / 8);
  arena.float64.set(b, second / 8);
  const n = arena.functions.dropMissing(first, a.length);
  const m = arena.functions.dropMissing(second, b.length);
  if (n === 0 || m === 0) return { statistic: 0, n, m };
  const columns = { first, n, second, m };
  const sample = sampleOf(arena, columns, sampleSize);
  const distinct = distinctOf(sample);
  let statistic: number | undefined;
  if (distinct.length > fewDistinct) {
    statistic = ofSpreadBins(arena, columns, sample);
  } else {
    statistic = ofValueBins(arena, columns, distinct, block);
    // A value too rare for the sample may decide; a larger one is still cheaper than a sort.
    if (statistic === undefined && n + m >= manyKsValues) {
      const more = distinctOf(sampleOf(arena, columns, largeSampleSize));
      statistic = ofValueBins(arena, columns, more, block);
    }
  }
  return statistic === undefined ? undefined : { statistic: onLattice(statistic, n, m), n, m };
}

function distinctOf(sorted: Float64Array): Float64Array {
  return sorted.filter((value, index) => index === 0 || value !== sorted[index - 1]);
}

function sampleOf(arena: WasmArena, { first, n, second, m }: Columns, size: number): Float64Array {
  const half = size / 2;
  const sample = new Float64Array(size);
  for (let index = 0; index < half; index += 1) {
    sample[index] = arena.float64[first / 8 + Math.floor((index * n) / half)]! + 0;
    sample[half + index] = arena.float64[second / 8 + Math.floor((index * m) / half)]! + 0;
  }
  return sample.filter(Number.isFinite).sort();
}

function ofValueBins(
  arena: WasmArena,
  { first, n, second, m }: Columns,
  points: Float64Array,
  block: number,
): number | undefined {
  const { functions } = arena;
  const bins = 2 * points.length + 1;
  const { countersA, countersB, marks } = allocateCounters(arena, bins);
  functions.countLookupF64(first, n, allocateLookup(arena, place, points, countersA), block);
  functions.countLookupF64(second, m, allocateLookup(arena, place, points, countersB), block);
  const lowerBound = functions.ksAtBinEnds(countersA, countersB, bins, n, m);
  const candidateRows = functions.markBins(
    countersA,
    countersB,
    bins,
    n,
    m,
    lowerBound,
    marks,
    true,
  );
  return candidateRows > 0 ? undefined : lowerBound;
}

function ofSpreadBins(
  arena: WasmArena,
  { first, n, second, m }: Columns,
  sample: Float64Array,
): number | undefined {
  const { functions } = arena;
  // Each table is in the second-level cache; a bin then holds some ten values of a million.
  const bins = n + m >= manyKsValues ? 32_767 : 8_191;
  const lookup = arena.allocate(place, functions.LOOKUP_BYTES.value);
  const points = arena.allocate(place, sampleSize * 8);
  const { countersA, countersB, marks } = allocateCounters(arena, bins);
  arena.float64.set(sample, points / 8);
  functions.chooseMap(lookup, points, sample.length, bins, false);
  functions.countBins(lookup, first, first + n * 8, countersA);
  functions.countBins(lookup, second, second + m * 8, countersB);
  const lowerBound = functions.ksAtBinEnds(countersA, countersB, bins, n, m);
  const candidateRows = functions.markBins(
    countersA,
    countersB,
    bins,
    n,
    m,
    lowerBound,
    marks,
    false,
  );
  if (candidateRows > (n + m) / 4) return undefined;
  const keysA = arena.allocate(place, (candidateRows + 2) * 8);
  const keysB = arena.allocate(place, (candidateRows + 2) * 8);
  const other = arena.allocate(place, (candidateRows + 2) * 8);
  const tables = arena.allocate(place, functions.SORT_TABLES_BYTES.value);
  const inA = functions.gatherBins(lookup, first, first + n * 8, marks, keysA);
  const inB = functions.gatherBins(lookup, second, second + m * 8, marks, keysB);
  functions.sortKeys(keysA, inA, other, tables);
  functions.sortKeys(keysB, inB, other, tables);
  return functions.ksOfBins(countersA, countersB, bins, n, m, lowerBound, marks, keysA, keysB);
}

/** Counters of both samples, all zero, and a mark for every bin. */
function allocateCounters(
  arena: WasmArena,
  bins: number,
): { readonly countersA: number; readonly countersB: number; readonly marks: number } {
  const countersA = arena.allocate(place, 2 * bins * 4);
  arena.uint32.fill(0, countersA / 4, countersA / 4 + 2 * bins);
  return { countersA, countersB: countersA + bins * 4, marks: arena.allocate(place, bins) };
}
