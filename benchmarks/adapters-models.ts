import { fileURLToPath } from 'node:url';
import { buildReference, createMonitor, type Monitor, metricStoreOf } from '@modelmeter/core';
import { monitorFunction } from '@modelmeter/function';
import { monitorSession } from '@modelmeter/onnx';
import { monitorModel } from '@modelmeter/tfjs';
import type { LayersModel, Tensor2D } from '@tensorflow/tfjs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { Counter, Histogram, Registry } from 'prom-client';
import { normals } from './kernel-data.js';

/** One call of a model; its number keeps the result alive. */
export type Call = () => number | Promise<number>;

/** A model with an input of its own, to be called bare or under a monitor. */
export interface BenchModel {
  readonly features: number;
  readonly rows: number;
  readonly isAsync: boolean;
  readonly call: Call;
  watchedBy(monitor: Monitor): Call;
}

/** Kinds of models; functions do next to nothing, so that the added cost shows. */
export type ModelKind = 'sync function' | 'async function' | 'onnx' | 'tfjs cpu' | 'tfjs-node';

const referenceRows = 2000;

/** A model of so many features and rows; `hidden` units where it is a network. */
export async function makeModel(
  kind: ModelKind,
  features: number,
  rows: number,
  hidden: number,
): Promise<BenchModel> {
  const input = Float32Array.from(normals(features * rows, 3));
  const size = { features, rows };
  if (kind === 'sync function') {
    const scores = new Float32Array(rows).fill(0.5);
    const run = (_input: Float32Array): Float32Array => scores;
    const callOf =
      (predict: typeof run): Call =>
      () =>
        predict(input)[0]!;
    return {
      ...size,
      isAsync: false,
      call: callOf(run),
      watchedBy: (monitor) => callOf(monitorFunction(run, monitor)),
    };
  }
  if (kind === 'async function') {
    const scores = new Float32Array(rows).fill(0.5);
    const run = async (_input: Float32Array): Promise<Float32Array> => scores;
    const callOf =
      (predict: typeof run): Call =>
      async () =>
        (await predict(input))[0]!;
    return {
      ...size,
      isAsync: true,
      call: callOf(run),
      watchedBy: (monitor) => callOf(monitorFunction(run, monitor)),
    };
  }
  if (kind === 'onnx') {
    const path = fileURLToPath(
      new URL(`../models/mlp-${features}-${hidden}.onnx`, import.meta.url),
    );
    const session = await InferenceSession.create(path, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
    });
    const feeds = { features: new Tensor('float32', input, [rows, features]) };
    const callOf =
      (run: InferenceSession): Call =>
      async () => {
        const { score } = await run.run(feeds);
        return score!.dims[0]!;
      };
    return {
      ...size,
      isAsync: true,
      call: callOf(session),
      watchedBy: (monitor) => callOf(monitorSession(session, monitor)),
    };
  }
  const tf = await loadTensorFlow(kind);
  const tensor = tf.tensor2d(input, [rows, features]);
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: hidden, inputShape: [features], activation: 'relu' }),
      tf.layers.dense({ units: 1, activation: 'sigmoid', name: 'score' }),
    ],
  });
  const callOf =
    (predict: LayersModel): Call =>
    () => {
      const result = predict.predict(tensor) as Tensor2D;
      result.dispose();
      return result.shape[0];
    };
  return {
    ...size,
    isAsync: false,
    call: callOf(model),
    watchedBy: (monitor) => callOf(monitorModel(model, monitor)),
  };
}

/** Throws where the addon of tfjs-node has not been built. */
async function loadTensorFlow(
  kind: 'tfjs cpu' | 'tfjs-node',
): Promise<typeof import('@tensorflow/tfjs')> {
  const tf = await import('@tensorflow/tfjs');
  if (kind === 'tfjs-node') await import('@tensorflow/tfjs-node');
  await tf.setBackend(kind === 'tfjs-node' ? 'tensorflow' : 'cpu');
  return tf;
}

/** A monitor with a reference, so that every feature is counted on its grid. */
export function benchMonitor(features: number, sampling = 1): Monitor {
  const declared = Array.from({ length: features }, (_, index) => ({
    name: `f${index}`,
    type: 'numeric' as const,
  }));
  const registry = new Registry();
  metricStoreOf(registry, 200_000);
  return createMonitor({
    model: { name: 'bench' },
    features: declared,
    outputs: { task: 'binary', score: 'score' },
    registry,
    featureSamplingRate: sampling,
    reference: buildReference({
      modelName: 'bench',
      modelVersion: '1',
      created: '2026-01-01T00:00:00.000Z',
      source: 'normal numbers',
      features: declared,
      columns: Object.fromEntries(
        declared.map(({ name }, index) => [name, normals(referenceRows, 100 + index)]),
      ),
    }),
  });
}

/** As the README of prom-client shows it: a timer and counters by status, with labels. */
export function byHand({ call, isAsync, rows }: BenchModel): Call {
  const registry = new Registry();
  const labels = { model_name: 'bench', model_version: '1' };
  const seconds = new Histogram({
    name: 'model_prediction_seconds',
    help: 'Time of a prediction.',
    labelNames: ['model_name', 'model_version'],
    registers: [registry],
  });
  const predictions = new Counter({
    name: 'model_predictions_total',
    help: 'Predictions by status.',
    labelNames: ['model_name', 'model_version', 'status'],
    registers: [registry],
  });
  const samples = new Counter({
    name: 'model_prediction_samples_total',
    help: 'Rows predicted.',
    labelNames: ['model_name', 'model_version'],
    registers: [registry],
  });
  const succeeded = (): void => {
    predictions.inc({ ...labels, status: 'success' });
    samples.inc(labels, rows);
  };
  if (isAsync) {
    return async () => {
      const end = seconds.startTimer(labels);
      try {
        const result = await call();
        succeeded();
        return result;
      } catch (error) {
        predictions.inc({ ...labels, status: 'error' });
        throw error;
      } finally {
        end();
      }
    };
  }
  return () => {
    const end = seconds.startTimer(labels);
    try {
      const result = call();
      succeeded();
      return result;
    } catch (error) {
      predictions.inc({ ...labels, status: 'error' });
      throw error;
    } finally {
      end();
    }
  };
}

let sink = 0;

/** Calls a model so many times, one call after the other; a promise where it is asynchronous. */
export function repeat(call: Call, isAsync: boolean, calls: number): Promise<void> | undefined {
  if (isAsync) return repeatAsync(call, calls);
  for (let made = 0; made < calls; made += 1) sink += call() as number;
  return undefined;
}

async function repeatAsync(call: Call, calls: number): Promise<void> {
  for (let made = 0; made < calls; made += 1) sink += await call();
}

/** NaN would mean that a model returned no number. */
export function sinkIsNumber(): boolean {
  return !Number.isNaN(sink);
}
