import type * as tfjs from '@tensorflow/tfjs';

/** The interface that all runtimes of TensorFlow.js share. */
export type Tfjs = typeof tfjs;

export type RuntimeName = 'cpu' | 'wasm' | 'tensorflow';

/** The runtime on one backend. One a process: its engine is global, hence a test file for each. */
export async function loadRuntime(backend: RuntimeName): Promise<Tfjs> {
  const tf = backend === 'tensorflow' ? await loadTfjsNode() : await import('@tensorflow/tfjs');
  if (backend === 'wasm') await import('@tensorflow/tfjs-backend-wasm');
  // Without it the cpu backend advertises tfjs-node in every run.
  tf.enableProdMode();
  await tf.setBackend(backend);
  await tf.ready();
  return tf;
}

async function loadTfjsNode(): Promise<Tfjs> {
  process.env.TF_CPP_MIN_LOG_LEVEL = '2';
  return (await import('@tensorflow/tfjs-node')) as Tfjs;
}

/** Why tfjs-node cannot run here; undefined where it can. */
export async function tfjsNodeProblem(): Promise<
  { readonly reason: string; readonly isExpected: boolean } | undefined
> {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= 23) {
    return {
      reason: `tfjs-node 4.22 does not run on Node 23 and later (this is ${process.versions.node}): it calls util.isNullOrUndefined, which is gone`,
      isExpected: true,
    };
  }
  try {
    await loadTfjsNode();
    return undefined;
  } catch (error) {
    return {
      reason: `the addon of @tensorflow/tfjs-node does not load; run scripts/build-tfjs-node.sh (${String(error).split('\n')[0]})`,
      isExpected: process.env.CI === undefined,
    };
  }
}
