import { z } from 'zod';
import { ExporterError } from '../errors.js';
import type { Payload } from '../payloads/payload.js';
import { shown } from '../shown.js';
import type { Body } from './body.js';
import { isJson, mediaTypeOf, parse, parseJson, unsupported } from './request-body.js';
import type { RequestBody } from './route.js';

/** An event in the structured mode; attributes of the binary mode are headers with `ce-` before them. */
const cloudEvent = z
  .looseObject({
    id: z.string().min(1).max(256).describe('Equal for the request and the answer of one call.'),
    type: z
      .string()
      .describe(
        'Ends with `.inference.request` or `.inference.response`, as those of KServe and Seldon do.',
      ),
    time: z.iso.datetime({ offset: true }).optional(),
    inferenceservicename: z
      .string()
      .min(1)
      .max(256)
      .describe('Name of the model in the configuration.'),
    data: z.unknown().describe('Body of the request or the answer: V2, or V1 with `instances`.'),
  })
  .meta({ id: 'PayloadEvent' });

/** A CloudEvent of an inference logger, in its binary or its structured mode. */
export const payloadBody: RequestBody<Payload> = {
  schema: cloudEvent,
  isRows: false,
  async read(body) {
    const type = mediaTypeOf(body);
    if (type !== '' && !isJson(type)) {
      throw unsupported(
        'application/cloudevents+json, or application/json with the headers of a CloudEvent',
      );
    }
    const bytes = await body.bytes(body.limits.documentBytes);
    const value = parseJson(bytes);
    const isBinary = body.header('ce-type') !== undefined;
    const event = parse(cloudEvent, isBinary ? binaryEvent(body, value) : value);
    return {
      part: partOf(event.type),
      id: event.id,
      model: event.inferenceservicename,
      timeMs: event.time === undefined ? undefined : Date.parse(event.time),
      content: event.data,
      bytes: bytes.length,
    };
  },
};

function binaryEvent({ header }: Body, data: unknown): Record<string, unknown> {
  return {
    // Seldon counts its events by ce-id and its calls by ce-requestid.
    id: header('ce-requestid') ?? header('ce-id'),
    type: header('ce-type'),
    time: header('ce-time'),
    inferenceservicename: header('ce-inferenceservicename') ?? header('ce-modelid'),
    data,
  };
}

function partOf(type: string): Payload['part'] {
  if (type.endsWith('.inference.request')) return 'request';
  if (type.endsWith('.inference.response')) return 'answer';
  throw new ExporterError(
    'INPUT_INVALID',
    `type ${shown(type)} is neither that of a request nor that of an answer: it must end with .inference.request or .inference.response.`,
  );
}
