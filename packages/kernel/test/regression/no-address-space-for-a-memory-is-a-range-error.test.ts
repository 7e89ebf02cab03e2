import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

test('where no memory can be had the TypeScript kernel runs, and wasm is refused by code', async () => {
  const { createKernel } = await import('../../src/index.js');
  const { WebAssembly } = globalThis as unknown as { WebAssembly: object };
  class Memory {
    constructor() {
      throw new RangeError('WebAssembly.Memory(): could not allocate memory');
    }
  }
  vi.stubGlobal('WebAssembly', Object.assign(Object.create(WebAssembly), { Memory }));
  expect(createKernel().implementation).toBe('typescript');
  expect(() => createKernel({ implementation: 'wasm' })).toThrow(
    expect.objectContaining({ code: 'WASM_UNAVAILABLE' }),
  );
});
