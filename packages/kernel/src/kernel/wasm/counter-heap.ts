import { align, createMemory, type WasmMemory, type WasmMemoryOptions } from './wasm-memory.js';

/*
 * Counters live as long as someone holds them, scratch space as long as a call: two lifetimes, so
 * two memories. All counters of a process share one, since V8 reserves some 10 GB of address space
 * for each memory, whatever its size, and each instance takes 0.1 ms. Calls are synchronous, so
 * counters can share scratch space and the module's own variables too.
 */

/** The memory of one counter, a part of that of all counters. */
export interface CounterMemory extends WasmMemory {
  /**
   * Addresses of new areas of these sizes, aligned to 16 and not cleared. They are the counter's
   * until this object is collected, so every method of a counter must go through it.
   *
   * @throws KernelError OUT_OF_MEMORY.
   */
  allocate(sizes: readonly number[]): number[];
}

export interface CounterHeap {
  /** Bytes that counters hold. */
  readonly usedBytes: number;
  /** @param place Names the counter in errors. */
  claim(place: string): CounterMemory;
}

interface Block {
  readonly address: number;
  readonly bytes: number;
}

export function createCounterHeap(options?: WasmMemoryOptions): CounterHeap {
  const memory = createMemory(options);
  /** Free blocks below `top`, ascending, no two of them adjacent. */
  let free: Block[] = [];
  let top = memory.start;
  let usedBytes = 0;
  const registry = new FinalizationRegistry<Block[]>((blocks) => {
    for (const block of blocks) giveBack(block);
  });

  /** First fit: there are few blocks, since a counter takes at most three. */
  function take(place: string, bytes: number): Block {
    usedBytes += bytes;
    const index = free.findIndex((block) => block.bytes >= bytes);
    if (index !== -1) {
      const { address, bytes: found } = free[index]!;
      const rest = found > bytes ? [{ address: address + bytes, bytes: found - bytes }] : [];
      free.splice(index, 1, ...rest);
      return { address, bytes };
    }
    try {
      memory.reserve(place, top + bytes);
    } catch (error) {
      usedBytes -= bytes;
      throw error;
    }
    top += bytes;
    return { address: top - bytes, bytes };
  }

  function giveBack(block: Block): void {
    usedBytes -= block.bytes;
    const blocks = [...free, block].sort((a, b) => a.address - b.address);
    free = [];
    for (const { address, bytes } of blocks) {
      const last = free.at(-1);
      if (last !== undefined && last.address + last.bytes === address) {
        free[free.length - 1] = { address: last.address, bytes: last.bytes + bytes };
      } else free.push({ address, bytes });
    }
    const last = free.at(-1)!;
    if (last.address + last.bytes !== top) return;
    top = last.address;
    free.pop();
  }

  return {
    get usedBytes() {
      return usedBytes;
    },
    claim(place) {
      const blocks: Block[] = [];
      const claimed: CounterMemory = {
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
        allocate(sizes) {
          const areas = sizes.map(align);
          const block = take(
            place,
            areas.reduce((sum, bytes) => sum + bytes, 0),
          );
          blocks.push(block);
          let next = block.address;
          return areas.map((bytes) => {
            next += bytes;
            return next - bytes;
          });
        },
      };
      registry.register(claimed, blocks);
      return claimed;
    },
  };
}

/**
 * Counters made in one synchronous run are not given back before it ends. A memory that holds this
 * much takes no further ones, so that it can be collected as a whole.
 */
const fullBytes = 67_108_864;

let shared: CounterHeap | undefined;

/** The memory for a new counter: that of all counters of this thread, or a new one after a full one. */
export function sharedCounterHeap(): CounterHeap {
  if (shared === undefined || shared.usedBytes > fullBytes) shared = createCounterHeap();
  return shared;
}
