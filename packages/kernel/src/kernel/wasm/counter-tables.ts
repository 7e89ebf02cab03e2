import type { WasmArena } from './wasm-arena.js';

/** Four tables of this many counters still fit into the first-level cache. */
const fewCounters = 1_024;

/**
 * Equal tables of 32-bit counters, which the module fills in turn so that increments do not wait.
 */
export interface CounterTables {
  readonly address: number;
  /** Bytes between two tables, 0 for a single one. */
  readonly stride: number;
  /** The sums over all tables. */
  sums(): Float64Array;
}

/** Four tables, or one where four would leave the cache; all zero. */
export function allocateTables(arena: WasmArena, place: string, slots: number): CounterTables {
  const tables = slots <= fewCounters ? 4 : 1;
  const address = arena.allocate(place, tables * slots * 4);
  arena.uint32.fill(0, address / 4, address / 4 + tables * slots);
  return {
    address,
    stride: tables === 1 ? 0 : slots * 4,
    sums() {
      const sums = new Float64Array(slots);
      const { uint32 } = arena;
      for (let table = 0; table < tables; table += 1) {
        const first = address / 4 + table * slots;
        for (let slot = 0; slot < slots; slot += 1) sums[slot]! += uint32[first + slot]!;
      }
      return sums;
    },
  };
}
