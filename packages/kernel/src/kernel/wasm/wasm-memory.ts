import { KernelError } from '../../errors.js';
import type { WasmExports } from './wasm-exports.js';
import { instantiate, pageBytes, type WasmModule } from './wasm-module.js';

/** An instance and its memory, which grows and never shrinks. */
export interface WasmMemory {
  readonly functions: WasmExports;
  /** Views of the whole memory; they are replaced when it grows, so read them after `reserve`. */
  readonly float64: Float64Array;
  readonly float32: Float32Array;
  readonly uint32: Uint32Array;
  readonly uint8: Uint8Array;
  readonly byteLength: number;
}

export interface GrowingMemory extends WasmMemory {
  /** The first address that the module leaves free, aligned. */
  readonly start: number;
  /**
   * Makes every address below `end` usable.
   *
   * @param place Names the caller in the error.
   * @throws KernelError OUT_OF_MEMORY beyond `maximumBytes`, or when the machine has no more.
   */
  reserve(place: string, end: number): void;
}

export interface WasmMemoryOptions {
  /** Default: all that 32-bit addresses reach. */
  readonly maximumBytes?: number;
  /** Default: the embedded module. */
  readonly module?: WasmModule;
}

/** Addresses have 32 bits; the last page is left out so that ends of ranges have one too. */
const addressableBytes = 2 ** 32 - pageBytes;

/** @throws KernelError WASM_UNAVAILABLE where no instance can be made. */
export function createMemory(options: WasmMemoryOptions = {}): GrowingMemory {
  const { maximumBytes = addressableBytes, module } = options;
  const { functions, memory } = instantiate(1, module);
  let float64 = new Float64Array(memory.buffer);
  let float32 = new Float32Array(memory.buffer);
  let uint32 = new Uint32Array(memory.buffer);
  let uint8 = new Uint8Array(memory.buffer);
  let { byteLength } = memory.buffer;

  /**
   * Grows by a quarter or more where that is possible. The engine takes every growth for an array of
   * the new size, so that many small ones would keep its garbage collector busy.
   */
  function grow(end: number): void {
    const roomy = Math.min(Math.max(end, 1.25 * byteLength), maximumBytes);
    try {
      memory.grow(Math.floor((roomy - byteLength) / pageBytes));
    } catch {
      // What is needed may still fit.
    }
    const missing = end - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
  }

  return {
    functions,
    start: align(functions.heapBase.value),
    get float64() {
      return float64;
    },
    get float32() {
      return float32;
    },
    get uint32() {
      return uint32;
    },
    get uint8() {
      return uint8;
    },
    get byteLength() {
      return byteLength;
    },
    reserve(place, end) {
      if (end <= byteLength && end <= maximumBytes) return;
      try {
        if (end > maximumBytes) throw new RangeError(`the limit is ${maximumBytes} bytes`);
        grow(end);
      } catch (cause) {
        throw new KernelError('OUT_OF_MEMORY', {
          place: `${place}, bytes of WebAssembly memory needed`,
          value: end,
          nextStep: 'pass fewer values, or the same values in parts',
          cause,
        });
      }
      ({ byteLength } = memory.buffer);
      float64 = new Float64Array(memory.buffer);
      float32 = new Float32Array(memory.buffer);
      uint32 = new Uint32Array(memory.buffer);
      uint8 = new Uint8Array(memory.buffer);
    },
  };
}

/** Addresses are multiples of 16 bytes, the width of a vector. */
export function align(address: number): number {
  return Math.ceil(address / 16) * 16;
}
