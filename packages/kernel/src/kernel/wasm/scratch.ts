import type { CodeArray, NumericArray } from '../../types.js';
import { createArena, type WasmArena } from './wasm-arena.js';
import type { WasmMemoryOptions } from './wasm-memory.js';

export interface ScratchOptions extends WasmMemoryOptions {
  /** A memory that has grown beyond this is given up after the call, for a new small one. */
  readonly retainedBytes?: number;
}

/** Scratch space of the calls on whole columns: in use during a call and free between calls. */
export interface Scratch {
  /** The memory now; another one after a call that made it large. */
  readonly arena: WasmArena;
  /** One block of doubles, for the functions of the module that need one. */
  readonly block: number;
  /** Bytes in use: 0 between calls. */
  readonly usedBytes: number;
  /** Runs a function that allocates scratch space and takes it back whatever happens. */
  use<Result>(work: (arena: WasmArena) => Result): Result;
  /**
   * Copies a column through a buffer of the given element type, and calls `each` for every chunk.
   */
  stage(
    values: NumericArray | CodeArray,
    view: StagingView,
    each: (address: number, length: number) => void,
  ): void;
}

type StagingView = 'float64' | 'float32' | 'uint32' | 'uint8';

/** How a column of numbers is staged: in its own float type. */
export function viewOf(values: NumericArray): 'float64' | 'float32' {
  return values.BYTES_PER_ELEMENT === 4 ? 'float32' : 'float64';
}

/** 256 KiB pass through the second-level cache and cost less than a pause that anyone notices. */
const stagingBytes = 262_144;
const defaultRetainedBytes = 33_554_432;

export function createScratch(options: ScratchOptions = {}): Scratch {
  const { retainedBytes = defaultRetainedBytes } = options;
  let { arena, block, staging, bottom } = open();

  function open() {
    const opened = createArena(options);
    const place = 'createKernel()';
    return {
      arena: opened,
      block: opened.allocate(place, opened.functions.BLOCK_BYTES.value),
      staging: opened.allocate(place, stagingBytes),
      bottom: opened.top,
    };
  }

  return {
    get arena() {
      return arena;
    },
    get block() {
      return block;
    },
    get usedBytes() {
      return arena.top - bottom;
    },
    use(work) {
      try {
        return work(arena);
      } finally {
        arena.release(bottom);
        if (arena.byteLength > retainedBytes) ({ arena, block, staging, bottom } = open());
      }
    },
    stage(values, view, each) {
      const target = arena[view];
      const at = staging / target.BYTES_PER_ELEMENT;
      const chunk = stagingBytes / target.BYTES_PER_ELEMENT;
      for (let first = 0; first < values.length; first += chunk) {
        const part = values.length <= chunk ? values : values.subarray(first, first + chunk);
        target.set(part, at);
        each(staging, part.length);
      }
    },
  };
}

let shared: Scratch | undefined;

/**
 * The scratch space of all kernels of this thread: calls are synchronous, so one serves them all.
 */
export function sharedScratch(): Scratch {
  shared ??= createScratch();
  return shared;
}
