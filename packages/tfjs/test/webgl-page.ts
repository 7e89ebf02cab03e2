/** Runs in a browser: what a monitored model does on a GPU backend, posted to the server of the page. */
import { createRecordingMonitor } from '@modelmeter/core/testing';
import * as tf from '@tensorflow/tfjs';
import { monitorModel } from '../src/index.js';
import { flightMatrix, matrixModel } from './models.js';

/** What the page reports to the test. */
export interface WebglResult {
  readonly backend: string;
  /** Calls observed while the calls were still being made. */
  readonly observedAtOnce: number;
  readonly observed: number;
  readonly errors: readonly string[];
  /** Reads for which the GPU was waited for. */
  readonly blockingReads: number;
  readonly features: readonly (readonly number[])[];
  readonly outputs: readonly (readonly number[])[];
  readonly tensorsAdded: number;
  readonly bytesAdded: number;
}

const calls = 10;

async function run(): Promise<WebglResult> {
  await tf.setBackend('webgl');
  await tf.ready();
  const backend = tf.backend() as { readSync(dataId: object): unknown };
  const readSync = backend.readSync.bind(backend);
  let blockingReads = 0;
  backend.readSync = (dataId) => {
    blockingReads += 1;
    return readSync(dataId);
  };

  const monitor = createRecordingMonitor({
    features: [
      { name: 'distance', type: 'numeric' },
      { name: 'delay', type: 'numeric' },
    ],
    outputs: { task: 'binary', score: 'probability', decisionThreshold: 0.5 },
  });
  const bare = matrixModel(tf);
  const model = monitorModel(bare, monitor);
  tf.tidy(() => void bare.predict(flightMatrix(tf, 2)));

  const before = tf.memory();
  for (let call = 0; call < calls; call += 1) {
    tf.tidy(() => void model.predict(flightMatrix(tf, 2)));
  }
  const observedAtOnce = monitor.batches.length;
  while (monitor.batches.length < calls) await new Promise((resolve) => setTimeout(resolve, 5));
  const after = tf.memory();
  const values = (blocks: readonly { readonly data: ArrayLike<unknown> }[]): number[] =>
    blocks.flatMap(({ data }) => Array.from(data, Number));
  return {
    backend: tf.getBackend(),
    observedAtOnce,
    observed: monitor.batches.length,
    errors: monitor.errors.map(({ error }) => String(error)),
    blockingReads,
    features: monitor.batches.map((batch) => values(batch.features)),
    outputs: monitor.batches.map((batch) => values(batch.outputs)),
    tensorsAdded: after.numTensors - before.numTensors,
    bytesAdded: after.numBytes - before.numBytes,
  };
}

run()
  .then(
    (result) => JSON.stringify(result),
    (error: unknown) => JSON.stringify({ errors: [String(error)] }),
  )
  .then((body) => fetch('/result', { method: 'POST', body }));
