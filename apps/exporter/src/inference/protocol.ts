import { z } from 'zod';
import { datatypeByName } from './datatypes.js';
import { maximumRank } from './tensor.js';

/** An id of a request or a prediction. */
const idSchema = z.string().min(1).max(256);

const binaryData = z
  .boolean()
  .nullish()
  .describe('Whether the values of the output follow the JSON as bytes.');

const inputSchema = z
  .object({
    name: z.string().describe('An input of the model.'),
    shape: z
      .array(z.int().min(0))
      .max(maximumRank)
      .describe('The first dimension is the number of rows.'),
    datatype: z.string().describe(`One of ${[...datatypeByName.keys()].join(', ')}.`),
    parameters: z
      .looseObject({
        binary_data_size: z
          .int()
          .min(0)
          .nullish()
          .describe('Bytes after the JSON that hold the values, in place of `data`.'),
      })
      .nullish(),
    // Values are checked one by one as they are converted; a second pass would double the cost.
    data: z
      .unknown()
      .refine(Array.isArray, 'must be an array')
      .meta({ type: 'array', items: {} })
      .transform((data) => data as readonly unknown[])
      .nullish()
      .describe(
        'Values in row-major order, flat or nested; null is a missing floating-point value.',
      ),
  })
  .meta({ id: 'InputTensor' });

export const inferenceRequest = z
  .object({
    id: z
      .string()
      .max(256)
      .nullish()
      .describe(
        'Prediction id of the row; of several rows the ids are `id/0`, `id/1` …. An empty one counts as absent.',
      ),
    parameters: z
      .looseObject({
        prediction_ids: z
          .array(idSchema)
          .nullish()
          .describe('One id per row. Targets are sent under these ids.'),
        binary_data_output: binaryData,
      })
      .nullish(),
    inputs: z
      .array(inputSchema)
      .min(1)
      .max(1000)
      .describe('Every input of the model, with the same rows.'),
    outputs: z
      .array(
        z.looseObject({
          name: z.string(),
          parameters: z.looseObject({ binary_data: binaryData }).nullish(),
        }),
      )
      .max(1000)
      .nullish()
      .describe('The outputs to return; all of them by default.'),
  })
  .meta({ id: 'InferenceRequest' });

const outputSchema = z
  .strictObject({
    name: z.string(),
    shape: z.array(z.int()),
    datatype: z.string(),
    parameters: z
      .strictObject({ binary_data_size: z.int() })
      .optional()
      .describe('Bytes after the JSON that hold the values, where the request asks for them.'),
    data: z
      .array(z.unknown())
      .optional()
      .describe('Row-major; null where a number is not finite. Integers have all their digits.'),
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

export type InferenceRequest = z.output<typeof inferenceRequest>;
