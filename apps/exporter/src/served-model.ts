import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { LoadedConfig } from '@modelmeter/config-file';
import {
  assertReferenceFits,
  CoreError,
  createMonitor,
  type InstantQuery,
  type Monitor,
  type MonitorOptions,
  type Reference,
  referenceFromJson,
  type Scheduler,
} from '@modelmeter/core';
import { outputNameOf } from '@modelmeter/core/adapter';
import type { ConfigInput, ModelConfig } from '@modelmeter/core/config';
import { loadStatistics } from '@modelmeter/core/drift';
import { checkSession, monitorSession } from '@modelmeter/onnx';
import type { InferenceSession, TensorConstructor } from 'onnxruntime-node';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { ExporterError, messageOf } from './errors.js';
import type { TimerClock } from './timer-clock.js';

/** What runs the model of a served one; a model predicted elsewhere has none. */
export interface OnnxRuntime {
  readonly session: InferenceSession;
  readonly Tensor: TensorConstructor;
}

/** A model, its monitor and, where it is served here, its session. */
export interface ServedModel {
  readonly config: ModelConfig;
  readonly monitor: Monitor;
  readonly onnx: OnnxRuntime | undefined;
}

/**
 * What a model of the configuration is made of, as a short text: its own settings, those of all
 * models that its monitor reads, and its files. Equal texts, equal models.
 *
 * The code of own statistics is not part of it: a process imports a module once.
 *
 * @throws ExporterError MODEL_UNREADABLE or REFERENCE_UNREADABLE.
 */
export async function fingerprintOf(
  model: ModelConfig,
  { config, folder }: LoadedConfig,
): Promise<string> {
  const { drift_detection, quality, alerts } = config;
  const { notification_channel, slack, email, pagerduty, webhook, ...objectives } = alerts;
  const hash = createHash('sha256').update(
    JSON.stringify([folder, model, drift_detection, quality, objectives]),
  );
  for (const [setting, path] of [
    ['path', model.path],
    ['reference', model.reference],
  ] as const) {
    if (path === undefined) continue;
    const file = resolve(folder, path);
    try {
      for await (const part of createReadStream(file)) hash.update(part);
    } catch (error) {
      throw setting === 'path'
        ? unreadableModel(file, model, error)
        : unreadableReference(file, model, error);
    }
  }
  return hash.digest('hex');
}

/**
 * Loads one model of the configuration, reference and session, and makes sure that it can be
 * watched. It is neither metered nor scheduled before the function that comes back is called.
 *
 * @throws ExporterError, or CoreError, naming the file, what is wrong and the remedy.
 */
export async function loadModel(options: {
  readonly model: ModelConfig;
  readonly input: ConfigInput;
  readonly folder: string;
  readonly registry: Registry;
  readonly clock: TimerClock;
  readonly scheduler: Scheduler;
  readonly queryPrometheus: InstantQuery | undefined;
  readonly log: Logger;
}): Promise<() => ServedModel> {
  const { model, input, folder, log } = options;
  const reference =
    model.reference === undefined
      ? undefined
      : await loadReference(resolve(folder, model.reference), model);
  const runtime =
    model.path === undefined ? undefined : await loadOnnx(resolve(folder, model.path), model);
  const settings: Omit<MonitorOptions, 'registry'> = {
    model: {
      name: model.name,
      version: model.version,
      runtime: runtime === undefined ? 'external' : 'onnx',
    },
    features: model.features,
    outputs: model.outputs,
    validation: model.validation,
    feature_sampling_rate: model.feature_sampling_rate,
    warm_up_calls: model.warm_up_calls,
    clock: options.clock,
    ...(options.queryPrometheus === undefined ? {} : { queryPrometheus: options.queryPrometheus }),
    ...(reference === undefined ? {} : { reference }),
    statistics: await loadStatistics(input.drift_detection?.statistics ?? [], folder),
    ...(input.drift_detection === undefined ? {} : { drift_detection: input.drift_detection }),
    ...(input.quality === undefined ? {} : { quality: input.quality }),
    ...(input.alerts === undefined ? {} : { alerts: input.alerts }),
    onMonitorError: (stage, error) =>
      log.error({ model: model.name, stage, error: messageOf(error) }, 'monitoring failed'),
  };
  const rehearsal = createMonitor({ ...settings, registry: new Registry() });
  rehearsal.close();
  return () => {
    const { registry, scheduler } = options;
    const monitor = createMonitor({ ...settings, registry, scheduler });
    monitor.setReady(true);
    if (runtime === undefined) return { config: model, monitor, onnx: undefined };
    const session = monitorSession(runtime.session, monitor);
    return { config: model, monitor, onnx: { session, Tensor: runtime.Tensor } };
  };
}

async function loadReference(path: string, model: ModelConfig): Promise<Reference> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw unreadableReference(path, model, error);
  }
  const reference = referenceFromJson(value, path);
  assertReferenceFits(reference, model.features, path);
  return reference;
}

async function loadOnnx(path: string, model: ModelConfig): Promise<OnnxRuntime> {
  let runtime: typeof import('onnxruntime-node');
  // It reads the variable once, when it is loaded; unset it would send usage data to its makers.
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  try {
    runtime = await import('onnxruntime-node');
  } catch (error) {
    throw new ExporterError(
      'RUNTIME_MISSING',
      `Model "${model.name}" is of type onnx and the package onnxruntime-node cannot be loaded (${messageOf(error)}). Install it: npm install onnxruntime-node.`,
      { cause: error },
    );
  }
  let session: InferenceSession;
  try {
    session = await runtime.InferenceSession.create(path, {
      // One request is one row or a few: more threads cost more than they bring.
      intraOpNumThreads: 1,
      logSeverityLevel: 3,
    });
  } catch (error) {
    throw unreadableModel(path, model, error);
  }
  const problems = checkSession(session, model.features);
  if (problems.length > 0) {
    throw new ExporterError(
      'MODEL_MISMATCH',
      `Model "${model.name}" does not fit its declaration:\n  ${problems.join('\n  ')}`,
    );
  }
  const output = outputNameOf(model.outputs);
  if (!session.outputNames.includes(output)) {
    throw new ExporterError(
      'MODEL_MISMATCH',
      `Model "${model.name}" has no output "${output}"; it has ${session.outputNames.join(', ')}. Correct models[].outputs.`,
    );
  }
  return { session, Tensor: runtime.Tensor as TensorConstructor };
}

function unreadableReference(path: string, model: ModelConfig, error: unknown): ExporterError {
  return new ExporterError(
    'REFERENCE_UNREADABLE',
    `The reference of model "${model.name}", ${path}, cannot be read (${messageOf(error)}). Correct models[].reference, or build the reference again.`,
    { cause: error },
  );
}

function unreadableModel(path: string, model: ModelConfig, error: unknown): ExporterError {
  return new ExporterError(
    'MODEL_UNREADABLE',
    `The file of model "${model.name}", ${path}, cannot be loaded (${messageOf(error)}). Correct models[].path, or export the model again.`,
    { cause: error },
  );
}

/** True for errors of set-up that are told without a stack trace. */
export function isExplained(error: unknown): error is ExporterError | CoreError {
  return error instanceof ExporterError || CoreError.isInstance(error);
}
