import { describe, expect, test } from 'vitest';
import { createCounterHeap } from '../../src/kernel/wasm/counter-heap.js';
import { createScratch, type ScratchOptions } from '../../src/kernel/wasm/scratch.js';
import { createArena } from '../../src/kernel/wasm/wasm-arena.js';
import { wasmBase64 } from '../../src/kernel/wasm/wasm-bytes.js';
import { createWasmGridCounter } from '../../src/kernel/wasm/wasm-grid-counter.js';
import { createWasmKernel } from '../../src/kernel/wasm/wasm-kernel.js';
import { instantiate } from '../../src/kernel/wasm/wasm-module.js';
import { codeOf, normals } from './kernels.js';

function withScratch(options?: ScratchOptions) {
  const scratch = createScratch(options);
  return { scratch, kernel: createWasmKernel(scratch) };
}

describe('scratch space', () => {
  test('is back where it was after every call, failing ones too', () => {
    const { kernel, scratch } = withScratch({ maximumBytes: 2_000_000 });
    const values = normals(1000, 1);
    kernel.moments(values);
    kernel.countEdges(values, Float64Array.of(0));
    kernel.sort(values);
    kernel.ksTwoSample(values, values);
    kernel.countEdges(values, normals(100, 2).sort());
    kernel.countUniform(values, -1, 1, 5000);
    kernel.countCodes(Int32Array.of(1, 2, -1), 1000);
    kernel.quantiles(values, [0.5]);
    kernel.tieGroups(values, values);
    expect(scratch.usedBytes).toBe(0);
    expect(codeOf(() => kernel.countCodes(Int32Array.of(1), 500_000))).toBe('OUT_OF_MEMORY');
    expect(codeOf(() => kernel.tieGroups(values, new Float64Array(200_000)))).toBe('OUT_OF_MEMORY');
    expect(codeOf(() => kernel.quantiles(values, [2]))).toBe('INVALID_ARGUMENT');
    expect(scratch.usedBytes).toBe(0);

    const tooMany = new Float64Array(200_000);
    expect(codeOf(() => kernel.sort(tooMany))).toBe('OUT_OF_MEMORY');
    expect(scratch.usedBytes).toBe(0);
    expect(codeOf(() => kernel.ksTwoSample(values, tooMany))).toBe('OUT_OF_MEMORY');
    expect(scratch.usedBytes).toBe(0);
    expect(kernel.sort(values)).toEqual(values.toSorted());
  });

  test('does not grow for columns of any length that are only streamed', () => {
    const { kernel, scratch } = withScratch();
    const before = scratch.arena.byteLength;
    kernel.moments(new Float64Array(500_000));
    kernel.countEdges(new Float32Array(500_000), Float64Array.of(0));
    kernel.countEdges(new Float64Array(500_000), normals(100, 2).sort());
    kernel.countUniform(new Float32Array(500_000), -1, 1, 100);
    kernel.countCodes(new Uint16Array(500_000), 100);
    expect(scratch.arena.byteLength).toBe(before);
  });

  test('is kept for the next sort up to a limit and given up beyond it', () => {
    const { kernel, scratch } = withScratch({ retainedBytes: 1_000_000 });
    const small = scratch.arena.byteLength;
    kernel.sort(normals(20_000, 1));
    expect(scratch.arena.byteLength).toBeGreaterThan(small);
    expect(scratch.arena.byteLength).toBeLessThanOrEqual(1_000_000);
    const values = normals(60_000, 1);
    expect(kernel.sort(values)).toEqual(values.toSorted());
    expect(scratch.arena.byteLength).toBe(small);
    expect(kernel.moments(values).count).toBe(60_000);
  });

  test('that cannot be had names the call and the need', () => {
    const { kernel } = withScratch({ maximumBytes: 1_000_000 });
    expect(() => kernel.sort(new Float64Array(100_000))).toThrow(
      /^sort\(values\), bytes of WebAssembly memory needed: got 1071\d+; pass fewer values, /,
    );
  });
});

describe('wasm grid counter', () => {
  test('32-bit counters are added to doubles before they can overflow', () => {
    const counter = createWasmGridCounter([Float64Array.of(1)], { drainRows: 1000 });
    for (let call = 0; call < 40; call += 1) counter.count(new Float32Array(100).fill(1), 100);
    counter.count(Float32Array.of(2), 1);
    const counts = new Float64Array(3);
    counter.addBinsTo(0, counts);
    expect([...counts]).toEqual([0, 4000, 1]);
    expect(counter.rows).toBe(4001);
    counter.reset();
    counter.addBinsTo(0, counts.fill(0));
    expect([...counts]).toEqual([0, 0, 0]);
  });

  test('a call without rows builds the tables ahead', () => {
    const grid = normals(1000, 3).sort();
    const counter = createWasmGridCounter([grid], {
      heap: createCounterHeap({ maximumBytes: 85_000 }),
    });
    expect(codeOf(() => counter.count(new Float64Array(0), 0))).toBe('OUT_OF_MEMORY');
    expect(counter.rows).toBe(0);
  });

  test('grids that its memory cannot hold are refused', () => {
    const grids = Array.from({ length: 100 }, () => normals(1000, 3).sort());
    const call = (): unknown =>
      createWasmGridCounter(grids, { heap: createCounterHeap({ maximumBytes: 500_000 }) });
    expect(codeOf(call)).toBe('OUT_OF_MEMORY');
  });

  test('tables that its memory cannot hold leave the counter as it was', () => {
    const grid = normals(1000, 3).sort();
    const counter = createWasmGridCounter([grid], {
      heap: createCounterHeap({ maximumBytes: 100_000 }),
    });
    counter.count(Float64Array.of(0), 1);
    expect(codeOf(() => counter.count(Float32Array.of(0), 1))).toBe('OUT_OF_MEMORY');
    counter.count(Float64Array.of(0), 1);
    expect(counter.rows).toBe(2);
    expect(counter.moments(0).count).toBe(2);
  });
});

describe('module', () => {
  test('is at most 48 KiB', () => {
    expect(Buffer.from(wasmBase64, 'base64').length).toBeLessThanOrEqual(48 * 1024);
  });

  test('has no static data, so the arena may start where its heap does', () => {
    const { functions, memory } = instantiate(1);
    const heapBase = functions.heapBase.value;
    expect(heapBase).toBeLessThan(memory.buffer.byteLength);
    expect(new Uint8Array(memory.buffer).every((byte) => byte === 0)).toBe(true);
    expect(createArena().top).toBeGreaterThanOrEqual(heapBase);
  });
});
