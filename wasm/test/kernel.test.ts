import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

/* The debug build itself, as the caller of raw addresses sees it. */

interface Exports {
  readonly [name: string]: ((...parameters: number[]) => number) & { readonly value: number };
}

interface Memory {
  readonly buffer: ArrayBuffer;
}

const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    Module: new (bytes: Uint8Array) => object;
    Memory: new (descriptor: { readonly initial: number }) => Memory;
    Instance: new (module: object, imports: object) => { readonly exports: Exports };
    RuntimeError: new () => Error;
  };
};

function instantiate(build: string): { readonly exports: Exports; readonly memory: Memory } {
  const bytes = readFileSync(new URL(`../build/${build}`, import.meta.url));
  const memory = new WebAssembly.Memory({ initial: 8 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  return { exports, memory };
}

const { exports, memory } = instantiate('kernel-debug.wasm');
const doubles = new Float64Array(memory.buffer);
const counters = new Uint32Array(memory.buffer);
const free = 16 * Math.ceil(exports.heapBase!.value / 16);

/** Writes doubles at the `area`-th stretch of 32 KiB above the heap base; returns the address. */
function put(area: number, ...values: readonly number[]): number {
  const address = free + area * 32_768;
  doubles.set(values, address / 8);
  return address;
}

function take(address: number, length: number): number[] {
  return [...doubles.subarray(address / 8, address / 8 + length)];
}

describe('the exported record sizes', () => {
  test('are the same in both builds and multiples of 8 bytes where records hold doubles', () => {
    const release = instantiate('kernel.wasm').exports;
    const names = Object.keys(exports).filter((name) => /^[A-Z_0-9]+$/.test(name));
    expect(names.length).toBeGreaterThan(8);
    for (const name of names) {
      expect([name, release[name]!.value]).toEqual([name, exports[name]!.value]);
      if (name.endsWith('_BYTES')) expect([name, exports[name]!.value % 8]).toEqual([name, 0]);
    }
  });

  test('hold seven doubles of moments, the last of which is the sum of squares', () => {
    const totals = put(0);
    exports.clearMoments!(totals);
    exports.addMomentsF64!(put(1, 1, 2, 3, Number.NaN, Infinity), 5, totals);
    expect(exports.MOMENTS_BYTES!.value).toBe(56);
    expect(take(totals, 7)).toEqual([4, 1, 1, 1, Infinity, 2, 2]);
  });
});

describe('dropMissing', () => {
  test('moves the values that are not NaN to the front', () => {
    const values = put(0, Number.NaN, 1, Number.NaN, 2, 3);
    expect(exports.dropMissing!(values, 5)).toBe(3);
    expect(take(values, 3)).toEqual([1, 2, 3]);
  });
});

describe('sortKeys', () => {
  test.each([0, 1, 5, 97, 3000])('orders %d doubles', (length) => {
    const values = Array.from({ length }, (_, index) => ((index * 7919) % 1009) - 500);
    const address = put(0, ...values);
    const count = exports.sortKeys!(address, length, put(1), put(2));
    exports.keysToDoubles!(address, count);
    expect(take(address, count)).toEqual(values.toSorted((a, b) => a - b));
  });
});

describe('the distance of binned samples', () => {
  test('takes its lower bound as an argument and keeps nothing between calls', () => {
    const a = put(0) / 4;
    const b = put(1) / 4;
    counters.set([2, 0, 2], a);
    counters.set([0, 4, 0], b);
    const bound = (): number => exports.ksAtBinEnds!(4 * a, 4 * b, 3, 4, 4);
    const distance = bound();
    expect(distance).toBe(0.5);
    counters.set([1, 1, 1], a);
    counters.set([1, 1, 1], b);
    expect(exports.ksAtBinEnds!(4 * a, 4 * b, 3, 3, 3)).toBe(0);
    expect(exports.markBins!(4 * a, 4 * b, 3, 3, 3, distance, put(2), 0)).toBe(0);
    expect(exports.ksOfBins!(4 * a, 4 * b, 3, 3, 3, distance, put(2), 0, 0)).toBe(distance);
  });
});

describe('an assertion of the debug build', () => {
  test.each<[string, () => number]>([
    ['a negative length', () => exports.dropMissing!(free, -1)],
    ['an address that is not aligned', () => exports.dropMissing!(free + 1, 1)],
    ['a lookup without bins', () => exports.buildLookup!(put(0), put(1), 1, put(2), 0, put(3), 0)],
    ['counts that do not add up', () => exports.ksAtBinEnds!(put(3), put(3), 1, 5, 5)],
  ])('traps on %s', (_, call) => {
    expect(call).toThrow(WebAssembly.RuntimeError);
  });
});
