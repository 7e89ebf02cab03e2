import { afterEach, describe, expect, test, vi } from 'vitest';
import { codeOf } from './kernels.js';

describe('createKernel', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  test('uses WebAssembly by default', async () => {
    const { createKernel } = await import('../../src/kernel/create-kernel.js');
    expect(createKernel().implementation).toBe('wasm');
    expect(createKernel({ implementation: 'wasm' }).implementation).toBe('wasm');
    expect(createKernel({ implementation: 'typescript' }).implementation).toBe('typescript');
  });

  test('falls back to plain TypeScript where there is no WebAssembly', async () => {
    vi.resetModules();
    vi.stubGlobal('WebAssembly', undefined);
    const { createKernel } = await import('../../src/kernel/create-kernel.js');
    expect(createKernel().implementation).toBe('typescript');
    expect(codeOf(() => createKernel({ implementation: 'wasm' }))).toBe('WASM_UNAVAILABLE');
  });

  test('falls back to plain TypeScript where the module does not compile', async () => {
    vi.resetModules();
    const withoutSimd = {
      Module: class {
        constructor() {
          throw new Error('invalid value type v128');
        }
      },
    };
    vi.stubGlobal('WebAssembly', withoutSimd);
    const { createKernel } = await import('../../src/kernel/create-kernel.js');
    expect(createKernel().implementation).toBe('typescript');
    expect(() => createKernel({ implementation: 'wasm' })).toThrow('invalid value type v128');
  });

  test('refuses an implementation that it does not have', async () => {
    const { createKernel } = await import('../../src/kernel/create-kernel.js');
    // @ts-expect-error 'native' is not an implementation
    expect(codeOf(() => createKernel({ implementation: 'native' }))).toBe('INVALID_ARGUMENT');
  });
});
