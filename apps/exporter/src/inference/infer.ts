import { CoreError } from '@modelmeter/core';
import { z } from 'zod';
import { ExporterError, messageOf } from '../errors.js';
import { rowIds } from '../prediction-ids.js';
import type { OnnxRuntime, ServedModel } from '../served-model.js';
import { datatypeNames, readTensor, writeTensor } from './tensor.js';

const idSchema = z.string().min(1).max(256);

const inputSchema = z
  .object({
    name: z.string().describe('An input of the model.'),
    shape: z.array(z.int().min(0)).describe('The first dimension is the number of rows.'),
    datatype: z.string().describe(`One of ${datatypeNames.join(', ')}.`),
    data: z
      .array(z.unknown())
      .describe(
        'Values in row-major order, flat or nested; null is a missing FP32 or FP64 value. INT64 and UINT64 values above 2^53 are strings of digits.',
      ),
  })
  .meta({ id: 'InputTensor' });

export const inferenceRequest = z
  .object({
    id: idSchema
      .optional()
      .describe('Prediction id of the row; of several rows the ids are `id/0`, `id/1` ….'),
    parameters: z
      .looseObject({
        prediction_ids: z
          .array(idSchema)
          .optional()
          .describe('One id per row. Targets are sent under these ids.'),
      })
      .optional(),
    inputs: z.array(inputSchema).min(1).describe('Every input of the model, with the same rows.'),
    outputs: z
      .array(z.looseObject({ name: z.string() }))
      .optional()
      .describe('The outputs to return; all of them by default.'),
  })
  .meta({ id: 'InferenceRequest' });

const outputSchema = z
  .strictObject({
    name: z.string(),
    shape: z.array(z.int()),
    datatype: z.string(),
    data: z
      .array(z.unknown())
      .describe(
        'Row-major; null where a number is not finite, a string for an integer above 2^53.',
      ),
  })
  .meta({ id: 'OutputTensor' });

export const inferenceResponse = z
  .strictObject({
    model_name: z.string(),
    model_version: z.string(),
    id: z.string().optional().describe('The id of the request.'),
    parameters: z.strictObject({
      prediction_ids: z
        .array(z.string())
        .describe('One id per row, generated where none is given.'),
    }),
    outputs: z.array(outputSchema),
  })
  .meta({ id: 'InferenceResponse' });

type InferenceRequest = z.output<typeof inferenceRequest>;

/**
 * Runs one request of the Open Inference Protocol V2 on a served model.
 *
 * @throws ExporterError INPUT_INVALID, or INFERENCE_FAILED when the model's own run fails;
 *   CoreError INPUT_INVALID where the model rejects values that do not match its features.
 */
export async function infer(
  model: ServedModel,
  onnx: OnnxRuntime,
  request: InferenceRequest,
): Promise<z.output<typeof inferenceResponse>> {
  const { config, monitor } = model;
  const feeds = readFeeds(model, onnx, request.inputs);
  const rows = request.inputs[0]!.shape[0] ?? 1;
  const given = request.parameters?.prediction_ids;
  const ids = rowIds(rows, given, request.id, monitor.newPredictionId);
  if (ids === undefined) {
    throw invalid(
      `parameters.prediction_ids has ${given?.length} ids, and the inputs have ${rows} rows. Send one id per row.`,
    );
  }
  const wanted = request.outputs?.map(({ name }) => name) ?? onnx.session.outputNames;
  for (const name of wanted) {
    if (!onnx.session.outputNames.includes(name)) {
      throw invalid(
        `Unknown output "${name}" of model "${config.name}". Available: ${onnx.session.outputNames.join(', ')}.`,
      );
    }
  }
  const results = await monitor
    .withCall({ predictionIds: ids }, () => onnx.session.run(feeds))
    .catch((error: unknown) => {
      if (CoreError.isInstance(error)) throw error;
      throw new ExporterError(
        'INFERENCE_FAILED',
        `Model "${config.name}" failed: ${messageOf(error)}`,
        { cause: error },
      );
    });
  return {
    model_name: config.name,
    model_version: config.version,
    ...(request.id === undefined ? {} : { id: request.id }),
    parameters: { prediction_ids: ids },
    outputs: wanted.map((name) => writeTensor(name, results[name] as never)),
  };
}

function readFeeds(
  { config }: ServedModel,
  { session, Tensor }: OnnxRuntime,
  inputs: InferenceRequest['inputs'],
): Record<string, InstanceType<typeof Tensor>> {
  const feeds: Record<string, InstanceType<typeof Tensor>> = {};
  const rows = inputs[0]!.shape[0];
  for (const input of inputs) {
    const at = session.inputNames.indexOf(input.name);
    if (at === -1) {
      throw invalid(
        `Unknown input "${input.name}" of model "${config.name}". Available: ${session.inputNames.join(', ')}.`,
      );
    }
    if (input.shape[0] !== rows) {
      throw invalid(
        `Input "${input.name}" has ${input.shape[0]} rows and input "${inputs[0]!.name}" has ${rows}. Send the same rows in every input.`,
      );
    }
    const tensor = readTensor(input);
    const metadata = session.inputMetadata[at];
    if (metadata?.isTensor === true && metadata.type !== tensor.type) {
      throw invalid(
        `Input "${input.name}" has datatype ${input.datatype}, but the model takes ${metadata.type}.`,
      );
    }
    feeds[input.name] = new Tensor(tensor.type as 'float32', tensor.data as never, tensor.shape);
  }
  const missing = session.inputNames.filter((name) => !(name in feeds));
  if (missing.length > 0) {
    throw invalid(
      `The request lacks the input${missing.length === 1 ? '' : 's'} ${missing.join(', ')} of model "${config.name}".`,
    );
  }
  return feeds;
}

function invalid(message: string): ExporterError {
  return new ExporterError('INPUT_INVALID', message);
}
