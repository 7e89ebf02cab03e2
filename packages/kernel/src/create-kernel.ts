import { KernelError } from './errors.js';
import type { Kernel, KernelImplementation } from './kernel.js';
import { createTypescriptKernel } from './typescript-kernel.js';

export interface KernelOptions {
  /** Left out: WebAssembly where it and its SIMD are to be had, else plain TypeScript. */
  readonly implementation?: KernelImplementation;
}

export function createKernel(options: KernelOptions = {}): Kernel {
  if (options.implementation === undefined) return createTypescriptKernel();
  if (options.implementation === 'typescript') return createTypescriptKernel();
  throw new KernelError('INVALID_ARGUMENT', {
    place: 'createKernel(options.implementation)',
    value: options.implementation,
    nextStep: "pass 'wasm' or 'typescript', or leave it out",
  });
}
