import {
  type ErrorReason,
  type FeatureBlock,
  type Monitor,
  type OutputBlock,
  outputNameOf,
  type PredictionBatch,
  reasonOf,
  type TensorData,
} from '@modelmeter/core';

/** How a function's arguments and result become features and outputs. */
export interface FunctionOptions<Arguments extends readonly unknown[], Result> {
  /**
   * The features of a call. Left out, the first argument is read: an object with the declared
   * features, an array or typed array with one row of them in order, or an array of such objects.
   */
  readonly features?: (...args: Arguments) => readonly FeatureBlock[];
  /**
   * The outputs of a call. Left out, the result is the output that the monitor reads: a value, or
   * an array or typed array with one value a row.
   */
  readonly outputs?: (result: Result) => readonly OutputBlock[];
  /** One id a row, under which targets will come. */
  readonly predictionIds?: (args: Arguments, result: Result) => readonly string[];
  /** The reason of a failed call; default: by the name of the error. */
  readonly errorReason?: (error: unknown) => ErrorReason;
}

type WatchingMonitor = Pick<Monitor, 'observe' | 'countError' | 'features' | 'outputs'>;

/**
 * A function of the same type that is metered: the same result or promise by reference, the same
 * errors, one observation a call.
 *
 * Nothing that goes wrong while arguments or results are read reaches the caller; it is counted
 * in `model_monitor_errors_total`.
 *
 * @example
 * const predict = monitorFunction((flight: Flight) => rules(flight), monitor);
 */
export function monitorFunction<Arguments extends readonly unknown[], Result>(
  model: (...args: Arguments) => Result,
  monitor: WatchingMonitor,
  options: FunctionOptions<Arguments, Awaited<Result>> = {},
): (...args: Arguments) => Result {
  return function monitored(this: unknown, ...args: Arguments): Result {
    const startMs = performance.now();
    let result: Result;
    try {
      result = model.call(this, ...args);
    } catch (error) {
      observeFailure(args, startMs, error);
      throw error;
    }
    if (!isPromise(result)) {
      observeSuccess(args, startMs, result as Awaited<Result>);
      return result;
    }
    result.then(
      (value) => observeSuccess(args, startMs, value as Awaited<Result>),
      (error: unknown) => observeFailure(args, startMs, error),
    );
    return result;
  };

  function observeSuccess(args: Arguments, startMs: number, result: Awaited<Result>): void {
    const durationSeconds = (performance.now() - startMs) / 1000;
    const { features, rows } = readFeatures(args);
    const outputs = guarded('outputs', () => readOutputs(result)) ?? [];
    const predictionIds = guarded('outputs', () => options.predictionIds?.(args, result));
    observe({
      rows,
      features,
      outputs,
      durationSeconds,
      ...(predictionIds === undefined ? {} : { predictionIds }),
    });
  }

  function observeFailure(args: Arguments, startMs: number, error: unknown): void {
    const durationSeconds = (performance.now() - startMs) / 1000;
    const reason = guarded('outputs', () => (options.errorReason ?? reasonOf)(error)) ?? 'other';
    const { features, rows } = readFeatures(args);
    observe({ rows, features, outputs: [], durationSeconds, error: { reason } });
  }

  function readFeatures(args: Arguments): { features: readonly FeatureBlock[]; rows: number } {
    return (
      guarded('features', () => {
        const features = options.features?.(...args) ?? defaultFeatures(args[0], monitor);
        const [block] = features;
        return {
          features,
          rows: block === undefined ? 1 : block.data.length / block.names.length,
        };
      }) ?? { features: [], rows: 1 }
    );
  }

  function readOutputs(result: Awaited<Result>): readonly OutputBlock[] {
    return options.outputs?.(result) ?? defaultOutputs(result, monitor);
  }

  function guarded<Value>(stage: 'features' | 'outputs', read: () => Value): Value | undefined {
    try {
      return read();
    } catch (error) {
      monitor.countError(stage, error);
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

function defaultFeatures(input: unknown, { features }: WatchingMonitor): FeatureBlock[] {
  const names = features.map(({ name }) => name);
  if (ArrayBuffer.isView(input) && !(input instanceof DataView)) {
    return [{ names, data: input as Float64Array }];
  }
  if (Array.isArray(input) && (input.length === 0 || !isRecord(input[0]))) {
    return [{ names, data: input as TensorData }];
  }
  const rows = Array.isArray(input) ? input : [input];
  if (!rows.every(isRecord)) {
    throw new TypeError(
      `the first argument is ${typeof input}; pass an object with the features ${names.join(', ')}, an array of them, or the option "features"`,
    );
  }
  return names.map((name) => ({
    names: [name],
    data: rows.map((row) => row[name]) as TensorData,
  }));
}

function defaultOutputs(result: unknown, { outputs }: WatchingMonitor): OutputBlock[] {
  const name = outputNameOf(outputs);
  if (Array.isArray(result) || (ArrayBuffer.isView(result) && !(result instanceof DataView))) {
    return [{ name, data: result as TensorData }];
  }
  if (isRecord(result)) {
    return Object.entries(result).map(([key, value]) => ({
      name: key,
      data: (Array.isArray(value) || ArrayBuffer.isView(value) ? value : [value]) as TensorData,
    }));
  }
  return [{ name, data: [result] as TensorData }];
}

function isPromise<Result>(result: Result): result is Result & PromiseLike<unknown> {
  return (
    typeof result === 'object' &&
    result !== null &&
    typeof (result as { then?: unknown }).then === 'function'
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
