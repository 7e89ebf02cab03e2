import type { LimitsConfig } from '@modelmeter/config-file';
import { CoreError } from '@modelmeter/core';
import { ExporterError } from '../errors.js';
import { rowIds } from '../prediction-ids.js';
import type { OnnxRuntime, ServedModel } from '../served-model.js';
import { type EncodedAnswer, encodeAnswer } from './encode-answer.js';
import type { InferenceRequest } from './protocol.js';
import { fitsShape, readTensor } from './tensor.js';

/** A request and the bytes that follow its JSON. */
export interface InferenceCall {
  readonly request: InferenceRequest;
  readonly binary: Buffer;
}

/**
 * Runs one request of the Open Inference Protocol V2 on a served model. What does not fit the inputs of
 * the model is refused before the call, so it does not count against the objectives of the model.
 *
 * @throws ExporterError INPUT_INVALID, INFERENCE_FAILED when the model's own run fails, or OVERLOADED when
 *   too many calls wait or the call takes longer than the limit;
 *   CoreError INPUT_INVALID where the model rejects values that do not match its features.
 */
export async function infer(
  { config, monitor }: ServedModel,
  onnx: OnnxRuntime,
  { request, binary }: InferenceCall,
  limits: Pick<LimitsConfig, 'inferenceRows' | 'inferenceTimeout'>,
): Promise<EncodedAnswer> {
  const rows = request.inputs[0]!.shape[0] ?? 1;
  if (rows > limits.inferenceRows) {
    throw new ExporterError(
      'BODY_TOO_LARGE',
      `The inputs have ${rows} rows; at most ${limits.inferenceRows} are accepted. Send them in parts.`,
    );
  }
  const outputs = wantedOutputs(config.name, onnx, request);
  const feeds = readFeeds(config.name, onnx, request.inputs, binary);
  const given = request.parameters?.prediction_ids ?? undefined;
  const id = request.id || undefined;
  const ids = rowIds(rows, given, id, monitor.newPredictionId);
  if (ids === undefined) {
    throw invalid(
      `parameters.prediction_ids has ${given?.length} ids, and the inputs have ${rows} rows. Send one id per row.`,
    );
  }
  onnx.gate.requireRoom();
  const signal = AbortSignal.timeout(limits.inferenceTimeout);
  const results = await monitor
    .withCall({ predictionIds: ids, signal }, () => onnx.session.run(feeds))
    .catch((error: unknown) => {
      if (CoreError.isInstance(error)) throw error;
      if (error instanceof DOMException && error.name === 'TimeoutError') {
        throw new ExporterError(
          'OVERLOADED',
          `Model "${config.name}" did not answer within ${limits.inferenceTimeout} ms. Send the request again later.`,
          { cause: error },
        );
      }
      throw new ExporterError(
        'INFERENCE_FAILED',
        `Model "${config.name}" failed; the log of the exporter has the error.`,
        { cause: error },
      );
    });
  return encodeAnswer(
    {
      model_name: config.name,
      model_version: config.version,
      ...(id === undefined ? {} : { id }),
      parameters: { prediction_ids: ids },
    },
    outputs.map(({ name, isBinary }) => ({
      ...{ name, isBinary },
      tensor: results[name]!,
    })),
  );
}

/** The outputs to return, and whether as bytes. */
function wantedOutputs(
  model: string,
  { session }: OnnxRuntime,
  { outputs, parameters }: InferenceRequest,
): readonly { readonly name: string; readonly isBinary: boolean }[] {
  const allBinary = parameters?.binary_data_output ?? false;
  const wanted = outputs ?? session.outputNames.map((name) => ({ name, parameters: undefined }));
  return wanted.map(({ name, parameters: own }) => {
    if (!session.outputNames.includes(name)) {
      throw invalid(
        `Unknown output "${name}" of model "${model}". Available: ${session.outputNames.join(', ')}.`,
      );
    }
    return { name, isBinary: own?.binary_data ?? allBinary };
  });
}

function readFeeds(
  model: string,
  { session, Tensor }: OnnxRuntime,
  inputs: InferenceRequest['inputs'],
  binary: Buffer,
): Record<string, InstanceType<typeof Tensor>> {
  const feeds = new Map<string, InstanceType<typeof Tensor>>();
  const rows = inputs[0]!.shape[0];
  let position = 0;
  for (const { name, shape, datatype, data, parameters } of inputs) {
    const at = session.inputNames.indexOf(name);
    if (at === -1) {
      throw invalid(
        `Unknown input "${name}" of model "${model}". Available: ${session.inputNames.join(', ')}.`,
      );
    }
    if (feeds.has(name)) throw invalid(`Input "${name}" is there twice. Send each input once.`);
    if (shape[0] !== rows) {
      throw invalid(
        `Input "${name}" has ${shape[0]} rows and input "${inputs[0]!.name}" has ${rows}. Send the same rows in every input.`,
      );
    }
    const metadata = session.inputMetadata[at];
    if (metadata?.isTensor === true && !fitsShape(shape, metadata.shape)) {
      throw invalid(
        `Input "${name}" has the shape [${shape.join(', ')}], but the model takes [${metadata.shape.join(', ')}].`,
      );
    }
    const bytes = parameters?.binary_data_size ?? undefined;
    if (bytes === undefined && !data) {
      throw invalid(`Input "${name}" has neither data nor parameters.binary_data_size.`);
    }
    const end = position + (bytes ?? 0);
    if (end > binary.length) {
      throw invalid(
        `Input "${name}" has ${bytes} bytes of binary data, but ${binary.length - position} are left after the JSON. Correct binary_data_size.`,
      );
    }
    const values = bytes === undefined ? data! : binary.subarray(position, end);
    position = end;
    const tensor = readTensor({ name, shape, datatype, data: values });
    if (metadata?.isTensor === true && metadata.type !== tensor.type) {
      throw invalid(
        `Input "${name}" has datatype ${datatype}, but the model takes ${metadata.type}.`,
      );
    }
    feeds.set(name, new Tensor(tensor.type as 'float32', tensor.data as never, tensor.shape));
  }
  if (position < binary.length) {
    throw invalid(
      `The body has ${binary.length - position} bytes that no input names. Correct binary_data_size, or the header Inference-Header-Content-Length.`,
    );
  }
  const missing = session.inputNames.filter((name) => !feeds.has(name));
  if (missing.length > 0) {
    throw invalid(
      `The request lacks the input${missing.length === 1 ? '' : 's'} ${missing.join(', ')} of model "${model}".`,
    );
  }
  return Object.fromEntries(feeds);
}

function invalid(message: string): ExporterError {
  return new ExporterError('INPUT_INVALID', message);
}
