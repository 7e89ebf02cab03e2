import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';

/**
 * Loads a converted graph model from a folder, in plain JavaScript: no addon is needed, so it runs
 * wherever Node does. With @tensorflow/tfjs-node it is tf.loadGraphModel('file://…/model.json').
 */
export async function loadModel(folder) {
  // Production mode: fewer checks, and no advertisement of tfjs-node in the log.
  tf.enableProdMode();
  const { weightsManifest, ...artifacts } = JSON.parse(
    readFileSync(new URL('model.json', folder), 'utf8'),
  );
  const shards = weightsManifest.flatMap(({ paths }) =>
    paths.map((path) => readFileSync(new URL(path, folder))),
  );
  return tf.loadGraphModel({
    load: async () => ({
      ...artifacts,
      weightSpecs: weightsManifest.flatMap(({ weights }) => weights),
      weightData: Uint8Array.from(Buffer.concat(shards)).buffer,
    }),
  });
}

/** Predicts the probability of damage of some strikes; leaves no tensor behind. */
export async function predict(model, strikes) {
  const column = (name, type) =>
    tf.tensor1d(
      strikes.map((strike) => strike[name]),
      type,
    );
  const inputs = {
    speed: column('speed', 'float32'),
    wildlife_size: column('wildlife_size', 'string'),
    phase_of_flight: column('phase_of_flight', 'string'),
    time_of_day: column('time_of_day', 'string'),
  };
  // The tables that turn strings into numbers make the model one for executeAsync.
  const result = await model.executeAsync(inputs);
  try {
    return await result.data();
  } finally {
    tf.dispose([inputs, result]);
  }
}
