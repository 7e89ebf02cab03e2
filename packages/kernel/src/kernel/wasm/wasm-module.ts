import { KernelError } from '../../errors.js';
import { decodeBase64 } from '../../numeric/decode-base64.js';
import { wasmBase64 } from './wasm-bytes.js';
import type { WasmExports } from './wasm-exports.js';

/** Memory of one instance, which JavaScript creates and the module imports. */
export interface ImportedMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

export type WasmModule = object;

/* The part of the WebAssembly interface that is used: the Node types have none. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Memory: new (descriptor: { readonly initial: number }) => ImportedMemory;
  readonly Instance: new (
    module: WasmModule,
    imports: { readonly env: { readonly memory: ImportedMemory } },
  ) => { readonly exports: WasmExports };
};

export const pageBytes = 65_536;

let embedded: WasmModule | undefined;

/**
 * A new instance with a memory of its own.
 *
 * @param module Default: the embedded one, which is compiled at the first call and kept, since it
 * has no state.
 * @throws KernelError WASM_UNAVAILABLE where there is no WebAssembly, none with SIMD, or no address
 * space left for a memory: V8 reserves some 10 GB of it for each.
 */
export function instantiate(
  pages: number,
  module?: WasmModule,
): { readonly functions: WasmExports; readonly memory: ImportedMemory } {
  try {
    embedded ??= compileModule(decodeBase64(wasmBase64));
    const memory = new WebAssembly.Memory({ initial: pages });
    const instance = new WebAssembly.Instance(module ?? embedded, { env: { memory } });
    return { functions: instance.exports, memory };
  } catch (cause) {
    throw new KernelError('WASM_UNAVAILABLE', {
      place: "createKernel(options.implementation = 'wasm')",
      value: String(cause),
      nextStep: "use a runtime with WebAssembly SIMD, or pass 'typescript'",
      cause,
    });
  }
}

export function compileModule(bytes: Uint8Array): WasmModule {
  return new WebAssembly.Module(bytes);
}
