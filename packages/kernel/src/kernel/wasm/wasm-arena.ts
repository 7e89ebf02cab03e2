import { align, createMemory, type WasmMemory, type WasmMemoryOptions } from './wasm-memory.js';

/** A memory that is handed out from the bottom up and given back in one go. */
export interface WasmArena extends WasmMemory {
  /** The address of the next allocation: a mark to `release` to. */
  readonly top: number;
  /**
   * The address of `bytes` new bytes, aligned to 16 and not cleared.
   *
   * @param place Names the caller in the error.
   * @throws KernelError OUT_OF_MEMORY.
   */
  allocate(place: string, bytes: number): number;
  /** Gives back everything that was handed out since `top` had this value. */
  release(mark: number): void;
}

export function createArena(options?: WasmMemoryOptions): WasmArena {
  const memory = createMemory(options);
  let top = memory.start;
  return {
    functions: memory.functions,
    get float64() {
      return memory.float64;
    },
    get float32() {
      return memory.float32;
    },
    get uint32() {
      return memory.uint32;
    },
    get uint8() {
      return memory.uint8;
    },
    get byteLength() {
      return memory.byteLength;
    },
    get top() {
      return top;
    },
    allocate(place, bytes) {
      const address = top;
      const end = align(address + bytes);
      memory.reserve(place, end);
      top = end;
      return address;
    },
    release(mark) {
      top = mark;
    },
  };
}
