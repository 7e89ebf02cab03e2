import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import {
  ConfigFileError,
  type LoadedConfig,
  type ModelConfig,
  prepareModel,
  unreadableModel,
  unreadableReference,
} from '@modelmeter/config-file';
import {
  CoreError,
  type InstantQuery,
  type Monitor,
  startMonitor,
  type TimerClock,
} from '@modelmeter/core';
import { replaceMembers } from '@modelmeter/core/adapter';
import { outputNameOf } from '@modelmeter/core/settings';
import { checkSession, monitorSession } from '@modelmeter/onnx';
import type { InferenceSession, TensorConstructor } from 'onnxruntime-node';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { modelEvents } from './actions/model-events.js';
import type { ModelEvent } from './actions/webhooks.js';
import { ExporterError, messageOf } from './errors.js';
import type { Gate } from './inference/gate.js';
import type { ModelState } from './state/model-state.js';

/** What runs the model of a served one; a model predicted elsewhere has none. */
export interface OnnxRuntime {
  readonly session: InferenceSession;
  readonly Tensor: TensorConstructor;
  readonly gate: Gate;
}

/** A model, its monitor and, where it is served here, its session. */
export interface ServedModel {
  readonly config: ModelConfig;
  readonly monitor: Monitor;
  readonly onnx: OnnxRuntime | undefined;
  /** Ends the monitor, and with it the series of the model. */
  close(): void;
}

/**
 * What a model of the configuration is made of, as a short text: its own settings, those of all
 * models that its monitor reads, and its files. Equal texts, equal models.
 *
 * The code of own statistics is not part of it: a process imports a module once.
 *
 * @throws ConfigFileError MODEL_UNREADABLE or REFERENCE_UNREADABLE.
 */
export async function fingerprintOf(
  model: ModelConfig,
  { config, folder }: LoadedConfig,
): Promise<string> {
  const { driftDetection, quality, alerts } = config;
  const { notificationChannel, slack, email, pagerduty, webhook, ...objectives } = alerts;
  const hash = createHash('sha256').update(
    JSON.stringify([folder, model, driftDetection, quality, objectives]),
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
 * Loads one model of the configuration: settings, reference and session. Returns a function that
 * starts its monitor, which can only fail for a name conflict.
 *
 * @throws ExporterError, ConfigFileError or CoreError naming the file, what is wrong and the remedy.
 */
export async function loadModel(options: {
  readonly model: ModelConfig;
  readonly loaded: LoadedConfig;
  readonly registry: Registry;
  readonly clock: TimerClock;
  readonly queryPrometheus: InstantQuery | undefined;
  readonly openGate: (model: string) => Gate;
  readonly log: Logger;
  readonly state: ModelState | undefined;
  /** Receives what happens to the model. */
  readonly send: (event: ModelEvent) => void;
}): Promise<() => ServedModel> {
  const { model, loaded, registry, clock, queryPrometheus, openGate, log, state, send } = options;
  const prepared = await prepareModel(loaded, model);
  const runtime =
    model.path === undefined
      ? undefined
      : await loadOnnx(resolve(loaded.folder, model.path), model);
  return () => {
    const monitor = startMonitor(prepared, {
      registry,
      clock,
      queryPrometheus,
      hooks: modelEvents(model, send),
      state: state?.monitorState,
      onMonitorError: (stage, error) =>
        log.error({ model: model.name, stage, error: messageOf(error) }, 'monitoring failed'),
    });
    monitor.setReady(true);
    state?.use(monitor.saveState);
    const served = {
      ...{ config: model, monitor },
      close() {
        monitor.close();
        state?.use(undefined);
      },
    };
    if (runtime === undefined) return { ...served, onnx: undefined };
    const gate = openGate(model.name);
    const { session, Tensor } = runtime;
    // The gate is behind the metering, so that a call that waits is in flight and its wait counts.
    const limited = replaceMembers(session, {
      run: (...call: [feeds: InferenceSession.FeedsType]) => gate.run(() => session.run(...call)),
    });
    return { ...served, onnx: { session: monitorSession(limited, monitor), Tensor, gate } };
  };
}

async function loadOnnx(
  path: string,
  model: ModelConfig,
): Promise<Pick<OnnxRuntime, 'session' | 'Tensor'>> {
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
  const problems = checkSession(session, model.features, { output: outputNameOf(model.outputs) });
  if (problems.length > 0) {
    throw new ExporterError(
      'MODEL_MISMATCH',
      `Model "${model.name}" does not fit its declaration:\n  ${problems.join('\n  ')}`,
    );
  }
  return { session, Tensor: runtime.Tensor as TensorConstructor };
}

/** True for errors of setup, whose message is enough without a stack trace. */
export function isExplained(error: unknown): error is ExporterError | ConfigFileError | CoreError {
  return (
    error instanceof ExporterError ||
    ConfigFileError.isInstance(error) ||
    CoreError.isInstance(error)
  );
}
