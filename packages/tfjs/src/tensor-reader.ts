import type { TensorData } from '@modelmeter/core';
import type { KeepableTensor, TfjsTensor } from './structural-types.js';

/** When tensors are read: before the call goes on, or later, while the caller works on. */
export type Reading = 'synchronous' | 'asynchronous';

/** Backends whose tensors lie in this process; reading them waits for nothing, however it is done. */
const hostBackends: readonly unknown[] = ['cpu', 'wasm', 'tensorflow'];

/**
 * How tensors are best read on the backend in use: at once where their values lie in the memory of
 * the process, later on a GPU (webgl, webgpu) and on any backend that is not known.
 */
export function readingOfBackend(): Reading {
  // TensorFlow.js has one engine a process, under this name in every version since 1.0.
  const engine: unknown = Reflect.get(globalThis, '_tfengine');
  const backend: unknown =
    typeof engine === 'object' && engine !== null ? Reflect.get(engine, 'backendName') : undefined;
  return hostBackends.includes(backend) ? 'synchronous' : 'asynchronous';
}

/**
 * The values of tensors, row-major: views where the backend gives views.
 *
 * @param mayChange Whether the caller may write to the array that a tensor was made of before the
 *   values are used.
 */
export function readNow(tensors: readonly TfjsTensor[], mayChange: boolean): TensorData[] {
  return tensors.map((tensor) => {
    const values = tensor.dataSync() as TensorData;
    return mayChange && ArrayBuffer.isView(values) ? values.slice() : values;
  });
}

/**
 * The values of tensors without waiting for the backend. The caller may dispose the tensors, or
 * end a `tf.tidy` around them, as soon as this returns.
 */
export async function readLater(tensors: readonly TfjsTensor[]): Promise<TensorData[]> {
  const clones: KeepableTensor[] = [];
  try {
    const readable = tensors.map((tensor) => {
      // Strings lie in this process on every backend; all else is read from a clone, which shares
      // the data of its tensor.
      if (tensor.dtype === 'string') return tensor;
      const clone = tensor.clone();
      // What tf.keep does; this package does not import the runtime.
      clone.kept = true;
      clones.push(clone);
      return clone;
    });
    const results = await Promise.allSettled(
      readable.map((tensor) => (tensor.dtype === 'string' ? tensor.dataSync() : tensor.data())),
    );
    return results.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value as TensorData;
    });
  } finally {
    for (const clone of clones) clone.dispose();
  }
}
