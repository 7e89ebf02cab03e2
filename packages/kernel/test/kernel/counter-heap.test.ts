import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { createCounterHeap, sharedCounterHeap } from '../../src/kernel/wasm/counter-heap.js';
import { createWasmGridCounter } from '../../src/kernel/wasm/wasm-grid-counter.js';
import { codeOf } from './kernels.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('the memory of counters', () => {
  test('hands out areas that are aligned and do not overlap', () => {
    const heap = createCounterHeap();
    const sizes = [1, 16, 17, 100, 0, 8];
    const areas = [heap.claim('a'), heap.claim('b')].flatMap((memory) =>
      memory.allocate(sizes).map((address, index) => ({ address, end: address + sizes[index]! })),
    );
    areas.sort((a, b) => a.address - b.address);
    expect(areas.every(({ address }) => address % 16 === 0)).toBe(true);
    expect(
      areas.every(({ address }, index) => index === 0 || address >= areas[index - 1]!.end),
    ).toBe(true);
  });

  test('is reused after a counter was collected, and kept while its methods are held', async () => {
    const heap = createCounterHeap();
    const grid = Float64Array.from({ length: 2000 }, (_, index) => index);
    const keep = createWasmGridCounter([grid], { heap });
    const count = ((counter) => counter.count)(createWasmGridCounter([grid], { heap }));
    const held = heap.usedBytes;
    let most = 0;
    for (let round = 0; round < 60; round += 1) {
      createWasmGridCounter([grid], { heap }).count(Float64Array.of(round), 1);
      most = Math.max(most, heap.usedBytes);
      collectGarbage();
      // Memory is given back in a task of its own.
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(most).toBeLessThan(20 * held);
    expect(heap.usedBytes).toBeGreaterThanOrEqual(held);
    count(Float64Array.of(1), 1);
    keep.count(Float64Array.of(5), 1);
    expect(keep.moments(0).mean).toBe(5);
  });

  test('that is refused leaves the memory as it was', () => {
    const heap = createCounterHeap({ maximumBytes: 100_000 });
    const memory = heap.claim('any');
    expect(codeOf(() => memory.allocate([200_000]))).toBe('OUT_OF_MEMORY');
    expect(heap.usedBytes).toBe(0);
    memory.allocate([1000]);
    expect(heap.usedBytes).toBe(1008);
  });

  test('is replaced when full, so that counters made in one synchronous run can be collected', () => {
    const first = sharedCounterHeap();
    for (let counter = 0; sharedCounterHeap() === first; counter += 1) {
      expect(counter).toBeLessThan(2000);
      createWasmGridCounter([Float64Array.of(counter)]).count(Float64Array.of(counter), 1);
    }
    expect(first.usedBytes).toBeLessThan(100_000_000);
    expect(sharedCounterHeap().usedBytes).toBe(0);
  });
});
