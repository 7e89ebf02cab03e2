import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { EdgeCounter, GridCounter } from '../../src/kernel/counters.js';
import { createTypescriptEdgeCounter } from '../../src/kernel/typescript/typescript-edge-counter.js';
import { createTypescriptGridCounter } from '../../src/kernel/typescript/typescript-grid-counter.js';
import { createTypescriptKernel } from '../../src/kernel/typescript/typescript-kernel.js';
import { createCounterHeap } from '../../src/kernel/wasm/counter-heap.js';
import { createScratch } from '../../src/kernel/wasm/scratch.js';
import { createWasmEdgeCounter } from '../../src/kernel/wasm/wasm-edge-counter.js';
import { createWasmGridCounter } from '../../src/kernel/wasm/wasm-grid-counter.js';
import { createWasmKernel } from '../../src/kernel/wasm/wasm-kernel.js';
import { compileModule } from '../../src/kernel/wasm/wasm-module.js';
import type { Kernel, NumericArray } from '../../src/types.js';

interface TestedKernel {
  readonly name: string;
  readonly kernel: Kernel;
  createGridCounter(grids: readonly Float64Array[]): GridCounter;
  createEdgeCounter(edges: readonly Float64Array[]): EdgeCounter;
}

const debugBuild = new URL('../../../../wasm/build/kernel-debug.wasm', import.meta.url);
const module = compileModule(readFileSync(debugBuild));
const heap = createCounterHeap({ module });

/** Every implementation, for `describe.each`; the debug build has assertions, which trap. */
export const kernels: readonly TestedKernel[] = [
  {
    name: 'wasm',
    kernel: createWasmKernel(),
    createGridCounter: createWasmGridCounter,
    createEdgeCounter: createWasmEdgeCounter,
  },
  {
    name: 'wasm with assertions',
    kernel: createWasmKernel(createScratch({ module })),
    createGridCounter: (grids) => createWasmGridCounter(grids, { heap }),
    createEdgeCounter: (edges) => createWasmEdgeCounter(edges, heap),
  },
  {
    name: 'typescript',
    kernel: createTypescriptKernel(),
    createGridCounter: createTypescriptGridCounter,
    createEdgeCounter: createTypescriptEdgeCounter,
  },
];

const special = [
  Number.NaN,
  Infinity,
  -Infinity,
  0,
  -0,
  5e-324,
  -5e-324,
  1.5e-310,
  1,
  -1,
  3.4028234663852886e38,
  1e300,
  -1e300,
];

const unit = fc.double({ min: 0, max: 1, minExcluded: true, maxExcluded: true, noNaN: true });

/** Box and Muller 1958, eq. 1. */
const normal: fc.Arbitrary<number> = fc
  .tuple(unit, unit)
  .map(([u, v]) => Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v));

const family: fc.Arbitrary<fc.Arbitrary<number>> = fc.constantFrom(
  normal,
  normal.map((z) => Math.exp(2 * z)),
  normal.map((z) => 1e9 + z),
  fc.integer({ min: -5, max: 5 }),
  fc.integer({ min: 0, max: 300 }).map((value) => value / 7),
  fc.constant(0.1),
  fc.constantFrom(...special),
  fc.oneof({ weight: 8, arbitrary: normal }, { weight: 1, arbitrary: fc.constantFrom(...special) }),
  fc.double(),
);

function listOf(maxLength: number): fc.Arbitrary<number[]> {
  return family.chain((value) => fc.array(value, { maxLength, size: 'max' }));
}

/** Columns of either float type from one family: normal, heavy tails, ties, constants, specials. */
export function columns(maxLength = 400): fc.Arbitrary<NumericArray> {
  return fc
    .tuple(listOf(maxLength), fc.boolean())
    .map(([list, isFloat32]) => (isFloat32 ? Float32Array.from(list) : Float64Array.from(list)));
}

/** Strictly ascending finite points. */
export function ascending(minimum: number, maximum: number): fc.Arbitrary<Float64Array> {
  return listOf(maximum)
    .map((list) => toAscending(list).slice(0, maximum))
    .filter((points) => points.length >= minimum);
}

export function toAscending(values: Iterable<number>): Float64Array {
  const finite = [...values].filter(Number.isFinite).map((value) => value + 0);
  return Float64Array.from(new Set(finite)).sort();
}

/** Marsaglia 2003, xorshift32: the same numbers on every machine. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

export function normals(length: number, seed: number): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from(
    { length },
    () => Math.sqrt(-2 * Math.log(random() + 2 ** -33)) * Math.cos(2 * Math.PI * random()),
  );
}

/** The code of what a call throws; a call that does not throw gives undefined. */
export function codeOf(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
  return undefined;
}
