import { CoreError } from '@modelmeter/core';
import { z } from 'zod';
import { ExporterError, messageOf } from './errors.js';
import { rowIds } from './prediction-ids.js';
import type { ServedModel } from './served-model.js';
import { readTensor, writeTensor } from './tensor.js';

const inputSchema = z.object({
  name: z.string(),
  shape: z.array(z.int().min(0)),
  datatype: z.string(),
  data: z.array(z.unknown()),
});

const requestSchema = z.object({
  id: z.string().min(1).max(256).optional(),
  /** `prediction_ids`: one id a row, under which targets will come. */
  parameters: z
    .looseObject({ prediction_ids: z.array(z.string().min(1).max(256)).optional() })
    .optional(),
  inputs: z.array(inputSchema).min(1),
  outputs: z.array(z.looseObject({ name: z.string() })).optional(),
});

/** The answer to an inference request of the Open Inference Protocol V2. */
export interface InferenceResponse {
  readonly model_name: string;
  readonly model_version: string;
  readonly id?: string;
  readonly parameters: { readonly prediction_ids: readonly string[] };
  readonly outputs: readonly ReturnType<typeof writeTensor>[];
}

/**
 * Runs one request of the Open Inference Protocol V2 on a served model.
 *
 * @throws ExporterError MODEL_NOT_SERVED, INPUT_INVALID or INFERENCE_FAILED.
 */
export async function infer(model: ServedModel, body: unknown): Promise<InferenceResponse> {
  const { onnx, config, monitor } = model;
  if (onnx === undefined) {
    throw new ExporterError(
      'MODEL_NOT_SERVED',
      `Model "${config.name}" is of type external: it is predicted elsewhere. Send its predictions to POST /v1/predictions.`,
    );
  }
  const request = parseBody(requestSchema, body);
  const feeds = readFeeds(model, onnx, request.inputs);
  const rows = request.inputs[0]!.shape[0] ?? 1;
  const ids = rowIds(rows, request.parameters?.prediction_ids, request.id, monitor.newPredictionId);
  if (ids === undefined) {
    throw new ExporterError(
      'INPUT_INVALID',
      `parameters.prediction_ids has ${request.parameters?.prediction_ids?.length} ids and the inputs have ${rows} rows. Give one id a row.`,
    );
  }
  const wanted = request.outputs?.map(({ name }) => name) ?? onnx.session.outputNames;
  for (const name of wanted) {
    if (!onnx.session.outputNames.includes(name)) {
      throw new ExporterError(
        'INPUT_INVALID',
        `Model "${config.name}" has no output "${name}"; it has ${onnx.session.outputNames.join(', ')}.`,
      );
    }
  }
  try {
    const results = await monitor.withCall({ predictionIds: ids }, () => onnx.session.run(feeds));
    return {
      model_name: config.name,
      model_version: config.version,
      ...(request.id === undefined ? {} : { id: request.id }),
      parameters: { prediction_ids: ids },
      outputs: wanted.map((name) => writeTensor(name, results[name] as never)),
    };
  } catch (error) {
    if (CoreError.isInstance(error) && error.code === 'INPUT_INVALID') {
      throw new ExporterError('INPUT_INVALID', error.message, { cause: error });
    }
    throw new ExporterError(
      'INFERENCE_FAILED',
      `Model "${config.name}" failed: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

/** Parses a body; a wrong one becomes one INPUT_INVALID with the path of each problem. */
export function parseBody<Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
): z.output<Schema> {
  const result = schema.safeParse(body, { reportInput: true });
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => ({
    path: issue.path.join('.') || '(body)',
    message:
      issue.input === undefined || typeof issue.input === 'object'
        ? issue.message
        : `${issue.message} (found ${JSON.stringify(issue.input)})`,
  }));
  throw new ExporterError(
    'INPUT_INVALID',
    problems.map(({ path, message }) => `${path}: ${message}`).join('; '),
    { details: { problems } },
  );
}

function readFeeds(
  { config }: ServedModel,
  { session, Tensor }: NonNullable<ServedModel['onnx']>,
  inputs: readonly z.output<typeof inputSchema>[],
): Record<string, InstanceType<typeof Tensor>> {
  const feeds: Record<string, InstanceType<typeof Tensor>> = {};
  const rows = inputs[0]!.shape[0];
  for (const input of inputs) {
    const at = session.inputNames.indexOf(input.name);
    if (at === -1) {
      throw new ExporterError(
        'INPUT_INVALID',
        `Model "${config.name}" has no input "${input.name}"; it has ${session.inputNames.join(', ')}.`,
      );
    }
    if (input.shape[0] !== rows) {
      throw new ExporterError(
        'INPUT_INVALID',
        `Input "${input.name}" has ${input.shape[0]} rows and input "${inputs[0]!.name}" has ${rows}. Send the same rows in every input.`,
      );
    }
    const tensor = readTensor(input);
    const metadata = session.inputMetadata[at];
    if (metadata?.isTensor === true && metadata.type !== tensor.type) {
      throw new ExporterError(
        'INPUT_INVALID',
        `Input "${input.name}" has datatype ${input.datatype}; the model takes ${metadata.type} there.`,
      );
    }
    feeds[input.name] = new Tensor(tensor.type as 'float32', tensor.data as never, tensor.shape);
  }
  const missing = session.inputNames.filter((name) => !(name in feeds));
  if (missing.length > 0) {
    throw new ExporterError(
      'INPUT_INVALID',
      `The request lacks the input${missing.length === 1 ? '' : 's'} ${missing.join(', ')} of model "${config.name}".`,
    );
  }
  return feeds;
}
