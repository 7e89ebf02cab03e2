import type { Kernel } from '../types.js';
import { type ImplementationOptions, withImplementation } from './implementation.js';
import { createTypescriptKernel } from './typescript/typescript-kernel.js';
import { createWasmKernel } from './wasm/wasm-kernel.js';

/**
 * The loops over whole columns, ready at once: the WebAssembly module is part of this package and
 * nothing is fetched. `implementation` of the result says which implementation runs.
 *
 * All kernels of a thread share their scratch memory: about 300 KB, up to 32 MB after large sorts.
 *
 * @throws KernelError WASM_UNAVAILABLE when 'wasm' is asked for where it cannot run.
 * @throws KernelError INVALID_ARGUMENT for another implementation name.
 *
 * @example
 * ```ts
 * const { count, mean, m2 } = createKernel().moments(Float64Array.of(1, 2, 3, Number.NaN));
 * // 3, 2, 2
 * ```
 */
export function createKernel(options: ImplementationOptions = {}): Kernel {
  return withImplementation('createKernel', options, {
    wasm: () => createWasmKernel(),
    typescript: createTypescriptKernel,
  });
}
