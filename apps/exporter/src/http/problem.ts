import { CoreError } from '@modelmeter/core';
import { ExporterError, type ExporterErrorCode } from '../errors.js';

/** Largest request body in bytes. */
export const bodyLimitBytes: number = 16 * 1024 * 1024;

/** Errors of Fastify that a request causes. */
const fastifyErrors: Readonly<Record<string, { code: ExporterErrorCode; message: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    code: 'BODY_TOO_LARGE',
    message: `The body is larger than ${bodyLimitBytes} bytes. Send it in parts.`,
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'MEDIA_TYPE_UNSUPPORTED',
    message: 'Send application/json or application/x-ndjson.',
  },
  FST_ERR_CTP_EMPTY_TYPE: {
    code: 'MEDIA_TYPE_UNSUPPORTED',
    message: 'Send application/json or application/x-ndjson.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'BODY_MALFORMED',
    message: 'The body does not have the length of its header Content-Length. Send it again.',
  },
  FST_ERR_BAD_URL: {
    code: 'ROUTE_UNKNOWN',
    message: 'The URL has a wrong percent-encoding. GET /openapi.json lists the routes.',
  },
};

/**
 * The error that a client receives for what a route threw. An error that no route expects is an
 * INTERNAL_ERROR: its message may hold internals, so only the log has it.
 */
export function toExporterError(error: unknown, place: string): ExporterError {
  if (error instanceof ExporterError) return error;
  if (CoreError.isInstance(error) && error.code === 'INPUT_INVALID') {
    return new ExporterError('INPUT_INVALID', error.message, { cause: error });
  }
  const known = fastifyErrors[codeOf(error) ?? ''];
  if (known !== undefined) return new ExporterError(known.code, known.message, { cause: error });
  return new ExporterError(
    'INTERNAL_ERROR',
    `${place} failed. This is a bug in the exporter; its log has the error.`,
    { cause: error },
  );
}

function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error
    ? String(error.code)
    : undefined;
}
