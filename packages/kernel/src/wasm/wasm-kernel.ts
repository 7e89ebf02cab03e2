import {
  fewEdges,
  requireCodes,
  requireEdges,
  requireNumericArray,
  requireUniformBins,
} from '../arguments.js';
import { roundDownToFloat32 } from '../float32-grid.js';
import type { EdgeCounts, Kernel, NumericArray } from '../kernel.js';
import { momentsLength, readMoments } from '../moments.js';
import { nextBelow } from '../profiles/next-below.js';
import { quantilesOfSorted } from '../quantiles.js';
import { onLattice } from '../statistics/ks-lattice.js';
import { fewValues, sortedCopy } from '../typescript/sorted-copy.js';
import { countUniform as countUniformPlainly } from '../typescript/typescript-counts.js';
import { uniformEdges } from '../uniform-edges.js';
import { buildLookup, lookupBytes, tableBytesOf } from './grid-lookup.js';
import { fewKsValues, ksOfBins } from './ks-of-bins.js';
import { addressableBytes, createArena, type WasmArena } from './wasm-arena.js';
import { createWasmEdgeCounter } from './wasm-edge-counter.js';
import { createWasmGridCounter } from './wasm-grid-counter.js';

/** The WebAssembly kernel, with what its tests look at. */
export interface WasmKernel extends Kernel {
  readonly implementation: 'wasm';
  /** Bytes of scratch space in use: 0 between calls. */
  readonly scratchBytes: number;
  /** Bytes of WebAssembly memory held. */
  readonly memoryBytes: number;
}

export interface WasmKernelLimits {
  /** Most bytes that one call may use; more is OUT_OF_MEMORY. */
  readonly maximumBytes?: number;
  /** A memory that has grown beyond this is given up after the call, for a new small one. */
  readonly retainedBytes?: number;
}

/** 256 KiB pass through the second-level cache and cost less than a pause that anyone notices. */
const stagingBytes = 262_144;
const blockBytes = 8_192;
const edgeSlots = 20;
const sortTablesBytes = 8_192;
/** Four tables of them still fit into the first-level cache. */
const fewCounters = 1_024;
const defaultRetainedBytes = 33_554_432;

/** Addresses of what every call uses; the scratch space of sorting lies above. */
interface Workspace {
  readonly arena: WasmArena;
  readonly totals: number;
  readonly edges: number;
  readonly counts: number;
  readonly block: number;
  readonly staging: number;
  readonly top: number;
}

export function createWasmKernel(limits: WasmKernelLimits = {}): WasmKernel {
  const maximumBytes = limits.maximumBytes ?? addressableBytes;
  const retainedBytes = limits.retainedBytes ?? defaultRetainedBytes;
  let workspace = createWorkspace(maximumBytes);

  /** Runs a function that allocates scratch space and takes it back whatever happens. */
  function withScratch<Result>(work: (arena: WasmArena) => Result): Result {
    const { arena, top } = workspace;
    try {
      return work(arena);
    } finally {
      arena.release(top);
      if (arena.byteLength > retainedBytes) workspace = createWorkspace(maximumBytes);
    }
  }

  /** Copies a column through the staging buffer, a chunk at a time. */
  function stage(
    values: NumericArray,
    each: (address: number, length: number, isFloat32: boolean) => void,
  ): void {
    const { arena, staging } = workspace;
    const isFloat32 = values.BYTES_PER_ELEMENT === 4;
    const target = isFloat32 ? arena.float32 : arena.float64;
    const at = staging / values.BYTES_PER_ELEMENT;
    const chunk = stagingBytes / values.BYTES_PER_ELEMENT;
    for (let first = 0; first < values.length; first += chunk) {
      const part = values.length <= chunk ? values : values.subarray(first, first + chunk);
      target.set(part, at);
      each(staging, part.length, isFloat32);
    }
  }

  /** Each edge is a point of a lookup: the bin up to it is the gap before it and the point itself. */
  function countManyEdges(values: NumericArray, edges: Float64Array): EdgeCounts {
    return withScratch((arena) => {
      const place = 'countEdges(edges)';
      const lookup = arena.allocate(place, lookupBytes);
      const table = arena.allocate(place, tableBytesOf(edges, false));
      const bins = 2 * edges.length + 1;
      const counters = arena.allocate(place, bins * 4);
      buildLookup(arena, edges, lookup, table, counters, false);
      const { block } = workspace;
      const counts = new Float64Array(edges.length + 1);
      let missing = 0;
      clear(arena, counters, bins);
      stage(values, (address, length, isFloat32) => {
        const count = isFloat32 ? arena.functions.countLookupF32 : arena.functions.countLookupF64;
        missing += count(address, length, lookup, block);
      });
      const { uint32 } = arena;
      for (let bin = 0; bin < bins; bin += 1) {
        counts[bin >> 1]! += uint32[counters / 4 + bin]!;
      }
      return { counts, missing };
    });
  }

  /** Sorts both samples as keys, each with room for one key behind it. */
  function sortTwo<Result>(
    place: readonly [string, string],
    a: NumericArray,
    b: NumericArray,
    work: (arena: WasmArena, first: number, n: number, second: number, m: number) => Result,
  ): Result {
    requireNumericArray(place[0], a);
    requireNumericArray(place[1], b);
    return withScratch((arena) => {
      const first = arena.allocate(place[0], (a.length + 1) * 8);
      const second = arena.allocate(place[1], (b.length + 1) * 8);
      const mark = arena.top;
      const other = arena.allocate(place[1], Math.max(a.length, b.length) * 8);
      const tables = arena.allocate(place[1], sortTablesBytes);
      arena.float64.set(a, first / 8);
      arena.float64.set(b, second / 8);
      const n = arena.functions.sortKeys(first, a.length, other, tables);
      const m = arena.functions.sortKeys(second, b.length, other, tables);
      arena.release(mark);
      return work(arena, first, n, second, m);
    });
  }

  function sort(values: NumericArray): Float64Array {
    if (values.length <= fewValues) return sortedCopy(values);
    return withScratch((arena) => {
      const bytes = values.length * 8;
      const sorted = arena.allocate('sort(values)', bytes);
      const other = arena.allocate('sort(values)', bytes);
      const tables = arena.allocate('sort(values)', sortTablesBytes);
      arena.float64.set(values, sorted / 8);
      const length = arena.functions.sortKeys(sorted, values.length, other, tables);
      arena.functions.keysToDoubles(sorted, length);
      return arena.float64.slice(sorted / 8, sorted / 8 + length);
    });
  }

  return {
    implementation: 'wasm',
    get scratchBytes() {
      return workspace.arena.top - workspace.top;
    },
    get memoryBytes() {
      return workspace.arena.byteLength;
    },
    moments(values) {
      requireNumericArray('moments(values)', values);
      const { arena, totals, block } = workspace;
      const { functions } = arena;
      functions.clearMoments(totals);
      stage(values, (address, length, isFloat32) => {
        if (isFloat32) functions.addMomentsF32(address, length, block, totals);
        else functions.addMomentsF64(address, length, totals);
      });
      return readMoments(arena.float64.subarray(totals / 8, totals / 8 + momentsLength), 0);
    },
    countEdges(values, edges) {
      requireNumericArray('countEdges(values)', values);
      requireEdges('countEdges(edges)', edges);
      if (edges.length > fewEdges) return countManyEdges(values, edges);
      const { arena, edges: edgesAt, counts: countsAt } = workspace;
      const { functions } = arena;
      // One slot more than edges: its +Infinity counts every value that is not NaN.
      const tiles = Math.ceil((edges.length + 1) / 4);
      const isFloat32 = values.BYTES_PER_ELEMENT === 4;
      const slots = isFloat32 ? arena.float32 : arena.float64;
      const slot = edgesAt / slots.BYTES_PER_ELEMENT;
      slots.fill(Infinity, slot, slot + edgeSlots);
      for (const [index, edge] of edges.entries()) {
        slots[slot + index] = isFloat32 ? roundDownToFloat32(edge) : edge;
      }
      const cumulative = arena.float64.subarray(countsAt / 8, countsAt / 8 + edgeSlots);
      cumulative.fill(0);
      stage(values, (address, length) => {
        if (isFloat32) functions.countEdgesF32(address, length, edgesAt, tiles, countsAt);
        else functions.countEdgesF64(address, length, edgesAt, tiles, countsAt);
      });
      const counts = cumulative.slice(0, edges.length + 1);
      const missing = values.length - counts[edges.length]!;
      for (let bin = edges.length; bin > 0; bin -= 1) counts[bin]! -= counts[bin - 1]!;
      return { counts, missing };
    },
    countUniform(values, minimum, maximum, bins) {
      requireNumericArray('countUniform(values)', values);
      requireUniformBins('countUniform', minimum, maximum, bins);
      const edges = uniformEdges(minimum, maximum, bins);
      const low = edges[0]!;
      const high = edges[bins]!;
      const scale = bins / (high - low);
      // Eight roundings of a value at the far end of the range, in bins.
      const slack = 8 * 2 ** -53 * (2 * Math.max(Math.abs(low), Math.abs(high)) * scale + bins + 2);
      // Bins of a few doubles' width: a product does not even find the neighbour.
      if (!(slack < 0.25)) return countUniformPlainly(values, minimum, maximum, bins);
      return withScratch((arena) => {
        const place = 'countUniform(bins)';
        const slots = bins + 2;
        const tables = slots <= fewCounters ? 4 : 1;
        const edgesAt = arena.allocate(place, (slots + 1) * 8);
        const counters = arena.allocate(place, tables * slots * 4);
        const lower = arena.float64.subarray(edgesAt / 8, edgesAt / 8 + slots + 1);
        lower.fill(Number.NaN);
        lower.set(edges, 1);
        lower[bins + 1] = -nextBelow(-high);
        clear(arena, counters, tables * slots);
        const stride = tables === 1 ? 0 : slots * 4;
        const { functions } = arena;
        const { block } = workspace;
        let missing = 0;
        stage(values, (at, length, isFloat32) => {
          missing += isFloat32
            ? functions.countUniformF32(
                at,
                length,
                edgesAt,
                bins,
                scale,
                slack,
                counters,
                stride,
                block,
              )
            : functions.countUniformF64(at, length, edgesAt, bins, scale, slack, counters, stride);
        });
        const counts = sumTables(arena, counters, tables, slots);
        return {
          counts: counts.slice(1, bins + 1),
          below: counts[0]! - missing,
          above: counts[bins + 1]!,
          missing,
        };
      });
    },
    countCodes(codes, cardinality) {
      requireCodes('countCodes', codes, cardinality);
      return withScratch((arena) => {
        const { functions } = arena;
        const isSigned = Object.prototype.toString.call(codes).startsWith('[object Int');
        const isBytes = codes.BYTES_PER_ELEMENT === 1 && !isSigned;
        const slots = isBytes ? 256 : cardinality + 1;
        const tables = slots <= fewCounters ? 4 : 1;
        const stride = tables === 1 ? 0 : slots * 4;
        const counters = arena.allocate('countCodes(cardinality)', tables * slots * 4);
        clear(arena, counters, tables * slots);
        let missing = 0;
        const width = isBytes ? 1 : 4;
        const { staging } = workspace;
        const target = isBytes ? arena.uint8 : arena.uint32;
        const chunk = stagingBytes / width;
        for (let first = 0; first < codes.length; first += chunk) {
          const part = codes.subarray(first, first + chunk);
          target.set(part, staging / width);
          if (isBytes) functions.countCodesU8(staging, part.length, counters);
          else {
            missing += functions.countCodesI32(staging, part.length, cardinality, counters, stride);
          }
        }
        // Read as signed, codes of 2^31 and more are negative; as unsigned none is.
        if (!isSigned) missing = 0;
        const all = sumTables(arena, counters, tables, slots);
        const counts = new Float64Array(cardinality);
        counts.set(all.subarray(0, Math.min(cardinality, slots)));
        let unseen = codes.length - missing;
        for (let code = 0; code < cardinality; code += 1) unseen -= counts[code]!;
        return { counts, missing, unseen };
      });
    },
    quantiles(values, probabilities) {
      requireNumericArray('quantiles(values)', values);
      return quantilesOfSorted(sort(values), probabilities);
    },
    tieGroups(reference, current) {
      return sortTwo(
        ['tieGroups(reference)', 'tieGroups(current)'],
        reference,
        current,
        (arena, first, n, second, m) => {
          const bytes = (n + m) * 8;
          const place = 'tieGroups(current)';
          const values = arena.allocate(place, bytes);
          const firstCounts = arena.allocate(place, bytes);
          const secondCounts = arena.allocate(place, bytes);
          const { functions } = arena;
          const groups = functions.tieGroups(
            first,
            n,
            second,
            m,
            values,
            firstCounts,
            secondCounts,
          );
          functions.keysToDoubles(values, groups);
          const take = (at: number): Float64Array => arena.float64.slice(at / 8, at / 8 + groups);
          return {
            values: take(values),
            reference: take(firstCounts),
            current: take(secondCounts),
          };
        },
      );
    },
    sort(values) {
      requireNumericArray('sort(values)', values);
      return sort(values);
    },
    ksTwoSample(a, b) {
      const places = ['ksTwoSample(a)', 'ksTwoSample(b)'] as const;
      requireNumericArray(places[0], a);
      requireNumericArray(places[1], b);
      if (a.length + b.length >= fewKsValues) {
        const counted = withScratch((arena) => ksOfBins(arena, a, b, workspace.block));
        if (counted !== undefined) return counted;
      }
      return sortTwo(places, a, b, (arena, first, n, second, m) => {
        const statistic = arena.functions.ksSortedKeys(first, n, second, m);
        return { statistic: onLattice(statistic, n, m), n, m };
      });
    },
    createGridCounter: (grids) => createWasmGridCounter(grids, { maximumBytes }),
    createEdgeCounter: (edges) => createWasmEdgeCounter(edges, { maximumBytes }),
  };
}

function clear(arena: WasmArena, counters: number, length: number): void {
  arena.uint32.fill(0, counters / 4, counters / 4 + length);
}

/** Several tables of 32-bit counters as one of doubles. */
function sumTables(
  arena: WasmArena,
  counters: number,
  tables: number,
  slots: number,
): Float64Array {
  const sums = new Float64Array(slots);
  const { uint32 } = arena;
  for (let table = 0; table < tables; table += 1) {
    const first = counters / 4 + table * slots;
    for (let slot = 0; slot < slots; slot += 1) sums[slot]! += uint32[first + slot]!;
  }
  return sums;
}

function createWorkspace(maximumBytes: number): Workspace {
  const arena = createArena(maximumBytes);
  const place = 'createKernel()';
  return {
    arena,
    totals: arena.allocate(place, momentsLength * 8),
    edges: arena.allocate(place, edgeSlots * 8),
    counts: arena.allocate(place, edgeSlots * 8),
    block: arena.allocate(place, blockBytes),
    staging: arena.allocate(place, stagingBytes),
    top: arena.top,
  };
}
