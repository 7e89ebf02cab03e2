import { CoreError } from '../errors.js';
import { blockColumns, type FeatureBlock } from '../prediction.js';
import type { CallMonitor, CallOptions, CallReader } from './call-contract.js';
import { createCallRecorder, isPromise, noFeatures, type StartedCall } from './call-recorder.js';
import { withDeadline } from './deadline.js';
import { follow, guardMonitor } from './guarded-monitor.js';

/** Runs a call of a model and meters it: the same result or promise, the same errors. */
export type CallMeter<Input, Result> = <Returned extends Result | PromiseLike<Result>>(
  input: Input,
  run: () => Returned,
) => Returned;

const defaultMaximumPendingReads = 64;

/**
 * The call meter of an adapter: the part of metering that all adapters share.
 *
 * A call is counted in flight, checked against the features if the monitor requires it, timed, and
 * passed to `monitor.observe` once, with its features, outputs and ids. A failure outside the model
 * is counted and does not reach the caller.
 *
 * Costs two reads of the clock and a batch object per call. The caller's promise is returned as it
 * is, so its owner does not wait for the monitoring.
 */
export function createCallMeter<Input, Result>(
  monitor: CallMonitor,
  reader: CallReader<Input, Result>,
  options: CallOptions<Input, Result> = {},
): CallMeter<Input, Result> {
  const { timeoutMs, maximumPendingReads = defaultMaximumPendingReads } = options;
  const guarded = guardMonitor(monitor);
  const recorder = createCallRecorder(monitor, reader, options);
  monitor.wrapped();

  function start(input: Input): StartedCall<Input> {
    const { details, isSampled, requiresValidInput } = monitor.startCall();
    const isBusy = recorder.pendingReads >= maximumPendingReads;
    const isRead = requiresValidInput || (isSampled && !isBusy);
    const features = isRead ? readFeatures(input, requiresValidInput) : noFeatures;
    const call: StartedCall<Input> = {
      input,
      details,
      features,
      rows: isPromise(features) ? readRows(input) : (rowsOf(features) ?? readRows(input)),
      requiresValidInput,
      unread: isSampled ? (isBusy ? 'busy' : undefined) : 'sampling',
      startMs: performance.now(),
    };
    return call;
  }

  /** Starts the metering of a call; undefined if it fails, and the call runs without it. */
  function begin(input: Input): StartedCall<Input> | undefined {
    return guarded.attempt('features', () => start(input), undefined);
  }

  /** @throws CoreError INPUT_INVALID, the one error of the monitoring that a caller asks for. */
  function requireValidInput(call: StartedCall<Input>): void {
    if (!call.requiresValidInput) return;
    if (isPromise(call.features)) {
      guarded.countError(
        'features',
        new TypeError('Features that are read asynchronously cannot be checked before the call.'),
      );
      return;
    }
    try {
      monitor.requireValidInput(call.features, call.rows);
    } catch (error) {
      if (!CoreError.isInstance(error)) {
        guarded.countError('features', error);
        return;
      }
      guarded.endCall();
      recorder.failed(call, error, 'invalid_input');
      throw error;
    }
  }

  function readFeatures(
    input: Input,
    requiresSynchronousRead: boolean,
  ): StartedCall<Input>['features'] {
    const read = (): StartedCall<Input>['features'] =>
      reader.features(input, requiresSynchronousRead);
    return guarded.attempt('features', read, noFeatures);
  }

  function readRows(input: Input): number {
    return guarded.attempt('features', () => reader.rows(input), 1);
  }

  /** Records a call when its promise settles. Returns the promise that the caller gets. */
  function meterPromise(call: StartedCall<Input>, result: PromiseLike<Result>): typeof result {
    const signal = call.details?.signal;
    const hasDeadline = signal !== undefined || timeoutMs !== undefined;
    const returned = hasDeadline ? withDeadline(result, signal, timeoutMs) : result;
    // Even if the caller no longer waits, the call is in flight until the model settles.
    follow(result, guarded.endCall, guarded.endCall);
    follow(
      returned,
      (value) => recorder.succeeded(call, value),
      (error) => recorder.failed(call, error),
    );
    return returned;
  }

  return function meter<Returned extends Result | PromiseLike<Result>>(
    input: Input,
    run: () => Returned,
  ): Returned {
    const call = begin(input);
    if (call === undefined) return run();
    requireValidInput(call);
    const signal = call.details?.signal;
    if (signal?.aborted) {
      guarded.endCall();
      recorder.failed(call, signal.reason);
      throw signal.reason;
    }
    let result: Returned;
    try {
      result = run();
    } catch (error) {
      guarded.endCall();
      recorder.failed(call, error);
      throw error;
    }
    if (isPromise(result)) return meterPromise(call, result as PromiseLike<Result>) as Returned;
    guarded.endCall();
    recorder.succeeded(call, result as Result);
    return result;
  };
}

/** The rows of features that were read; undefined without whole rows. */
function rowsOf([first]: readonly FeatureBlock[]): number | undefined {
  if (first === undefined) return undefined;
  const rows = first.data.length / blockColumns(first);
  return Number.isInteger(rows) ? rows : undefined;
}
