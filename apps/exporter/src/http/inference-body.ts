import { ExporterError } from '../errors.js';
import { headerLength } from '../inference/encode-answer.js';
import type { InferenceCall } from '../inference/infer.js';
import { inferenceRequest } from '../inference/protocol.js';
import { type Body, malformed, tooLarge } from './body.js';
import { isJson, mediaTypeOf, parse, unsupported } from './request-body.js';
import type { RequestBody } from './route.js';

/** The body of an inference request. */
export const inferenceBody: RequestBody<InferenceCall> = {
  schema: inferenceRequest,
  isRows: false,
  read: readRequest,
};

/**
 * Reads an inference request: JSON, which may be followed by the values of its inputs as bytes. Clients
 * of the protocol may leave the content type out.
 *
 * @throws ExporterError BODY_MALFORMED, BODY_TOO_LARGE, MEDIA_TYPE_UNSUPPORTED or INPUT_INVALID.
 */
async function readRequest(body: Body): Promise<InferenceCall> {
  const type = mediaTypeOf(body);
  if (type !== '' && type !== 'application/octet-stream' && !isJson(type)) {
    throw unsupported('application/json, or application/octet-stream with binary data');
  }
  const { bodyBytes, documentBytes } = body.limits;
  const header = body.header(headerLength);
  const bytes = await body.bytes(header === undefined ? documentBytes : bodyBytes);
  const length = header === undefined ? bytes.length : lengthOf(header, bytes.length);
  if (length > documentBytes) throw tooLarge(documentBytes, 'The JSON of the body');
  const text = bytes.toString('utf8', 0, length);
  return {
    request: parse(inferenceRequest, parseExactly(text)),
    binary: bytes.subarray(length),
  };
}

function lengthOf(header: string, maximum: number): number {
  const length = /^\d{1,10}$/.test(header) ? Number(header) : Number.NaN;
  if (length <= maximum) return length;
  throw new ExporterError(
    'INPUT_INVALID',
    `The header Inference-Header-Content-Length must be the number of bytes of the JSON, at most the ${maximum} of the body.`,
  );
}

/** A string, or an integer of so many digits that a number would lose some. */
const stringOrLargeInteger = /"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,20}(?![\d.eE])/g;

/** Parses JSON; integers of 16 digits and more become strings, which keep all of them. */
function parseExactly(text: string): unknown {
  try {
    return JSON.parse(
      /\d{16}/.test(text)
        ? text.replace(stringOrLargeInteger, (found) => (found[0] === '"' ? found : `"${found}"`))
        : text,
    );
  } catch (error) {
    throw malformed('The body is not valid JSON. Correct it and send it again.', error);
  }
}
