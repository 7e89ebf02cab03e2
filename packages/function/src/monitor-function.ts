import type { FeatureBlock, OutputBlock } from '@modelmeter/core';
import {
  type CallMonitor,
  type CallOptions,
  createCallMeter,
  markWrapped,
  requireModel,
} from '@modelmeter/core/adapter';
import { createFeatureReader, readOutputs } from './read-values.js';

/** How a function's arguments and result become features and outputs. */
export interface FunctionOptions<Arguments extends readonly unknown[], Result>
  extends CallOptions<Arguments, Result> {
  /**
   * The features of a call. Left out, the first argument is read: an object with the declared
   * features, an array or typed array with one row of them in order or several rows one after the
   * other, or an array of such objects.
   */
  readonly features?: (...args: Arguments) => readonly FeatureBlock[];
  /**
   * The outputs of a call. Left out, the result is the output that the monitor reads: a value, or
   * an array or typed array with one value a row, or with a list of values for each row; of an
   * object, each member is an output.
   */
  readonly outputs?: (result: Result) => readonly OutputBlock[];
}

/**
 * A function of the same type that is metered: the same result or promise by reference, the same
 * errors, one observation a call.
 *
 * Nothing that goes wrong while arguments or results are read reaches the caller; it is counted
 * in `model_monitor_errors_total`. What the caller does see, if asked for: an INPUT_INVALID error
 * with `validation: 'reject'`, and a TimeoutError or the reason of an abort signal. An `async`
 * function rejects with them, any other throws them.
 *
 * @example
 * const predict = monitorFunction((flight: Flight) => rules(flight), monitor);
 */
export function monitorFunction<Arguments extends readonly unknown[], Result>(
  model: (...args: Arguments) => Result,
  monitor: CallMonitor,
  options: FunctionOptions<Arguments, Awaited<Result>> = {},
): (...args: Arguments) => Result {
  requireModel(model, 'monitorFunction');
  const reader = createFeatureReader(monitor.features);
  const meter = createCallMeter<Arguments, Awaited<Result>>(
    monitor,
    {
      features: (args) =>
        options.features === undefined ? reader.features(args[0]) : options.features(...args),
      rows(args) {
        if (options.features === undefined) return reader.rows(args[0]);
        const [block] = options.features(...args);
        return block === undefined ? 1 : rowsOfBlock(block);
      },
      outputs: (result) => options.outputs?.(result) ?? readOutputs(result, monitor.outputs),
    },
    options,
  );
  function monitored(this: unknown, ...args: Arguments): Result {
    return meter(args, () => model.call(this, ...args) as Awaited<Result>) as Result;
  }
  return markWrapped(isAsync(model) ? rejecting(monitored) : monitored);
}

function rowsOfBlock({ data, names, dimension = 1 }: FeatureBlock): number {
  return data.length / (names.length * dimension);
}

const AsyncFunction = (async () => {}).constructor;

/** True for what is declared `async`: its callers expect a promise, never a throw. */
function isAsync(model: unknown): boolean {
  return model instanceof AsyncFunction;
}

/** The same function, but what it throws before it has a promise comes as a rejection. */
function rejecting<Arguments extends readonly unknown[], Result>(
  run: (this: unknown, ...args: Arguments) => Result,
): (this: unknown, ...args: Arguments) => Result {
  return function monitored(this: unknown, ...args: Arguments): Result {
    try {
      return run.call(this, ...args);
    } catch (error) {
      return Promise.reject(error) as Result;
    }
  };
}
