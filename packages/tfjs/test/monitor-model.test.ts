import { buildReference, createMonitor, type ObservedPrediction } from '@modelmeter/core';
import { createRecordingMonitor } from '@modelmeter/core/testing';
import type { GraphModel, LayersModel, Sequential, Tensor } from '@tensorflow/tfjs';
import { Registry } from 'prom-client';
import { beforeAll, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { monitorModel } from '../src/index.js';
import { readingOfBackend } from '../src/tensor-reader.js';
import { carrierFlights, flightMatrix, loadGraph, matrixModel } from './models.js';
import { loadRuntime, type Tfjs } from './runtimes.js';

const features = [
  { name: 'distance', type: 'numeric' },
  { name: 'delay', type: 'numeric' },
] as const;
const outputs = { task: 'binary', score: 'probability', decisionThreshold: 0.5 } as const;

let tf: Tfjs;
beforeAll(async () => {
  tf = await loadRuntime('cpu');
});

describe('a monitored model', () => {
  it('has the type of the bare one', async () => {
    const monitor = createRecordingMonitor({ features, outputs });
    const sequential = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
    expectTypeOf(monitorModel(matrixModel(tf), monitor)).toEqualTypeOf<LayersModel>();
    expectTypeOf(monitorModel(sequential, monitor)).toEqualTypeOf<Sequential>();
    expectTypeOf(monitorModel(await loadGraph(tf, 'matrix'), monitor)).toEqualTypeOf<GraphModel>();
    expect(monitorModel(sequential, monitor)).toBeInstanceOf(tf.Sequential);
    expect(monitorModel(sequential, monitor).constructor).toBe(tf.Sequential);
  });

  it('gives the very result, promise and error of the model', async () => {
    const monitor = createRecordingMonitor({ features, outputs });
    const model = await loadGraph(tf, 'matrix');
    const result = tf.tensor2d([[0.5]]);
    const promise = Promise.resolve(result);
    const error = new Error('out of memory');
    model.predict = () => result;
    model.executeAsync = () => promise;
    model.execute = () => {
      throw error;
    };
    model.predictAsync = () => Promise.reject(error);
    const monitored = monitorModel(model, monitor);
    const inputs = flightMatrix(tf, 1);
    expect(monitored.predict(inputs)).toBe(result);
    expect(monitored.executeAsync(inputs)).toBe(promise);
    expect(() => monitored.execute(inputs, 'probability')).toThrow(error);
    await expect(monitored.predictAsync(inputs)).rejects.toBe(error);
    await promise;
    expect(monitor.batches.map((batch) => batch.error?.reason)).toEqual([
      undefined,
      'runtime',
      undefined,
      'runtime',
    ]);
  });

  it('trains, evaluates and is saved as the model behind it, without being metered', async () => {
    const monitor = createRecordingMonitor({ features, outputs });
    const model = matrixModel(tf);
    const monitored = monitorModel(model, monitor);
    monitored.compile({ optimizer: 'sgd', loss: 'binaryCrossentropy' });
    const targets = tf.tensor2d([[0], [1], [1]]);
    const history = await monitored.fit(flightMatrix(tf, 3), targets, { epochs: 2, verbose: 0 });
    expect(history.epoch).toEqual([0, 1]);
    monitored.evaluate(flightMatrix(tf, 3), targets);
    const saved = await monitored.save(
      tf.io.withSaveHandler(async ({ weightData }) => ({
        modelArtifactsInfo: {
          dateSaved: new Date(0),
          modelTopologyType: 'JSON',
          weightDataBytes: (weightData as ArrayBuffer).byteLength,
        },
      })),
    );
    expect(saved.modelArtifactsInfo.weightDataBytes).toBe(12);
    monitored.trainable = false;
    expect(model.trainableWeights).toEqual([]);
    expect(monitor.batches).toEqual([]);
  });

  it('reads the columns of an input by the names that the options give', async () => {
    const monitor = createRecordingMonitor({ features: [features[1]], outputs });
    monitorModel(matrixModel(tf), monitor, {
      features: { features: ['distance in miles', 'delay'] },
    }).predict(flightMatrix(tf, 2));
    expect(monitor.batches[0]?.features).toEqual([
      { names: ['distance in miles', 'delay'], data: Float32Array.of(0, -1, 100, 0) },
    ]);
  });

  it('counts names that do not fit the columns of an input, and still predicts', async () => {
    const monitor = createRecordingMonitor({ features, outputs });
    const model = monitorModel(matrixModel(tf), monitor, { features: { features: ['distance'] } });
    expect((model.predict(flightMatrix(tf, 2)) as Tensor).shape).toEqual([2, 1]);
    expect(monitor.batches).toMatchObject([{ rows: 2, features: [] }]);
    expect(monitor.errors).toMatchObject([{ stage: 'features' }]);
    expect(String(monitor.errors[0]?.error)).toContain(
      'Input "features" has 2 columns and 1 names (distance)',
    );
  });

  it('counts that no input is a feature, and says what there is', async () => {
    const monitor = createRecordingMonitor({ features: [features[0]], outputs });
    monitorModel(matrixModel(tf), monitor).predict(flightMatrix(tf, 2));
    expect(monitor.batches).toMatchObject([{ rows: 2, features: [] }]);
    expect(String(monitor.errors[0]?.error)).toContain(
      'The inputs are "features" (columns: 2); the features of the monitor are distance.',
    );
  });

  it('takes no scalar for an input of features, nor for one of rows', async () => {
    const monitor = createRecordingMonitor({ features, outputs });
    const model = await loadGraph(tf, 'matrix');
    const result = tf.tensor2d([[0.5], [0.5]]);
    model.predict = () => result;
    monitorModel(model, monitor).predict({
      isTraining: tf.scalar(false),
      features: flightMatrix(tf, 2),
    });
    expect(monitor.errors).toEqual([]);
    expect(monitor.batches).toMatchObject([
      { rows: 2, features: [{ names: ['distance', 'delay'] }] },
    ]);
  });

  it('counts an input that is not a tensor once and leaves the rest to the model', () => {
    const monitor = createRecordingMonitor({ features, outputs });
    const model = monitorModel(matrixModel(tf), monitor);
    const inputs = [[1, 2]] as never;
    expect(() => model.predict(inputs)).toThrow();
    expect(monitor.batches).toMatchObject([{ rows: 1, features: [] }]);
    expect(monitor.errors).toMatchObject([{ stage: 'features' }]);
    expect(String(monitor.errors[0]?.error)).toContain('input "features" is object, not a tensor');
  });

  it('refuses options that name an input that the model has not', () => {
    const monitor = createRecordingMonitor({ features, outputs });
    const options = { features: { flights: ['distance', 'delay'] } };
    expect(() => monitorModel(matrixModel(tf), monitor, options)).toThrow(
      'options.features names "flights", which is not an input of the model. Available: features',
    );
  });

  it('reads no more calls at a time than it may; the calls stay exact', async () => {
    const monitor = createRecordingMonitor({ features, outputs });
    const model = monitorModel(matrixModel(tf), monitor, {
      reading: 'asynchronous',
      maximumPendingReads: 3,
    });
    const inputs = flightMatrix(tf, 2);
    const before = tf.memory().numTensors;
    const results = Array.from({ length: 10 }, () => model.predict(inputs));
    expect(tf.memory().numTensors).toBe(before + results.length + 3 * 2);
    await vi.waitFor(() => expect(monitor.batches).toHaveLength(10));
    const read = monitor.batches.filter(({ unread }) => unread === undefined);
    expect(read.map((batch) => [batch.features.length, batch.outputs.length])).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
    expect(monitor.batches.filter(({ unread }) => unread === 'busy')).toHaveLength(7);
    expect(tf.memory().numTensors).toBe(before + results.length);
    model.predict(inputs);
    await vi.waitFor(() => expect(monitor.batches).toHaveLength(11));
    expect(monitor.batches[10]?.unread).toBeUndefined();
  });

  it('counts a failed read and observes the call without what could not be read', async () => {
    const monitor = createRecordingMonitor({ features, outputs });
    const model = monitorModel(matrixModel(tf), monitor, { reading: 'asynchronous' });
    const inputs = flightMatrix(tf, 2);
    const lost = new Error('the device was lost');
    const clone = inputs.clone.bind(inputs);
    const clones: Tensor[] = [];
    inputs.clone = <Self extends Tensor>() => {
      const copy = clone();
      copy.data = () => Promise.reject(lost);
      clones.push(copy);
      return copy as Self;
    };
    model.predict(inputs);
    await vi.waitFor(() => expect(monitor.batches).toHaveLength(1));
    expect(monitor.batches).toMatchObject([
      { rows: 2, features: [], outputs: [{ name: 'probability' }] },
    ]);
    expect(monitor.errors).toEqual([{ stage: 'features', error: lost }]);
    expect(clones.map(({ isDisposed }) => isDisposed)).toEqual([true]);
  });
});

it.each([
  ['cpu', 'synchronous'],
  ['wasm', 'synchronous'],
  ['tensorflow', 'synchronous'],
  ['webgl', 'asynchronous'],
  ['webgpu', 'asynchronous'],
  [undefined, 'asynchronous'],
])('tensors of the backend %s are read in the %s way', (backendName, reading) => {
  vi.stubGlobal('_tfengine', backendName === undefined ? undefined : { backendName });
  try {
    expect(readingOfBackend()).toBe(reading);
  } finally {
    vi.unstubAllGlobals();
  }
});

describe('with a monitor that counts', () => {
  const makeMonitor = (registry: Registry, predictions: ObservedPrediction[] = []) =>
    createMonitor({
      model: { name: 'late-flights', version: '3', runtime: 'tfjs' },
      features: [features[0], { name: 'carrier', type: 'categorical' }],
      outputs,
      registry,
      quality: { minimumSamples: 1 },
      hooks: { onPrediction: (prediction) => predictions.push(prediction) },
      reference: buildReference({
        modelName: 'late-flights',
        modelVersion: '3',
        created: '2026-01-01T00:00:00.000Z',
        source: 'test rows',
        features: [features[0], { name: 'carrier', type: 'categorical' }],
        columns: { distance: [0, 100, 200], carrier: ['AA', 'DL', 'UA'] },
      }),
    });

  it('a model is in the metrics of a scrape, targets included', async () => {
    const registry = new Registry();
    const monitor = makeMonitor(registry);
    const model = monitorModel(await loadGraph(tf, 'carriers'), monitor);
    await monitor.withCall({ predictionIds: ['a', 'b', 'c', 'd'] }, () =>
      model.executeAsync(carrierFlights(tf, 4)),
    );
    await expect(model.executeAsync({})).rejects.toThrow();
    expect(monitor.recordTargets([{ predictionId: 'a', value: 1 }]).matched).toBe(1);
    const text = await registry.metrics();
    const labels = 'model_name="late-flights",model_version="3"';
    expect(text).toContain(`model_predictions_total{${labels},status="success"} 1`);
    expect(text).toContain(`model_predictions_total{${labels},status="error"} 1`);
    expect(text).toContain(`model_prediction_samples_total{${labels}} 4`);
    expect(text).toContain(`model_outcomes_total{${labels},outcome="tp"} 1`);
    const unseen = text.split('\n').find((line) => line.includes('category="__unseen__"'));
    expect(unseen).toMatch(/^model_feature_category_total\{.*feature="carrier".*\} 1$/);
    monitor.close();
  });

  it('generated prediction ids reach the hooks, and ids can be read from the inputs', async () => {
    const predictions: ObservedPrediction[] = [];
    const monitor = makeMonitor(new Registry(), predictions);
    const model = await loadGraph(tf, 'carriers');
    const inputs = carrierFlights(tf, 2);
    await monitorModel(model, monitor, { predictionIds: 'generated' }).executeAsync(inputs);
    await monitorModel(model, monitor, {
      predictionIds: (given) => {
        const { carrier } = given as typeof inputs;
        return carrier!.dataSync<'string'>();
      },
    }).executeAsync(inputs);
    expect(predictions[0]?.predictionIds).toHaveLength(2);
    expect(predictions[1]?.predictionIds).toEqual(['AA', 'DL']);
    const targets = [
      { predictionId: predictions[0]!.predictionIds![1]!, value: 1 },
      { predictionId: 'AA', value: 0 },
    ];
    expect(monitor.recordTargets(targets)).toMatchObject({ matched: 2 });
    monitor.close();
  });
});
