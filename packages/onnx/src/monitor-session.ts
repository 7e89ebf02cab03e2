import {
  type FeatureBlock,
  type Monitor,
  type OutputBlock,
  type PredictionBatch,
  reasonOf,
  type TensorData,
} from '@modelmeter/core';
import type { OnnxSession, OnnxTensor } from './structural-types.js';

/** How the inputs of a session become features. */
export interface SessionOptions {
  /**
   * Names of the columns of an input. Left out, an input of one column is the feature of its own
   * name, and the only input of a session has the monitor's features in their order.
   */
  readonly features?: Readonly<Record<string, readonly string[]>>;
  /** One id a row, under which targets will come. */
  readonly predictionIds?: (feeds: Readonly<Record<string, OnnxTensor>>) => readonly string[];
}

type WatchingMonitor = Pick<Monitor, 'observe' | 'countError' | 'features' | 'outputs'>;
type Feeds = Readonly<Record<string, OnnxTensor>>;

const idsOfFeeds = new WeakMap<object, readonly string[]>();

/**
 * A session of the same type whose `run` is metered: the same result by reference, the same
 * errors, one observation a call. Every other member is the session's own.
 *
 * Tensors are read during the call and not kept. What cannot be read is counted in
 * `model_monitor_errors_total` and does not reach the caller.
 *
 * @example
 * const session = monitorSession(await InferenceSession.create('model.onnx'), monitor);
 */
export function monitorSession<Session extends OnnxSession>(
  session: Session,
  monitor: WatchingMonitor,
  options: SessionOptions = {},
): Session {
  const run = async (feeds: never, ...rest: never[]): Promise<object> => {
    const startMs = performance.now();
    try {
      const results = await session.run(feeds, ...rest);
      observe(feeds, startMs, { results: results as Record<string, unknown> });
      return results;
    } catch (error) {
      observe(feeds, startMs, { error });
      throw error;
    }
  };

  return new Proxy(session, {
    get(target, member) {
      if (member === 'run') return run;
      const value: unknown = Reflect.get(target, member, target);
      // Methods of the runtime read private fields, which a proxy does not have.
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });

  function observe(
    feeds: Feeds,
    startMs: number,
    outcome: { readonly results?: Record<string, unknown>; readonly error?: unknown },
  ): void {
    const durationSeconds = (performance.now() - startMs) / 1000;
    const features = guarded('features', () => readFeatures(feeds)) ?? [];
    const rows = guarded('features', () => rowsOf(feeds)) ?? 1;
    const outputs =
      outcome.results === undefined
        ? []
        : (guarded('outputs', () => readOutputs(outcome.results!)) ?? []);
    const predictionIds = guarded(
      'outputs',
      () => idsOfFeeds.get(feeds) ?? options.predictionIds?.(feeds),
    );
    const batch: PredictionBatch = {
      rows,
      features,
      outputs,
      durationSeconds,
      ...(predictionIds === undefined ? {} : { predictionIds }),
      ...('error' in outcome ? { error: { reason: reasonOf(outcome.error) } } : {}),
    };
    guarded('outputs', () => monitor.observe(batch));
  }

  function readFeatures(feeds: Feeds): FeatureBlock[] {
    const inputs = Object.entries(feeds);
    return inputs.flatMap(([name, tensor]) => {
      const names = columnNames(name, tensor, inputs.length);
      return names === undefined ? [] : [{ names, data: tensor.data as TensorData }];
    });
  }

  function columnNames(
    input: string,
    tensor: OnnxTensor,
    inputs: number,
  ): readonly string[] | undefined {
    const columns = tensor.dims.slice(1).reduce((product, length) => product * length, 1);
    const names = options.features?.[input];
    if (names !== undefined) {
      if (names.length === columns) return names;
      throw new RangeError(
        `input "${input}" has ${columns} columns and options.features names ${names.length}; name one a column`,
      );
    }
    if (monitor.features.some(({ name }) => name === input)) return [input];
    if (inputs === 1 && columns === monitor.features.length) {
      return monitor.features.map(({ name }) => name);
    }
    return undefined;
  }

  function guarded<Value>(stage: 'features' | 'outputs', read: () => Value): Value | undefined {
    try {
      return read();
    } catch (error) {
      monitor.countError(stage, error);
      return undefined;
    }
  }
}

/**
 * Runs a monitored session with one prediction id a row, under which targets will come.
 *
 * A call of its own, since `run` has no room for ids.
 */
export async function runWithPredictionIds<Session extends OnnxSession>(
  session: Session,
  feeds: Feeds,
  predictionIds: readonly string[],
): Promise<Record<string, OnnxTensor>> {
  idsOfFeeds.set(feeds, predictionIds);
  return (await session.run(feeds as never)) as Record<string, OnnxTensor>;
}

function readOutputs(results: Readonly<Record<string, unknown>>): OutputBlock[] {
  return Object.entries(results).map(([name, value]) => {
    if (!isTensor(value)) {
      throw new TypeError(
        `output "${name}" is no tensor (a ZipMap of scikit-learn gives a sequence of maps); export the model with zipmap=False`,
      );
    }
    return { name, data: value.data as TensorData };
  });
}

function isTensor(value: unknown): value is OnnxTensor {
  return typeof value === 'object' && value !== null && 'dims' in value && 'data' in value;
}

function rowsOf(feeds: Feeds): number {
  const [first] = Object.values(feeds);
  return first?.dims[0] ?? 1;
}
