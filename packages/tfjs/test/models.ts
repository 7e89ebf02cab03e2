import { readFileSync } from 'node:fs';
import type { GraphModel, LayersModel, NamedTensorMap, Tensor } from '@tensorflow/tfjs';
import type { Tfjs } from './runtimes.js';

/** Weights of distance, delay and the bias, in the layers models and in the graph model `matrix`. */
const weights = { distance: 0.001, delay: 0.05, bias: -1 };

/** A layers model of two inputs, `distance` and `delay`, [N, 1] each. */
export function columnsModel(tf: Tfjs): LayersModel {
  const inputs = ['distance', 'delay'].map((name) => tf.input({ shape: [1], name }));
  const row = tf.layers.concatenate().apply(inputs) as typeof inputs;
  return tf.model({ inputs, outputs: probabilityLayer(tf).apply(row) as typeof inputs });
}

/** A layers model of one input `features`, [N, 2]. */
export function matrixModel(tf: Tfjs): LayersModel {
  const input = tf.input({ shape: [2], name: 'features' });
  return tf.model({ inputs: input, outputs: probabilityLayer(tf).apply(input) as typeof input });
}

/** As `matrixModel`, with a second output of three columns. */
export function twoOutputModel(tf: Tfjs): LayersModel {
  const input = tf.input({ shape: [2], name: 'features' });
  const outputs = [tf.layers.dense({ units: 3, name: 'embedding' }), probabilityLayer(tf)].map(
    (layer) => layer.apply(input) as typeof input,
  );
  return tf.model({ inputs: input, outputs });
}

function probabilityLayer(tf: Tfjs) {
  return tf.layers.dense({
    units: 1,
    name: 'probability',
    activation: 'sigmoid',
    weights: [tf.tensor2d([[weights.distance], [weights.delay]]), tf.tensor1d([weights.bias])],
  });
}

/** One of the graph models that fixtures/make_models.py makes. */
export function loadGraph(tf: Tfjs, name: 'matrix' | 'columns' | 'carriers'): Promise<GraphModel> {
  const folder = new URL(`./fixtures/${name}/`, import.meta.url);
  const { weightsManifest, ...artifacts } = JSON.parse(
    readFileSync(new URL('model.json', folder), 'utf8'),
  );
  const bytes = readFileSync(new URL('group1-shard1of1.bin', folder));
  return tf.loadGraphModel({
    load: async () => ({
      ...artifacts,
      weightSpecs: weightsManifest[0].weights,
      weightData: Uint8Array.from(bytes).buffer,
    }),
  });
}

/** `rows` flights that differ from row to row: distance and delay. */
export function flightMatrix(tf: Tfjs, rows: number): Tensor {
  return tf.tensor2d(
    Array.from({ length: rows }, (_, row) => [100 * row, row - 1]),
    [rows, 2],
  );
}

/** The same flights, an input a column. */
export function flightColumns(tf: Tfjs, rows: number): [distance: Tensor, delay: Tensor] {
  const column = (value: (row: number) => number): Tensor =>
    tf.tensor2d(
      Array.from({ length: rows }, (_, row) => [value(row)]),
      [rows, 1],
    );
  return [column((row) => 100 * row), column((row) => row - 1)];
}

/** Flights with carriers, of which the last one is not in the table of the model. */
export function carrierFlights(tf: Tfjs, rows: number): NamedTensorMap {
  const carriers = ['AA', 'DL', 'UA', 'XX'];
  return {
    distance: tf.tensor1d(Array.from({ length: rows }, (_, row) => 100 * row)),
    carrier: tf.tensor1d(
      Array.from({ length: rows }, (_, row) => carriers[row % 4]!),
      'string',
    ),
  };
}
