import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

test('the WebAssembly kernel runs where there is no Buffer', async () => {
  const { createKernel } = await import('../../src/index.js');
  vi.stubGlobal('Buffer', undefined);
  const kernel = createKernel();
  expect(kernel.implementation).toBe('wasm');
  expect(kernel.sort(Float64Array.of(2, 1))).toEqual(Float64Array.of(1, 2));
});
