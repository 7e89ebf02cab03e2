import type { CallDetails, CallMonitor } from '../call/call-contract.js';
import { createInputCheck } from '../call/input-check.js';
import type { PredictionBatch } from '../prediction.js';

/** A monitor for adapter tests that records every call. */
export interface RecordingMonitor extends CallMonitor {
  readonly batches: readonly PredictionBatch[];
  /** Weak references to the values of every observed block. */
  readonly seenData: readonly WeakRef<object>[];
  /** Calls that were started and have not ended. */
  readonly inFlight: number;
  readonly errors: readonly { readonly stage: 'features' | 'outputs'; readonly error: unknown }[];
}

/**
 * A monitor for the tests of an adapter.
 *
 * @param options.fails Makes `observe` throw, to test that the adapter handles it.
 */
export function createRecordingMonitor(
  options: Pick<CallMonitor, 'features' | 'outputs'> & {
    readonly fails?: boolean;
    /** The details of every call, as passed to `Monitor.withCall`. */
    readonly details?: CallDetails;
    /** Rejects inputs that do not fit the features; default false. */
    readonly requiresValidInput?: boolean;
    /** Whether the features of a call are counted; default true. */
    readonly isSampled?: boolean;
  },
): RecordingMonitor {
  const batches: PredictionBatch[] = [];
  const errors: { stage: 'features' | 'outputs'; error: unknown }[] = [];
  const { requireValid } = createInputCheck(options.features);
  const seenData: WeakRef<object>[] = [];
  let inFlight = 0;
  let ids = 0;
  return {
    specificationVersion: 1,
    features: options.features,
    outputs: options.outputs,
    batches,
    errors,
    seenData,
    get inFlight() {
      return inFlight;
    },
    wrapped() {},
    startCall() {
      inFlight += 1;
      return {
        isSampled: options.isSampled ?? true,
        requiresValidInput: options.requiresValidInput ?? false,
        details: options.details,
      };
    },
    endCall() {
      inFlight -= 1;
    },
    requireValidInput: requireValid,
    newPredictionId() {
      ids += 1;
      return `id-${ids}`;
    },
    observe(batch) {
      if (options.fails) throw new Error('this observer fails on purpose');
      for (const { data } of [...batch.features, ...batch.outputs]) {
        seenData.push(new WeakRef(data));
      }
      // Batches are read during the call only, so what is kept is a copy.
      const { context, error, ...rest } = batch;
      batches.push({ ...structuredClone(rest), error, context });
    },
    countError(stage, error) {
      errors.push({ stage, error });
    },
  };
}
