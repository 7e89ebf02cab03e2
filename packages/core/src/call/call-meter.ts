import type { FeatureConfig, OutputsConfig } from '../config.js';
import type { FeatureBlock, OutputBlock, PredictionBatch } from '../prediction.js';
import type { ErrorReason } from '../vocabulary.js';
import { withDeadline } from './deadline.js';
import { errorReasonOf } from './error-reason.js';

/** What the caller of a model adds to a call; given by `Monitor.withCall`. */
export interface CallDetails {
  /** One id a row, under which targets will come. */
  readonly predictionIds?: readonly string[];
  /** Whatever the hooks should know of the call, such as the request; never read here. */
  readonly context?: unknown;
  /** Gives the call up when it aborts: the caller gets its reason, the call counts as failed. */
  readonly signal?: AbortSignal;
}

/** How one call is metered. */
export interface CallTerms {
  /** False where the sampling rate leaves out the features of this call. */
  readonly isSampled: boolean;
  /** True where inputs that do not fit their features are refused. */
  readonly requiresValidInput: boolean;
  readonly details: CallDetails | undefined;
}

/** The part of a monitor that meters calls; a call meter is its only user. */
export interface CallMonitor {
  readonly features: readonly FeatureConfig[];
  readonly outputs: OutputsConfig;
  /** Counts a call in flight. */
  startCall(): CallTerms;
  /** The model is done with a call that was started. */
  endCall(): void;
  /** @throws CoreError INPUT_INVALID that names the first value that does not fit. */
  requireValidInput(features: readonly FeatureBlock[], rows: number): void;
  newPredictionId(): string;
  /** Takes one finished call; called exactly once for each. */
  observe(batch: PredictionBatch): void;
  /** Counts a failure of reading features or outputs. */
  countError(stage: 'features' | 'outputs', error: unknown): void;
}

/**
 * How an adapter reads its model. Blocks are views of the data where possible; they are read
 * before the caller gets its result and not kept.
 */
export interface CallReader<Input, Result> {
  /** Rows of a call whose features are not read or not there; otherwise the features show them. */
  rows(input: Input): number;
  /**
   * The features of a call, read before the model runs. A promise where a device must be asked:
   * it must not depend on the input after the call of this function has returned. With `atOnce`
   * no promise will do, since the input is to be checked before the model runs.
   */
  features(
    input: Input,
    atOnce: boolean,
  ): readonly FeatureBlock[] | Promise<readonly FeatureBlock[]>;
  /** The outputs of a call, read before the caller gets the result; a promise as above. */
  outputs(result: Result): readonly OutputBlock[] | Promise<readonly OutputBlock[]>;
}

/** Options that every adapter takes. */
export interface CallOptions<Input, Result> {
  /**
   * One id a row, under which targets will come: `generated` ones, told to the hooks, or those
   * that a function reads. Ids of `Monitor.withCall` come first.
   */
  readonly predictionIds?: 'generated' | ((input: Input, result: Result) => readonly string[]);
  /** The reason of a failed call by its error and input; default: `errorReasonOf`. */
  readonly errorReason?: (error: unknown, input: Input) => ErrorReason;
  /** Milliseconds after which an asynchronous call is given up with a TimeoutError. */
  readonly timeoutMs?: number;
  /** Calls whose features or outputs may be waiting to be read; default 64. */
  readonly maximumPendingReads?: number;
}

/** Runs a call of a model and meters it: the same result or promise, the same errors. */
export type CallMeter<Input, Result> = <Returned extends Result | PromiseLike<Result>>(
  input: Input,
  run: () => Returned,
) => Returned;

const defaultMaximumPendingReads = 64;
const noFeatures: readonly FeatureBlock[] = [];
const noOutputs: readonly OutputBlock[] = [];

/** What is known of a call before the model runs. */
interface Call<Input> {
  readonly input: Input;
  readonly details: CallDetails | undefined;
  readonly features: readonly FeatureBlock[] | Promise<readonly FeatureBlock[]>;
  readonly rows: number;
  readonly unread: PredictionBatch['unread'];
  readonly startMs: number;
}

/**
 * The meter of an adapter: it does for every call what all adapters have in common.
 *
 * A call is counted in flight, checked against the features where the monitor says so, timed,
 * and told to `monitor.observe` once, with the features, outputs and ids that belong to it.
 * Whatever fails beside the model itself is counted and goes no further.
 *
 * Costs two reads of the clock and a batch object a call; a promise is watched from the side, so
 * that its owner does not wait for the monitoring.
 */
export function createCallMeter<Input, Result>(
  monitor: CallMonitor,
  reader: CallReader<Input, Result>,
  options: CallOptions<Input, Result> = {},
): CallMeter<Input, Result> {
  const { timeoutMs, errorReason = errorReasonOf, predictionIds } = options;
  const maximumPendingReads = options.maximumPendingReads ?? defaultMaximumPendingReads;
  let pendingReads = 0;

  return function meter<Returned extends Result | PromiseLike<Result>>(
    input: Input,
    run: () => Returned,
  ): Returned {
    const terms = monitor.startCall();
    const { details } = terms;
    const isBusy = pendingReads >= maximumPendingReads;
    const reads = terms.requiresValidInput || (terms.isSampled && !isBusy);
    const features = reads ? readFeatures(input, terms.requiresValidInput) : noFeatures;
    const call: Call<Input> = {
      input,
      details,
      features,
      rows: isPromise(features) ? readRows(input) : (rowsOf(features) ?? readRows(input)),
      unread: terms.isSampled ? (isBusy ? 'busy' : undefined) : 'sampling',
      startMs: performance.now(),
    };
    if (terms.requiresValidInput) requireValidInput(call);
    const signal = details?.signal;
    if (signal?.aborted) {
      monitor.endCall();
      failed(call, signal.reason);
      throw signal.reason;
    }
    let result: Returned;
    try {
      result = run();
    } catch (error) {
      monitor.endCall();
      failed(call, error);
      throw error;
    }
    if (!isPromise(result)) {
      monitor.endCall();
      succeeded(call, result as Result);
      return result;
    }
    if (signal === undefined && timeoutMs === undefined) {
      (result as PromiseLike<Result>).then(
        (value) => {
          monitor.endCall();
          succeeded(call, value);
        },
        (error: unknown) => {
          monitor.endCall();
          failed(call, error);
        },
      );
      return result;
    }
    const awaited = withDeadline(result as PromiseLike<Result>, signal, timeoutMs);
    awaited.then(
      (value) => succeeded(call, value),
      (error: unknown) => failed(call, error),
    );
    // Given up or not, the model works on until its own promise settles.
    result.then(
      () => monitor.endCall(),
      () => monitor.endCall(),
    );
    return awaited as PromiseLike<Result> as Returned;
  };

  function requireValidInput(call: Call<Input>): void {
    try {
      if (isPromise(call.features)) {
        monitor.countError(
          'features',
          new TypeError('features that are read later cannot be checked before the call'),
        );
        return;
      }
      monitor.requireValidInput(call.features, call.rows);
    } catch (error) {
      monitor.endCall();
      failed(call, error, 'invalid_input');
      throw error;
    }
  }

  function readFeatures(input: Input, atOnce: boolean): Call<Input>['features'] {
    try {
      return reader.features(input, atOnce);
    } catch (error) {
      monitor.countError('features', error);
      return noFeatures;
    }
  }

  function readRows(input: Input): number {
    try {
      return reader.rows(input);
    } catch (error) {
      monitor.countError('features', error);
      return 1;
    }
  }

  function succeeded(call: Call<Input>, result: Result): void {
    const durationSeconds = (performance.now() - call.startMs) / 1000;
    const ids = readIds(call, result);
    const wanted = call.unread === undefined || ids !== undefined;
    let outputs: ReturnType<typeof reader.outputs> = noOutputs;
    if (wanted) {
      try {
        outputs = reader.outputs(result);
      } catch (error) {
        monitor.countError('outputs', error);
      }
    }
    if (isPromise(call.features) || isPromise(outputs)) {
      void observeLater(call, outputs, ids, durationSeconds);
      return;
    }
    observe({
      rows: call.rows,
      features: call.unread === undefined ? call.features : noFeatures,
      outputs,
      predictionIds: ids,
      durationSeconds,
      error: undefined,
      unread: call.unread,
      context: call.details?.context,
    });
  }

  async function observeLater(
    call: Call<Input>,
    outputs: ReturnType<typeof reader.outputs>,
    predictionIds: readonly string[] | undefined,
    durationSeconds: number,
  ): Promise<void> {
    pendingReads += 1;
    const [features, read] = await Promise.allSettled([call.features, outputs]);
    pendingReads -= 1;
    if (features.status === 'rejected') monitor.countError('features', features.reason);
    if (read.status === 'rejected') monitor.countError('outputs', read.reason);
    observe({
      rows: call.rows,
      features: features.status === 'fulfilled' ? features.value : noFeatures,
      outputs: read.status === 'fulfilled' ? read.value : noOutputs,
      predictionIds,
      durationSeconds,
      error: undefined,
      unread: call.unread,
      context: call.details?.context,
    });
  }

  function failed(call: Call<Input>, error: unknown, knownReason?: ErrorReason): void {
    const durationSeconds = (performance.now() - call.startMs) / 1000;
    let reason: ErrorReason = knownReason ?? 'other';
    if (knownReason === undefined) {
      try {
        reason = errorReason(error, call.input);
      } catch (failure) {
        monitor.countError('outputs', failure);
      }
    }
    // What was begun to be read of a failed call is waited for by nobody, but must not go unhandled.
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

  function readIds(call: Call<Input>, result: Result): readonly string[] | undefined {
    if (call.details?.predictionIds !== undefined) return call.details.predictionIds;
    if (predictionIds === undefined) return undefined;
    if (predictionIds === 'generated') {
      return Array.from({ length: call.rows }, () => monitor.newPredictionId());
    }
    try {
      return predictionIds(call.input, result);
    } catch (error) {
      monitor.countError('outputs', error);
      return undefined;
    }
  }

  function observe(batch: PredictionBatch): void {
    try {
      monitor.observe(batch);
    } catch (error) {
      monitor.countError('outputs', error);
    }
  }
}

/** The rows of features that were read; undefined without whole rows. */
function rowsOf([first]: readonly FeatureBlock[]): number | undefined {
  if (first === undefined) return undefined;
  const rows = first.data.length / first.names.length;
  return Number.isInteger(rows) ? rows : undefined;
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}
