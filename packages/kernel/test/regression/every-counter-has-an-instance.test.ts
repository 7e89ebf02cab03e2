import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

test('22 counters and as many kernels of a process share two WebAssembly instances', async () => {
  const { createEdgeCounter, createGridCounter, createKernel } = await import('../../src/index.js');
  const { WebAssembly } = globalThis as unknown as {
    WebAssembly: { Instance: new (...from: unknown[]) => object };
  };
  let instances = 0;
  class Instance extends WebAssembly.Instance {
    constructor(...from: unknown[]) {
      super(...from);
      instances += 1;
    }
  }
  vi.stubGlobal('WebAssembly', Object.assign(Object.create(WebAssembly), { Instance }));
  const counters = Array.from({ length: 11 }, (_, index) => {
    const points = Float64Array.of(index, index + 1);
    createKernel().moments(points);
    return [createGridCounter([points]), createEdgeCounter([points])] as const;
  });
  // One for the counters, which stay, and one for scratch space, which is given up when it grew.
  expect(instances).toBe(2);

  for (const [index, [grid, edge]] of counters.entries()) {
    grid.count(Float64Array.of(index), 1);
    edge.count(Float32Array.of(index + 1), 1);
  }
  for (const [index, [grid, edge]] of counters.entries()) {
    const bins = new Float64Array(5);
    grid.addBinsTo(0, bins);
    expect([...bins]).toEqual([0, 1, 0, 0, 0]);
    expect(edge.moments(0).mean).toBe(index + 1);
  }
});
