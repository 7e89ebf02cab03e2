import { KernelError } from '../errors.js';
import { instantiate, pageBytes, type WasmFunctions } from './wasm-module.js';

/** An instance whose memory is handed out from the bottom up and given back in one go. */
export interface WasmArena {
  readonly functions: WasmFunctions;
  /** Views of the whole memory; they are replaced when it grows, so read them after `allocate`. */
  readonly float64: Float64Array;
  readonly float32: Float32Array;
  readonly uint32: Uint32Array;
  readonly uint8: Uint8Array;
  /** Bytes handed out, and the address of the next allocation: a mark to `release` to. */
  readonly top: number;
  /** Bytes of the memory itself, which never shrinks. */
  readonly byteLength: number;
  /**
   * The address of `bytes` new bytes, aligned to 16 and not cleared.
   *
   * @param place Names the caller in the error.
   * @throws KernelError OUT_OF_MEMORY beyond `maximumBytes`, or when the machine has no more.
   */
  allocate(place: string, bytes: number): number;
  /** Gives back everything that was handed out since `top` had this value. */
  release(mark: number): void;
}

/** Addresses have 32 bits; the last page is left out so that ends of ranges have one too. */
export const addressableBytes: number = 2 ** 32 - pageBytes;

export function createArena(maximumBytes: number = addressableBytes): WasmArena {
  const { functions, memory, heapBase } = instantiate(1);
  let top = align(heapBase);
  let float64 = new Float64Array(memory.buffer);
  let float32 = new Float32Array(memory.buffer);
  let uint32 = new Uint32Array(memory.buffer);
  let uint8 = new Uint8Array(memory.buffer);

  function ensure(place: string, end: number): void {
    if (end <= Math.min(maximumBytes, memory.buffer.byteLength)) return;
    try {
      if (end > maximumBytes) throw new RangeError(`the limit is ${maximumBytes} bytes`);
      memory.grow(Math.ceil((end - memory.buffer.byteLength) / pageBytes));
    } catch (cause) {
      throw new KernelError('OUT_OF_MEMORY', {
        place: `${place}, bytes of WebAssembly memory needed`,
        value: end,
        nextStep: 'pass fewer values, or the same values in parts',
        cause,
      });
    }
    float64 = new Float64Array(memory.buffer);
    float32 = new Float32Array(memory.buffer);
    uint32 = new Uint32Array(memory.buffer);
    uint8 = new Uint8Array(memory.buffer);
  }

  return {
    functions,
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
    get top() {
      return top;
    },
    get byteLength() {
      return memory.buffer.byteLength;
    },
    allocate(place, bytes) {
      const address = top;
      const end = align(address + bytes);
      ensure(place, end);
      top = end;
      return address;
    },
    release(mark) {
      top = mark;
    },
  };
}

function align(address: number): number {
  return Math.ceil(address / 16) * 16;
}
