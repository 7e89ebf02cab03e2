import type { createInputCheck } from './call/input-check.js';
import type { createNameCheck } from './call/name-check.js';
import { activeTrace } from './call/trace-context.js';
import type { DriftRuns } from './drift/runs/runs.js';
import type { Failures } from './failures.js';
import type { Instruments } from './metrics/instruments.js';
import type { MonitorHooks } from './monitor-options.js';
import type { PredictionBatch } from './prediction.js';
import type { Targets } from './quality/targets.js';
import type { ReferenceRecorder } from './reference-recorder.js';
import type { MonitorSettings } from './settings/monitor.js';

/** Records the calls of a model at a time, in milliseconds since the Unix epoch. */
export interface Observer {
  /** Records a call; false when it was one of the warm-up calls, which are only counted. */
  observe(batch: PredictionBatch, nowMs: number): boolean;
  /** Records a call that an earlier process has observed; warm-up is over, and hooks were called. */
  replay(batch: PredictionBatch, nowMs: number): void;
}

/**
 * Returns what records a call: counts and times it, adds its features to the windows,
 * keeps its outputs for their targets and calls the hooks. Rows whose prediction id is known count in
 * the call only. A failure of one step is counted and does not affect the others.
 */
export function createObserver(parts: {
  readonly settings: MonitorSettings;
  readonly instruments: Instruments;
  readonly failures: Failures;
  readonly inputCheck: ReturnType<typeof createInputCheck>;
  readonly nameCheck: ReturnType<typeof createNameCheck>;
  readonly driftRuns: DriftRuns;
  readonly recorder: ReferenceRecorder | undefined;
  readonly targets: Targets;
  readonly hooks: MonitorHooks;
  readonly onSuccess: () => void;
}): Observer {
  const { settings, instruments, failures, driftRuns, recorder, hooks } = parts;
  const { name, version } = settings.model;
  const model = { name, version };
  let warmUpCallsLeft = settings.warmUpCalls;

  // This runs for every prediction, so it creates no closures.
  function record(batch: PredictionBatch, nowMs: number): void {
    try {
      instruments.prediction(batch, nowMs, activeTrace());
    } catch (error) {
      failures.count('observe', error);
    }
    if (batch.error === undefined) {
      parts.onSuccess();
      const counted = parts.targets.remember(batch, nowMs);
      if (batch.unread === undefined && (counted === batch || counted.rows > 0)) {
        countFeatures(counted, nowMs);
      }
    }
  }

  function observe(batch: PredictionBatch, nowMs: number): boolean {
    if (warmUpCallsLeft > 0) {
      warmUpCallsLeft -= 1;
      instruments.warmUpCall();
      return false;
    }
    record(batch, nowMs);
    if (hooks.onPrediction === undefined) return true;
    try {
      // The type says void, and an async function has it too.
      const returned: unknown = hooks.onPrediction({ ...batch, model, timeMs: nowMs });
      if (returned !== undefined) failures.settle('hooks', returned);
    } catch (error) {
      failures.count('hooks', error);
    }
    return true;
  }

  return { observe, replay: record };

  function countFeatures(batch: PredictionBatch, nowMs: number): void {
    try {
      parts.nameCheck(batch);
      driftRuns.detector?.count(batch, nowMs);
      recorder?.record(batch, nowMs);
      if (settings.validation === 'count') {
        parts.inputCheck.count(batch.features, batch.rows, instruments.invalidValue);
      }
    } catch (error) {
      failures.count('features', error);
    }
  }
}
