import { fileURLToPath } from 'node:url';
import { buildReference, createMonitor, type Monitor, metricStoreOf } from '@modelmeter/core';
import { monitorFunction } from '@modelmeter/function';
import { monitorSession } from '@modelmeter/onnx';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { Counter, Histogram, Registry } from 'prom-client';
import { normals } from './kernel-data.js';

/** A model, bare or wrapped, that is called so many times in a row. */
export interface Monitored {
  readonly model: Model;
  /** A promise where the model is asynchronous: one call after the other. */
  block(calls: number): Promise<void> | undefined;
  close(): void;
}

type Model =
  | {
      readonly kind: 'sync';
      readonly run: (rows: Float32Array) => Float32Array;
      readonly input: Float32Array;
    }
  | {
      readonly kind: 'async';
      readonly run: (rows: Float32Array) => Promise<Float32Array>;
      readonly input: Float32Array;
    }
  | {
      readonly kind: 'onnx';
      readonly session: InferenceSession;
      readonly feeds: { features: Tensor };
    };

const referenceRows = 2000;
let sink = 0;

/** Functions that do next to nothing, so that what is added to them shows. */
export function functionModels(
  features: number,
  rows: number,
): Record<'sync function' | 'async function', Monitored> {
  const input = Float32Array.from(normals(features * rows, 3));
  const scores = new Float32Array(rows).fill(0.5);
  return {
    'sync function': running({ kind: 'sync', run: () => scores, input }),
    'async function': running({ kind: 'async', run: async () => scores, input }),
  };
}

export async function onnxModel(
  features: number,
  hidden: number,
  rows: number,
): Promise<Monitored> {
  const path = fileURLToPath(new URL(`../models/mlp-${features}-${hidden}.onnx`, import.meta.url));
  const session = await InferenceSession.create(path, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  const data = Float32Array.from(normals(features * rows, 3));
  return running({
    kind: 'onnx',
    session,
    feeds: { features: new Tensor('float32', data, [rows, features]) },
  });
}

/** Wrapped by Modelmeter with a reference, so that every feature is counted on its grid. */
export function wrapped({ model }: Monitored, features: number, sampling: number): Monitored {
  const monitor = benchMonitor(features, sampling);
  if (model.kind === 'onnx') {
    const session = monitorSession(model.session, monitor);
    return running({ ...model, session }, () => monitor.close());
  }
  const run = monitorFunction(model.run as (rows: Float32Array) => Float32Array, monitor);
  return running({ ...model, run } as Model, () => monitor.close());
}

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
    feature_sampling_rate: sampling,
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

/** As the README of prom-client shows it: a timer and a counter by status, with labels. */
export function byHand({ model }: Monitored): Monitored {
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
  const meterAsync =
    <Input, Result>(run: (input: Input) => Promise<Result>, rows: number) =>
    async (input: Input): Promise<Result> => {
      const end = seconds.startTimer(labels);
      try {
        const result = await run(input);
        predictions.inc({ ...labels, status: 'success' });
        samples.inc(labels, rows);
        return result;
      } catch (error) {
        predictions.inc({ ...labels, status: 'error' });
        throw error;
      } finally {
        end();
      }
    };
  if (model.kind === 'sync') {
    const { run } = model;
    return running({
      ...model,
      run(rows) {
        const end = seconds.startTimer(labels);
        try {
          const result = run(rows);
          predictions.inc({ ...labels, status: 'success' });
          samples.inc(labels, result.length);
          return result;
        } catch (error) {
          predictions.inc({ ...labels, status: 'error' });
          throw error;
        } finally {
          end();
        }
      },
    });
  }
  if (model.kind === 'async') return running({ ...model, run: meterAsync(model.run, 1) });
  const { session, feeds } = model;
  const run = meterAsync(
    (given: { features: Tensor }) => session.run(given),
    feeds.features.dims[0]!,
  );
  return running({ ...model, session: { run } as never });
}

function running(model: Model, close: () => void = () => {}): Monitored {
  return { model, block: blockOf(model), close };
}

function blockOf(model: Model): Monitored['block'] {
  if (model.kind === 'sync') {
    return (calls) => {
      for (let call = 0; call < calls; call += 1) sink += model.run(model.input)[0]!;
      return undefined;
    };
  }
  if (model.kind === 'async') {
    return async (calls) => {
      for (let call = 0; call < calls; call += 1) sink += (await model.run(model.input))[0]!;
    };
  }
  return async (calls) => {
    for (let call = 0; call < calls; call += 1) {
      const { score } = await model.session.run(model.feeds);
      sink += score!.dims[0]!;
    }
  };
}

/** Keeps results alive; NaN would mean that a model returned none. */
export function sinkIsNumber(): boolean {
  return !Number.isNaN(sink);
}
