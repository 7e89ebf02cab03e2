import * as tf from '@tensorflow/tfjs';
import { measurements } from './weather.mjs';

const epochs = 40;
const millisecondsPerYear = 365.25 * 24 * 3600 * 1000;

/** The tensors of some days: their measurements, and where in the year they are. */
export function toInputs(days) {
  return [
    tf.tensor2d(days.map((day) => measurements.map((name) => day[name]))),
    tf.tensor2d(
      days.map(({ date }) => {
        const angle = (2 * Math.PI * Date.parse(date)) / millisecondsPerYear;
        return [Math.sin(angle), Math.cos(angle)];
      }),
    ),
  ];
}

/** Trains a small network on some days; the same days give the same model. */
export async function train(days) {
  // Production mode: fewer checks, and no advertisement of tfjs-node in the log.
  tf.enableProdMode();
  const inputs = [
    tf.input({ shape: [measurements.length], name: 'measurements' }),
    tf.input({ shape: [2], name: 'season' }),
  ];
  // Measurements go in as they are and are scaled here, so drift is watched on real units.
  const scaled = scalingLayer(days).apply(inputs[0]);
  const joined = tf.layers.concatenate().apply([scaled, inputs[1]]);
  const hidden = tf.layers
    .dense({ units: 12, activation: 'tanh', kernelInitializer: glorot(1) })
    .apply(joined);
  const output = tf.layers
    .dense({
      units: 1,
      name: 'tomorrow',
      kernelInitializer: glorot(2),
      biasInitializer: tf.initializers.constant({ value: mean(days.map((day) => day.tomorrow)) }),
    })
    .apply(hidden);
  const model = tf.model({ inputs, outputs: output });
  model.compile({ optimizer: tf.train.adam(0.01), loss: 'meanSquaredError' });

  const shuffled = shuffle(days);
  const xs = toInputs(shuffled);
  const ys = tf.tensor2d(shuffled.map((day) => [day.tomorrow]));
  await model.fit(xs, ys, { epochs, batchSize: 32, shuffle: false, verbose: 0 });
  tf.dispose([xs, ys]);
  return model;
}

function scalingLayer(days) {
  const columns = measurements.map((name) => days.map((day) => day[name]));
  const deviations = columns.map((column) => {
    const centre = mean(column);
    return Math.sqrt(mean(column.map((value) => (value - centre) ** 2)));
  });
  const kernel = measurements.map((_, row) =>
    deviations.map((deviation, column) => (row === column ? 1 / deviation : 0)),
  );
  const bias = columns.map((column, index) => -mean(column) / deviations[index]);
  return tf.layers.dense({
    units: measurements.length,
    trainable: false,
    weights: [tf.tensor2d(kernel), tf.tensor1d(bias)],
  });
}

function glorot(seed) {
  return tf.initializers.glorotNormal({ seed });
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Another order, always the same (Fisher and Yates with a linear congruential generator). */
function shuffle(rows) {
  const shuffled = [...rows];
  let state = 2012;
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (last + 1));
    [shuffled[last], shuffled[other]] = [shuffled[other], shuffled[last]];
  }
  return shuffled;
}
