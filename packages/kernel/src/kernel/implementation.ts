import { KernelError } from '../errors.js';
import type { KernelImplementation } from '../types.js';

export interface ImplementationOptions {
  /** Default: WebAssembly where it and its SIMD instructions are available, else TypeScript. */
  readonly implementation?: KernelImplementation;
}

/** Calls the function of the chosen implementation, or of the best available one. */
export function withImplementation<Result>(
  place: string,
  { implementation }: ImplementationOptions,
  create: Readonly<Record<KernelImplementation, () => Result>>,
): Result {
  switch (implementation) {
    case 'wasm':
      return create.wasm();
    case 'typescript':
      return create.typescript();
    case undefined:
      try {
        return create.wasm();
      } catch (error) {
        if (!KernelError.isInstance(error) || error.code !== 'WASM_UNAVAILABLE') throw error;
        return create.typescript();
      }
    default:
      throw new KernelError('INVALID_ARGUMENT', {
        place: `${place}(options.implementation)`,
        value: implementation,
        nextStep: "pass 'wasm' or 'typescript', or leave it out",
      });
  }
}
