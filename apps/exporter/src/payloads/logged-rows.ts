import type { Monitor } from '@modelmeter/core';
import { outputNameOf } from '@modelmeter/core/adapter';
import { z } from 'zod';
import { ExporterError } from '../errors.js';
import type { PredictionRow } from '../ingestion/predictions.js';
import { rowIds } from '../prediction-ids.js';
import { listed } from '../shown.js';
import type { LoggedCall } from './payload.js';

type Values = readonly unknown[];

const tensors = z
  .array(
    z.object({
      name: z.string(),
      shape: z.array(z.int().min(0)).min(1).max(16),
      data: z.array(z.unknown()),
    }),
  )
  .min(1)
  .max(1000);

/** Requests and answers of the Open Inference Protocol V2, and of its predecessor V1. */
const requestSchema = z.union([
  z.object({ inputs: tensors }),
  z.object({ instances: z.array(z.unknown()).min(1) }),
]);
const answerSchema = z.union([
  z.object({ outputs: tensors }),
  z.object({ predictions: z.array(z.unknown()).min(1) }),
]);

type Tensor = z.output<typeof tensors>[number];

/**
 * The predictions of a call that an inference logger has logged, as `POST /v1/predictions` takes
 * them. O(values).
 *
 * @param maximumRows Rows of a call at most.
 * @throws ExporterError INPUT_INVALID or BODY_TOO_LARGE naming what does not fit the model.
 */
export function loggedRows(
  { request, answer }: LoggedCall,
  monitor: Monitor,
  { version, maximumRows }: { readonly version: string; readonly maximumRows: number },
): PredictionRow[] {
  const features = featuresOf(request.content, monitor);
  const outputs = outputsOf(answer.content, monitor);
  if (features.length > maximumRows) {
    throw new ExporterError(
      'BODY_TOO_LARGE',
      `The request has ${features.length} rows; at most ${maximumRows} are accepted. Raise monitoring.limits.inference_rows.`,
    );
  }
  if (outputs.length !== features.length) {
    throw invalid(
      `The request has ${features.length} rows and its answer ${outputs.length}. The logger has joined two calls, or the model does not answer row by row.`,
    );
  }
  const ids = rowIds(features.length, undefined, answer.id, monitor.newPredictionId)!;
  const durationMs =
    request.timeMs === undefined || answer.timeMs === undefined
      ? 0
      : Math.max(0, answer.timeMs - request.timeMs);
  const name = outputNameOf(monitor.outputs);
  return features.map((row, index) => ({
    model: request.model,
    version,
    id: ids[index]!,
    features: row as PredictionRow['features'],
    outputs: { [name]: outputs[index] } as PredictionRow['outputs'],
    duration_seconds: durationMs / 1000,
    ...(answer.timeMs === undefined ? {} : { timestamp: answer.timeMs / 1000 }),
  }));
}

/** The features of each row, by name. */
function featuresOf(content: unknown, monitor: Monitor): Record<string, unknown>[] {
  const parsed = requestSchema.safeParse(content);
  if (!parsed.success) {
    throw invalid(
      'The request has neither "inputs" of the protocol V2 nor "instances" of V1. Log the body of the request as JSON.',
    );
  }
  const names = monitor.features.map(({ name }) => name);
  if ('instances' in parsed.data) {
    return parsed.data.instances.map((instance, row) => instanceFeatures(instance, row, names));
  }
  const { inputs } = parsed.data;
  const rows = inputs[0]!.shape[0]!;
  const columns = inputs.flatMap((input) => inputColumns(input, rows, names));
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(columns.map(([name, values]) => [name, values[row]])),
  );
}

/** A row of V1: an object, or the features in the order in which the configuration declares them. */
function instanceFeatures(
  instance: unknown,
  row: number,
  names: readonly string[],
): Record<string, unknown> {
  if (Array.isArray(instance)) {
    if (instance.length !== names.length) {
      throw invalid(
        `Instance ${row} has ${instance.length} values, and the model has ${names.length} features: ${listed(names)}. Declare the features in the order of the request.`,
      );
    }
    return Object.fromEntries(names.map((name, index) => [name, instance[index]]));
  }
  if (typeof instance === 'object' && instance !== null) return { ...instance };
  if (names.length === 1) return { [names[0]!]: instance };
  throw invalid(
    `Instance ${row} is one value, and the model has ${names.length} features: ${listed(names)}.`,
  );
}

/** The columns of an input of V2: one feature, or a matrix of all of them. */
function inputColumns(
  input: Tensor,
  rows: number,
  names: readonly string[],
): readonly (readonly [name: string, values: Values])[] {
  if (input.shape[0] !== rows) {
    throw invalid(`Input "${input.name}" has ${input.shape[0]} rows, and the first input ${rows}.`);
  }
  const values = rowsOf(input, `Input "${input.name}"`);
  if (names.includes(input.name)) return [[input.name, values]];
  const width = input.shape.slice(1).reduce((product, length) => product * length, 1);
  if (width !== names.length) {
    throw invalid(
      `Input "${input.name}" is not a feature, and its ${width} values per row are not the ${names.length} features: ${listed(names)}.`,
    );
  }
  return names.map((name, index) => [
    name,
    values.map((row) => (Array.isArray(row) ? (row as Values)[index] : row)),
  ]);
}

/** The value of each row: a scalar, or an array where the tensor has more than one per row. */
function rowsOf({ shape, data }: Tensor, what: string): Values {
  const [rows, ...rest] = shape as [number, ...number[]];
  const width = rest.reduce((product, length) => product * length, 1);
  // Rows that hold a value each are no more than the body has values.
  if (width === 0)
    throw invalid(`${what} has no value in a row: its shape is [${shape.join(', ')}].`);
  const values = Array.isArray(data[0]) ? data.flat(shape.length - 1) : data;
  if (values.length !== rows * width) {
    throw invalid(
      `${what} has ${values.length} values, but its shape [${shape.join(', ')}] holds ${rows * width}.`,
    );
  }
  if (width === 1) return values;
  return Array.from({ length: rows }, (_, row) => values.slice(row * width, (row + 1) * width));
}

/** The output of each row, in the form of the task. */
function outputsOf(content: unknown, { outputs }: Monitor): Values {
  const parsed = answerSchema.safeParse(content);
  if (!parsed.success) {
    throw invalid(
      'The answer has neither "outputs" of the protocol V2 nor "predictions" of V1. Log the body of the answer as JSON.',
    );
  }
  const name = outputNameOf(outputs);
  let values: Values;
  if ('predictions' in parsed.data) {
    values = parsed.data.predictions.map((prediction) =>
      typeof prediction === 'object' && prediction !== null && Object.hasOwn(prediction, name)
        ? (prediction as Readonly<Record<string, unknown>>)[name]
        : prediction,
    );
  } else {
    const all = parsed.data.outputs;
    const found =
      all.find((output) => output.name === name) ?? (all.length === 1 ? all[0] : undefined);
    if (found === undefined) {
      throw invalid(
        `The answer has the outputs ${listed(all.map((output) => output.name))}, and none is "${name}". Correct models[].outputs.`,
      );
    }
    values = rowsOf(found, `Output "${found.name}"`);
  }
  if (outputs.task !== 'binary') return values;
  // A classifier of two classes answers with the probabilities of both; the second is the positive one.
  return values.map((value) => (Array.isArray(value) && value.length === 2 ? value[1] : value));
}

function invalid(message: string): ExporterError {
  return new ExporterError('INPUT_INVALID', message);
}
