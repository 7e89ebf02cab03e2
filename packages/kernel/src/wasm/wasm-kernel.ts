import { requireEdges, requireNumericArray } from '../arguments.js';
import type { Kernel, NumericArray } from '../kernel.js';
import { momentsLength, readMoments } from '../moments.js';
import { onLattice } from '../statistics/ks-lattice.js';
import { fewValues, sortedCopy } from '../typescript/sorted-copy.js';
import { addressableBytes, createArena, type WasmArena } from './wasm-arena.js';
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
    sort(values) {
      requireNumericArray('sort(values)', values);
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
    },
    ksTwoSample(a, b) {
      requireNumericArray('ksTwoSample(a)', a);
      requireNumericArray('ksTwoSample(b)', b);
      return withScratch((arena) => {
        // The merge writes one key behind each sample.
        const first = arena.allocate('ksTwoSample(a)', (a.length + 1) * 8);
        const second = arena.allocate('ksTwoSample(b)', (b.length + 1) * 8);
        const other = arena.allocate('ksTwoSample(b)', Math.max(a.length, b.length) * 8);
        const tables = arena.allocate('ksTwoSample(b)', sortTablesBytes);
        arena.float64.set(a, first / 8);
        arena.float64.set(b, second / 8);
        const n = arena.functions.sortKeys(first, a.length, other, tables);
        const m = arena.functions.sortKeys(second, b.length, other, tables);
        const statistic = arena.functions.ksSortedKeys(first, n, second, m);
        return { statistic: onLattice(statistic, n, m), n, m };
      });
    },
    createGridCounter: (grids) => createWasmGridCounter(grids, { maximumBytes }),
  };
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

const word = new Float32Array(1);
const wordBits = new Int32Array(word.buffer);

/** The largest float32 that is not above a finite double: x <= edge iff x <= this, for float32 x. */
function roundDownToFloat32(edge: number): number {
  const rounded = Math.fround(edge);
  if (rounded <= edge) return rounded;
  word[0] = rounded;
  // The next float32 below: one step towards -Infinity in the bits.
  if (rounded === 0) wordBits[0] = -0x7fff_ffff;
  else wordBits[0]! += rounded > 0 ? -1 : 1;
  return word[0]!;
}
