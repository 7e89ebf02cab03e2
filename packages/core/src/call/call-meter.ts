import { CoreError } from '../errors.js';
import { blockColumns, type FeatureBlock } from '../prediction.js';
import type { CallMonitor, CallOptions, CallReader } from './call-contract.js';
import {
  countQuietly,
  createCallRecorder,
  isPromise,
  noFeatures,
  type StartedCall,
} from './call-recorder.js';
import { withDeadline } from './deadline.js';

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
  const recorder = createCallRecorder(monitor, reader, options);
  const start = createCallStart(
    monitor,
    reader,
    () => recorder.pendingReads >= maximumPendingReads,
  );
  monitor.wrapped();

  const count = (error: unknown): void => countQuietly(monitor, 'features', error);

  function end(): void {
    try {
      monitor.endCall();
    } catch (error) {
      count(error);
    }
  }

  /** @throws CoreError INPUT_INVALID, the one error of the monitoring that a caller asks for. */
  function requireValidInput(call: StartedCall<Input>): void {
    if (!call.requiresValidInput) return;
    if (isPromise(call.features)) {
      monitor.countError(
        'features',
        new TypeError('Features that are read asynchronously cannot be checked before the call.'),
      );
      return;
    }
    try {
      monitor.requireValidInput(call.features, call.rows);
    } catch (error) {
      if (!CoreError.isInstance(error)) {
        count(error);
        return;
      }
      end();
      recorder.failed(call, error, 'invalid_input');
      throw error;
    }
  }

  /** Records a call when its promise settles. Returns the promise that the caller gets. */
  function meterPromise(call: StartedCall<Input>, result: PromiseLike<Result>): typeof result {
    const signal = call.details?.signal;
    const hasDeadline = signal !== undefined || timeoutMs !== undefined;
    const returned = hasDeadline ? withDeadline(result, signal, timeoutMs) : result;
    // Even if the caller no longer waits, the call is in flight until the model settles.
    follow(result, end, end);
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
    const call = start(input);
    if (call === undefined) return run();
    requireValidInput(call);
    const signal = call.details?.signal;
    if (signal?.aborted) {
      end();
      recorder.failed(call, signal.reason);
      throw signal.reason;
    }
    let result: Returned;
    try {
      result = run();
    } catch (error) {
      end();
      recorder.failed(call, error);
      throw error;
    }
    if (isPromise(result)) return meterPromise(call, result as PromiseLike<Result>) as Returned;
    end();
    recorder.succeeded(call, result as Result);
    return result;
  };
}

/**
 * What begins the metering of a call. It returns undefined if that fails, and the call runs without it.
 *
 * @param isBusy Whether too many calls are pending to be read.
 */
function createCallStart<Input, Result>(
  monitor: CallMonitor,
  reader: CallReader<Input, Result>,
  isBusy: () => boolean,
): (input: Input) => StartedCall<Input> | undefined {
  const count = (error: unknown): void => countQuietly(monitor, 'features', error);

  function readFeatures(
    input: Input,
    requiresSynchronousRead: boolean,
  ): StartedCall<Input>['features'] {
    try {
      return reader.features(input, requiresSynchronousRead);
    } catch (error) {
      count(error);
      return noFeatures;
    }
  }

  function readRows(input: Input): number {
    try {
      return reader.rows(input);
    } catch (error) {
      count(error);
      return 1;
    }
  }

  return function start(input) {
    try {
      const { details, isSampled, requiresValidInput } = monitor.startCall();
      const isLeftOut = isBusy();
      const isRead = requiresValidInput || (isSampled && !isLeftOut);
      const features = isRead ? readFeatures(input, requiresValidInput) : noFeatures;
      return {
        input,
        details,
        features,
        rows: isPromise(features) ? readRows(input) : (rowsOf(features) ?? readRows(input)),
        requiresValidInput,
        unread: isSampled ? (isLeftOut ? 'busy' : undefined) : 'sampling',
        startMs: performance.now(),
      };
    } catch (error) {
      count(error);
      return undefined;
    }
  };
}

/** Calls back when a promise settles; one whose `then` throws is the caller's to handle. */
function follow<Result>(
  promise: PromiseLike<Result>,
  fulfilled: (value: Result) => void,
  rejected: (error: unknown) => void,
): void {
  try {
    promise.then(fulfilled, rejected);
  } catch (error) {
    rejected(error);
  }
}

/** The rows of features that were read; undefined without whole rows. */
function rowsOf([first]: readonly FeatureBlock[]): number | undefined {
  if (first === undefined) return undefined;
  const rows = first.data.length / blockColumns(first);
  return Number.isInteger(rows) ? rows : undefined;
}
