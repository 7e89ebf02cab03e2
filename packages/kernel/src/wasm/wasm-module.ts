import { KernelError } from '../errors.js';
import { wasmBase64 } from '../wasm-bytes.js';

/** What the module exports: functions over raw addresses, lengths in values. */
export interface WasmFunctions {
  addMomentsF64(values: number, length: number, totals: number): void;
  addMomentsF32(values: number, length: number, scratch: number, totals: number): void;
  clearMoments(totals: number): void;
  countEdgesF64(values: number, length: number, edges: number, tiles: number, counts: number): void;
  countEdgesF32(values: number, length: number, edges: number, tiles: number, counts: number): void;
  countLookupF64(values: number, length: number, lookup: number, scratch: number): number;
  countLookupF32(values: number, length: number, lookup: number, scratch: number): number;
  countUniformF64(
    values: number,
    length: number,
    edges: number,
    bins: number,
    scale: number,
    slack: number,
    counters: number,
    stride: number,
  ): number;
  countUniformF32(
    values: number,
    length: number,
    edges: number,
    bins: number,
    scale: number,
    slack: number,
    counters: number,
    stride: number,
    scratch: number,
  ): number;
  countCodesI32(
    codes: number,
    length: number,
    cardinality: number,
    counters: number,
    stride: number,
  ): number;
  countCodesU8(codes: number, length: number, counters: number): void;
  countEdgeRowsF64(
    data: number,
    rows: number,
    columns: number,
    edges: number,
    tiles: number,
    counts: number,
    totals: number,
    scratch: number,
  ): void;
  countEdgeRowsF32(
    data: number,
    rows: number,
    columns: number,
    edges: number,
    tiles: number,
    counts: number,
    totals: number,
    scratch: number,
  ): void;
  dropMissing(values: number, length: number): number;
  chooseMap(lookup: number, points: number, count: number, bins: number, narrow: number): void;
  countBins(lookup: number, values: number, end: number, counters: number): void;
  gatherBins(lookup: number, values: number, end: number, marks: number, target: number): number;
  markBins(
    countersA: number,
    countersB: number,
    bins: number,
    n: number,
    m: number,
    marks: number,
    pointsBetween: number,
  ): number;
  ksOfBins(
    countersA: number,
    countersB: number,
    bins: number,
    n: number,
    m: number,
    marks: number,
    keysA: number,
    keysB: number,
  ): number;
  tieGroups(
    a: number,
    n: number,
    b: number,
    m: number,
    values: number,
    countsA: number,
    countsB: number,
  ): number;
  sortKeys(values: number, length: number, scratch: number, tables: number): number;
  keysToDoubles(keys: number, length: number): void;
  ksSortedKeys(a: number, n: number, b: number, m: number): number;
  buildLookup(
    lookup: number,
    points: number,
    count: number,
    table: number,
    bins: number,
    counters: number,
    narrow: number,
  ): void;
  countRowsF64(
    data: number,
    rows: number,
    columns: number,
    lookups: number,
    totals: number,
    scratch: number,
  ): void;
  countRowsF32(
    data: number,
    rows: number,
    columns: number,
    lookups: number,
    totals: number,
    scratch: number,
  ): void;
}

/** Memory of one instance, which JavaScript creates and the module imports. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

interface WasmExports extends WasmFunctions {
  readonly heapBase: { readonly value: number };
}

type WasmModule = object;

/* The part of the WebAssembly interface that is used: the Node types have none. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Memory: new (descriptor: { readonly initial: number }) => WasmMemory;
  readonly Instance: new (
    module: WasmModule,
    imports: { readonly env: { readonly memory: WasmMemory } },
  ) => { readonly exports: WasmExports };
};

export const pageBytes = 65_536;

let compiled: WasmModule | undefined;

/**
 * Compiles the embedded module at the first call and keeps it: it has no state of its own.
 *
 * @throws KernelError WASM_UNAVAILABLE where there is no WebAssembly, or none with SIMD.
 */
function compileModule(): WasmModule {
  try {
    compiled ??= new WebAssembly.Module(Buffer.from(wasmBase64, 'base64'));
    return compiled;
  } catch (cause) {
    throw new KernelError('WASM_UNAVAILABLE', {
      place: "createKernel(options.implementation = 'wasm')",
      value: String(cause),
      nextStep: "use a runtime with WebAssembly SIMD, or pass 'typescript'",
      cause,
    });
  }
}

/** A new instance with a memory of its own, and the first address that is free. */
export function instantiate(pages: number): {
  readonly functions: WasmFunctions;
  readonly memory: WasmMemory;
  readonly heapBase: number;
} {
  const module = compileModule();
  const memory = new WebAssembly.Memory({ initial: pages });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return { functions: exports, memory, heapBase: exports.heapBase.value };
}
