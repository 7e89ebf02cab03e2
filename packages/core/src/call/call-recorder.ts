import type { FeatureBlock, PredictionBatch } from '../prediction.js';
import type { ErrorReason } from '../vocabulary.js';
import type { CallDetails, CallMonitor, CallOptions, CallReader } from './call-contract.js';
import { errorReasonOf } from './error-reason.js';
import { guardMonitor } from './guarded-monitor.js';

/** A call before the model runs. */
export interface StartedCall<Input> {
  readonly input: Input;
  readonly details: CallDetails | undefined;
  readonly features: readonly FeatureBlock[] | Promise<readonly FeatureBlock[]>;
  readonly requiresValidInput: boolean;
  readonly rows: number;
  readonly unread: PredictionBatch['unread'];
  readonly startMs: number;
}

/** Records finished calls with a monitor. Nothing here throws. */
export interface CallRecorder<Input, Result> {
  succeeded(call: StartedCall<Input>, result: Result): void;
  failed(call: StartedCall<Input>, error: unknown, knownReason?: ErrorReason): void;
  /** Calls whose features or outputs are pending to be read. */
  readonly pendingReads: number;
}

export const noFeatures: readonly FeatureBlock[] = [];
const noOutputs: PredictionBatch['outputs'] = [];

/** The recorder of a call meter: it reads outputs and ids, and observes each call once. */
export function createCallRecorder<Input, Result>(
  monitor: CallMonitor,
  reader: CallReader<Input, Result>,
  { errorReason = errorReasonOf, predictionIds }: CallOptions<Input, Result>,
): CallRecorder<Input, Result> {
  const guarded = guardMonitor(monitor);
  let pendingReads = 0;

  async function observeLater(
    call: StartedCall<Input>,
    outputs: ReturnType<typeof reader.outputs>,
    ids: readonly string[] | undefined,
    durationSeconds: number,
  ): Promise<void> {
    pendingReads += 1;
    const [features, read] = await Promise.allSettled([call.features, outputs]);
    pendingReads -= 1;
    if (features.status === 'rejected') guarded.countError('features', features.reason);
    if (read.status === 'rejected') guarded.countError('outputs', read.reason);
    guarded.observe({
      rows: call.rows,
      features: features.status === 'fulfilled' ? features.value : noFeatures,
      outputs: read.status === 'fulfilled' ? read.value : noOutputs,
      predictionIds: ids,
      segments: call.details?.segments,
      durationSeconds,
      error: undefined,
      unread: call.unread,
      context: call.details?.context,
    });
  }

  function readOutputs(result: Result): ReturnType<typeof reader.outputs> {
    return guarded.attempt('outputs', () => reader.outputs(result), noOutputs);
  }

  function readIds(call: StartedCall<Input>, result: Result): readonly string[] | undefined {
    if (call.details?.predictionIds !== undefined) return call.details.predictionIds;
    if (predictionIds === undefined) return undefined;
    if (predictionIds === 'generated') {
      return Array.from({ length: call.rows }, () => monitor.newPredictionId());
    }
    return guarded.attempt('outputs', () => predictionIds(call.input, result), undefined);
  }

  function reasonOf(call: StartedCall<Input>, error: unknown): ErrorReason {
    return guarded.attempt('outputs', () => errorReason(error, call.input), 'other');
  }

  function succeeded(call: StartedCall<Input>, result: Result): void {
    const durationSeconds = (performance.now() - call.startMs) / 1000;
    const ids = readIds(call, result);
    const isWanted = call.unread === undefined || ids !== undefined;
    const outputs = isWanted ? readOutputs(result) : noOutputs;
    if (isPromise(call.features) || isPromise(outputs)) {
      void observeLater(call, outputs, ids, durationSeconds);
      return;
    }
    guarded.observe({
      rows: call.rows,
      features: call.unread === undefined ? call.features : noFeatures,
      outputs,
      predictionIds: ids,
      segments: call.details?.segments,
      durationSeconds,
      error: undefined,
      unread: call.unread,
      context: call.details?.context,
    });
  }

  function failed(call: StartedCall<Input>, error: unknown, knownReason?: ErrorReason): void {
    const durationSeconds = (performance.now() - call.startMs) / 1000;
    const reason = knownReason ?? reasonOf(call, error);
    // Nothing awaits the pending features of a failed call, but a rejection must be handled.
    if (isPromise(call.features)) call.features.then(undefined, () => {});
    guarded.observe({
      rows: call.rows,
      features: isPromise(call.features) ? noFeatures : call.features,
      outputs: noOutputs,
      predictionIds: call.details?.predictionIds,
      durationSeconds,
      error: { reason, cause: error },
      unread: call.unread,
      context: call.details?.context,
    });
  }

  return {
    get pendingReads() {
      return pendingReads;
    },
    succeeded: (call, result) =>
      guarded.attempt('outputs', () => succeeded(call, result), undefined),
    failed: (call, error, knownReason) =>
      guarded.attempt('outputs', () => failed(call, error, knownReason), undefined),
  };
}

/** Whether a value is a promise of this or another realm; one whose `then` cannot be read is none. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return typeof (value as { then?: unknown }).then === 'function';
  } catch {
    return false;
  }
}
