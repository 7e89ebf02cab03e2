import { z } from 'zod';
import { ExporterError } from '../../errors.js';
import { datatypeName } from '../../inference/datatypes.js';
import { infer } from '../../inference/infer.js';
import { inferenceResponse } from '../../inference/protocol.js';
import type { OnnxRuntime, ServedModel } from '../../served-model.js';
import { inferenceBody } from '../inference-body.js';
import { modelRoute, type Route, route } from '../route.js';

const tensorMetadata = z
  .strictObject({
    name: z.string(),
    datatype: z.string().optional(),
    shape: z.array(z.int()).optional().describe('-1 is a dimension of any length.'),
  })
  .meta({ id: 'TensorMetadata' });

const modelMetadata = z
  .strictObject({
    name: z.string(),
    versions: z.array(z.string()),
    platform: z.enum(['onnxruntime_onnx', 'external']),
    inputs: z.array(tensorMetadata).describe('Empty for a model of type external.'),
    outputs: z.array(tensorMetadata).describe('Empty for a model of type external.'),
  })
  .meta({ id: 'ModelMetadata' });

const modelReady = z
  .strictObject({ name: z.string(), ready: z.boolean() })
  .meta({ id: 'ModelReady' });

/** The paths of a model: its last declared version, and a version by name. */
const modelPaths = [
  { path: '/v2/models/{name}', suffix: '', of: 'the version that is declared last' },
  {
    path: '/v2/models/{name}/versions/{version}',
    suffix: 'Version',
    of: 'one version',
  },
] as const;

/** The Open Inference Protocol V2. */
export const inferenceRoutes: readonly Route[] = [
  route({
    id: 'serverMetadata',
    audience: 'Inference',
    method: 'GET',
    path: '/v2',
    summary: 'Describes the server',
    answer: {
      description: 'Name, version and protocol extensions of the server.',
      schema: z
        .strictObject({ name: z.string(), version: z.string(), extensions: z.array(z.string()) })
        .meta({ id: 'ServerMetadata' }),
    },
    handle: ({ version }) => ({ name: 'modelmeter', version, extensions: ['binary_tensor_data'] }),
  }),
  route({
    id: 'serverLive',
    audience: 'Inference',
    method: 'GET',
    path: '/v2/health/live',
    summary: 'Says whether the server runs',
    answer: {
      description: 'The server runs.',
      schema: z.strictObject({ live: z.boolean() }).meta({ id: 'ServerLive' }),
    },
    handle: () => ({ live: true }),
  }),
  route({
    id: 'serverReady',
    audience: 'Inference',
    method: 'GET',
    path: '/v2/health/ready',
    summary: 'Says whether the server accepts requests',
    answer: {
      description: 'All models are loaded.',
      schema: z.strictObject({ ready: z.boolean() }).meta({ id: 'ServerReady' }),
    },
    unavailable: 'The exporter is starting or stopping.',
    handle: ({ lifecycle }, _request, reply) => {
      const ready = lifecycle.phase === 'ready';
      reply.status(ready ? 200 : 503);
      return { ready };
    },
  }),
  ...modelPaths.flatMap(({ path, suffix, of }) => [
    modelRoute({
      id: `model${suffix}Metadata`,
      audience: 'Inference',
      method: 'GET',
      path,
      summary: `Describes the inputs and outputs of a model: ${of}`,
      answer: { description: 'Inputs and outputs of the model.', schema: modelMetadata },
      handle: (model) => describeModel(model),
    }),
    modelRoute({
      id: `model${suffix}Ready`,
      audience: 'Inference',
      method: 'GET',
      path: `${path}/ready`,
      summary: `Says whether a model accepts requests: ${of}`,
      answer: {
        description: 'The model is loaded.',
        schema: modelReady,
      },
      unavailable: 'The exporter is starting or stopping.',
      handle: ({ config }, _request, { lifecycle }, reply) => {
        const ready = lifecycle.phase === 'ready';
        reply.status(ready ? 200 : 503);
        return { name: config.name, ready };
      },
    }),
    modelRoute({
      id: `infer${suffix}`,
      audience: 'Inference',
      method: 'POST',
      path: `${path}/infer`,
      summary: `Runs a model of type onnx: ${of}`,
      description:
        'Inference request of the Open Inference Protocol V2. The prediction is measured, and its features are counted for drift. Send the target of each row to `POST /v1/targets` under its prediction id.',
      body: inferenceBody,
      answer: { description: 'Outputs and prediction ids.', schema: inferenceResponse },
      errors: ['MODEL_NOT_SERVED', 'INFERENCE_FAILED'],
      handle: async (model, { readBody }, { limits }, reply) => {
        const runtime = runtimeOf(model);
        const answer = await infer(model, runtime, await readBody(), limits);
        return reply.headers(answer.headers).send(answer.body);
      },
    }),
  ]),
];

function runtimeOf({ config, onnx }: ServedModel): OnnxRuntime {
  if (onnx !== undefined) return onnx;
  throw new ExporterError(
    'MODEL_NOT_SERVED',
    `Model "${config.name}" is of type external, so another service runs it. Send its predictions to POST /v1/predictions.`,
  );
}

function describeModel({ config, onnx }: ServedModel): z.output<typeof modelMetadata> {
  const describe = (
    metadata: OnnxRuntime['session']['inputMetadata'],
  ): z.output<typeof tensorMetadata>[] =>
    metadata.map((value) => ({
      name: value.name,
      ...(value.isTensor
        ? {
            datatype: datatypeName(value.type),
            // An open dimension has a name in ONNX and is -1 in the protocol.
            shape: value.shape.map((length) => (typeof length === 'number' ? length : -1)),
          }
        : {}),
    }));
  return {
    name: config.name,
    versions: [config.version],
    platform: onnx === undefined ? 'external' : 'onnxruntime_onnx',
    inputs: onnx === undefined ? [] : describe(onnx.session.inputMetadata),
    outputs: onnx === undefined ? [] : describe(onnx.session.outputMetadata),
  };
}
