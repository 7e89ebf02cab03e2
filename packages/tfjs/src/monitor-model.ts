import type { FeatureBlock, OutputBlock, TensorData } from '@modelmeter/core';
import {
  type CallMonitor,
  type CallOptions,
  createCallMeter,
  createFeatureInputs,
  markWrapped,
  outputNameOf,
  replaceMembers,
  requireModel,
  requireNoMismatch,
} from '@modelmeter/core/adapter';
import { modelErrorReason } from './error-reason.js';
import { monitoredOutput } from './model-output.js';
import { inputNamesOf, inputTensorsAmong, nameTensors, outputNamesOf } from './named-tensors.js';
import type { TfjsModel, TfjsTensor, TfjsTensors } from './structural-types.js';
import { type Reading, readingOfBackend, readLater, readNow } from './tensor-reader.js';

/** How the inputs and outputs of a model are read. */
export interface ModelOptions extends CallOptions<TfjsTensors, TfjsTensors> {
  /**
   * Names of the columns of an input. By default an input with the name of a feature is that
   * feature, and the only input that has a dimension holds the features of the monitor in order.
   */
  readonly features?: Readonly<Record<string, readonly string[]>>;
  /**
   * Left out, tensors are read as the backend in use allows: at once where their values lie in the
   * memory of the process (cpu, wasm, tfjs-node), later on a GPU, which is never waited for.
   */
  readonly reading?: Reading;
}

type ModelMethod = (inputs: TfjsTensors, ...rest: readonly unknown[]) => unknown;

/** Methods that predict, and whether they give a promise. */
const predictingMethods: readonly (readonly [name: string, isAsync: boolean])[] = [
  ['predict', false],
  ['predictOnBatch', false],
  ['execute', false],
  ['predictAsync', true],
  ['executeAsync', true],
];

/**
 * A model of the same type whose `predict`, `predictOnBatch`, `predictAsync`, `execute` and
 * `executeAsync` are metered: the same result by reference, the same errors, one observation a
 * call. Every other member is the model's own.
 *
 * Read are the inputs that are features and the output that the monitor names (the only output of
 * a model may have any name). No tensor is kept: inputs and result may be disposed as soon as the
 * caller has the result. What cannot be read is counted in `model_monitor_errors_total` and does
 * not reach the caller. With `validation: 'reject'` features are read before the model runs, on a
 * GPU too, which is then waited for.
 *
 * @throws CoreError MODEL_INVALID for a promise or a wrapped model, MODEL_MISMATCH when the model
 * has several outputs and none is the declared one, or `options.features` names an unknown input.
 *
 * @example
 * const model = monitorModel(await tf.loadLayersModel('file://model/model.json'), monitor);
 */
export function monitorModel<Model extends TfjsModel>(
  model: Model,
  monitor: CallMonitor,
  options: ModelOptions = {},
): Model {
  requireModel(model, 'monitorModel');
  const inputNames = inputNamesOf(model);
  requireNoMismatch('monitorModel', mismatches(model, monitor, options));
  const featureInputs = createFeatureInputs<TfjsTensor>(
    monitor.features,
    options.features ?? {},
    ({ shape }) => shape,
  );
  const outputNames = outputNamesOf(model);
  const outputName = outputNameOf(monitor.outputs);
  const requestedOutputs = new WeakMap<object, unknown>();
  // Features are read while a call is started, so this is of the call that is read.
  let isAsyncCall = false;
  const meter = createCallMeter<TfjsTensors, unknown>(
    monitor,
    {
      rows: (inputs) => featureInputs.rows(inputTensorsAmong(inputs, inputNames)),
      features: readFeatures,
      outputs: readOutputs,
    },
    { errorReason: modelErrorReason, ...(options as CallOptions<TfjsTensors, unknown>) },
  );
  const metered = predictingMethods
    .filter(([name]) => typeof Reflect.get(model, name) === 'function')
    .map(([name, isAsync]) => [name, meteredMethod(name, isAsync)]);
  return markWrapped(replaceMembers(model, Object.fromEntries(metered)));

  function meteredMethod(name: string, isAsync: boolean): ModelMethod {
    const takesOutputs = name.startsWith('execute');
    return (inputs, ...rest) => {
      const run = (): unknown => {
        const method = Reflect.get(model, name) as ModelMethod;
        const result = method.call(model, inputs, ...rest);
        if (takesOutputs && rest[0] !== undefined) rememberRequest(result, rest[0]);
        return result;
      };
      isAsyncCall = isAsync;
      if (!isAsync) return meter(inputs, run);
      try {
        return meter(inputs, run);
      } catch (error) {
        return Promise.reject(error);
      }
    };
  }

  /** Which outputs a result holds; known before anyone else sees the result. */
  function rememberRequest(result: unknown, requested: unknown): void {
    if (result instanceof Promise) {
      result.then(
        (value) => rememberRequest(value, requested),
        () => {},
      );
    } else if (typeof result === 'object' && result !== null) {
      requestedOutputs.set(result, requested);
    }
  }

  function readFeatures(
    inputs: TfjsTensors,
    requiresSynchronousRead: boolean,
  ): FeatureBlock[] | Promise<FeatureBlock[]> {
    const columns = featureInputs.find(nameTensors('input', inputs, inputNames));
    const tensors = columns.map(({ tensor }) => tensor);
    const blocks = (values: readonly TensorData[]): FeatureBlock[] =>
      columns.map(({ tensor: _, ...input }, index) => ({ ...input, data: values[index]! }));
    return requiresSynchronousRead || readsNow()
      ? blocks(readNow(tensors, isAsyncCall))
      : readLater(tensors).then(blocks);
  }

  function readOutputs(result: unknown): OutputBlock[] | Promise<OutputBlock[]> {
    const tensors = result as TfjsTensors;
    const requested = requestedOutputs.get(tensors);
    const names = requested === undefined ? outputNames : outputNamesOf(model, requested);
    const given = nameTensors('output', tensors, names);
    const tensor = monitoredOutput(given, outputNames, monitor.outputs);
    const blocks = ([values]: readonly TensorData[]): OutputBlock[] => [
      { name: outputName, data: values! },
    ];
    return readsNow() ? blocks(readNow([tensor], false)) : readLater([tensor]).then(blocks);
  }

  function readsNow(): boolean {
    return (options.reading ?? readingOfBackend()) === 'synchronous';
  }
}

/** What the names of a model's inputs and outputs contradict; a model that has no names has none. */
function mismatches(
  model: TfjsModel,
  { features, outputs }: CallMonitor,
  { features: columns = {} }: ModelOptions,
): string[] {
  const inputNames = inputNamesOf(model);
  const outputNames = outputNamesOf(model);
  const output = outputNameOf(outputs);
  const problems = Object.keys(columns)
    .filter((name) => inputNames.length > 0 && !inputNames.includes(name))
    .map(
      (name) =>
        `options.features names "${name}", which is not an input of the model. Available: ${inputNames.join(', ')}.`,
    );
  const isNamed = features.some(({ name }) => inputNames.includes(name));
  if (inputNames.length > 1 && !isNamed && Object.keys(columns).length === 0) {
    problems.push(
      `No feature is an input of the model. Available: ${inputNames.join(', ')}. Name the columns of an input in options.features.`,
    );
  }
  if (outputNames.length > 1 && !outputNames.includes(output)) {
    problems.push(
      `The model has no output "${output}". Available: ${outputNames.join(', ')}. Correct the name in outputs.`,
    );
  }
  return problems;
}
