import type { FeatureBlock, PredictionBatch } from '../prediction.js';
import type { ErrorReason } from '../vocabulary.js';
import type { CallDetails, CallMonitor, CallOptions, CallReader } from './call-contract.js';
import { errorReasonOf } from './error-reason.js';

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

/** Counts a failure of the monitoring; a monitor that cannot even count does not affect the call. */
export function countQuietly(
  monitor: CallMonitor,
  stage: 'features' | 'outputs',
  error: unknown,
): void {
  try {
    monitor.countError(stage, error);
  } catch {
    // There is nowhere left to report it.
  }
}

/** Reads what a call has returned or thrown. Nothing here throws. */
function createResultReader<Input, Result>(
  monitor: CallMonitor,
  reader: CallReader<Input, Result>,
  { errorReason = errorReasonOf, predictionIds }: CallOptions<Input, Result>,
) {
  return {
    outputs(result: Result): ReturnType<typeof reader.outputs> {
      try {
        return reader.outputs(result);
      } catch (error) {
        countQuietly(monitor, 'outputs', error);
        return noOutputs;
      }
    },
    ids(call: StartedCall<Input>, result: Result): readonly string[] | undefined {
      if (call.details?.predictionIds !== undefined) return call.details.predictionIds;
      if (predictionIds === undefined) return undefined;
      if (predictionIds === 'generated') {
        return Array.from({ length: call.rows }, () => monitor.newPredictionId());
      }
      try {
        return predictionIds(call.input, result);
      } catch (error) {
        countQuietly(monitor, 'outputs', error);
        return undefined;
      }
    },
    reason(call: StartedCall<Input>, error: unknown): ErrorReason {
      try {
        return errorReason(error, call.input);
      } catch (failure) {
        countQuietly(monitor, 'outputs', failure);
        return 'other';
      }
    },
  };
}

/** The recorder of a call meter: it reads outputs and ids, and observes each call once. */
export function createCallRecorder<Input, Result>(
  monitor: CallMonitor,
  reader: CallReader<Input, Result>,
  options: CallOptions<Input, Result>,
): CallRecorder<Input, Result> {
  const read = createResultReader(monitor, reader, options);
  const count = (stage: 'features' | 'outputs', error: unknown): void =>
    countQuietly(monitor, stage, error);
  let pendingReads = 0;

  function observe(batch: PredictionBatch): void {
    try {
      monitor.observe(batch);
    } catch (error) {
      count('outputs', error);
    }
  }

  async function observeLater(
    call: StartedCall<Input>,
    outputs: ReturnType<typeof reader.outputs>,
    ids: readonly string[] | undefined,
    durationSeconds: number,
  ): Promise<void> {
    pendingReads += 1;
    const [features, result] = await Promise.allSettled([call.features, outputs]);
    pendingReads -= 1;
    if (features.status === 'rejected') count('features', features.reason);
    if (result.status === 'rejected') count('outputs', result.reason);
    observe({
      rows: call.rows,
      features: features.status === 'fulfilled' ? features.value : noFeatures,
      outputs: result.status === 'fulfilled' ? result.value : noOutputs,
      predictionIds: ids,
      segments: call.details?.segments,
      durationSeconds,
      error: undefined,
      unread: call.unread,
      context: call.details?.context,
    });
  }

  function succeeded(call: StartedCall<Input>, result: Result): void {
    const durationSeconds = (performance.now() - call.startMs) / 1000;
    const ids = read.ids(call, result);
    const isWanted = call.unread === undefined || ids !== undefined;
    const outputs = isWanted ? read.outputs(result) : noOutputs;
    if (isPromise(call.features) || isPromise(outputs)) {
      void observeLater(call, outputs, ids, durationSeconds);
      return;
    }
    observe({
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
    const reason = knownReason ?? read.reason(call, error);
    // Nothing awaits the pending features of a failed call, but a rejection must be handled.
    if (isPromise(call.features)) call.features.then(undefined, () => {});
    observe({
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

  function guard(record: () => void): void {
    try {
      record();
    } catch (error) {
      count('outputs', error);
    }
  }

  return {
    get pendingReads() {
      return pendingReads;
    },
    succeeded: (call, result) => guard(() => succeeded(call, result)),
    failed: (call, error, knownReason) => guard(() => failed(call, error, knownReason)),
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
