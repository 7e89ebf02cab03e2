import { KernelError } from './errors.js';
import type { Kernel, KernelImplementation } from './kernel.js';
import { createTypescriptKernel } from './typescript/typescript-kernel.js';
import { createWasmKernel } from './wasm/wasm-kernel.js';

export interface KernelOptions {
  /** Left out: WebAssembly where it and its SIMD are to be had, else plain TypeScript. */
  readonly implementation?: KernelImplementation;
}

/**
 * The loops over data, ready at once: the module is part of this package, nothing is fetched.
 *
 * One kernel may serve a whole process; it is not shared between worker threads. It holds about
 * 300 KB, and up to 32 MB after large sorts.
 *
 * @throws KernelError WASM_UNAVAILABLE when 'wasm' is asked for where it cannot be had.
 * @throws KernelError INVALID_ARGUMENT for another implementation name.
 *
 * @example
 * ```ts
 * const { count, mean, m2 } = createKernel().moments(Float64Array.of(1, 2, 3, Number.NaN));
 * // 3, 2, 2
 * ```
 */
export function createKernel(options: KernelOptions = {}): Kernel {
  switch (options.implementation) {
    case 'wasm':
      return createWasmKernel();
    case 'typescript':
      return createTypescriptKernel();
    case undefined:
      return createAvailableKernel();
    default:
      throw new KernelError('INVALID_ARGUMENT', {
        place: 'createKernel(options.implementation)',
        value: options.implementation,
        nextStep: "pass 'wasm' or 'typescript', or leave it out",
      });
  }
}

function createAvailableKernel(): Kernel {
  try {
    return createWasmKernel();
  } catch (error) {
    if (KernelError.is(error) && error.code === 'WASM_UNAVAILABLE') return createTypescriptKernel();
    throw error;
  }
}
