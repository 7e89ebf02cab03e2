import { CoreError } from '@modelmeter/core';
import { ExporterError, type ExporterErrorCode } from '../errors.js';

/** Errors of Fastify that a request causes. */
const fastifyErrors: ReadonlyMap<string, { code: ExporterErrorCode; message: string }> = new Map([
  [
    'FST_ERR_ROUTE_MISSING_CONTENT_TYPE',
    {
      code: 'ROUTE_UNKNOWN',
      message: 'The method QUERY is not served. GET /openapi.json lists the routes.',
    },
  ],
  [
    'FST_ERR_CTP_INVALID_MEDIA_TYPE',
    {
      code: 'MEDIA_TYPE_UNSUPPORTED',
      message: 'The header Content-Type is not a media type. Send application/json.',
    },
  ],
  [
    'FST_ERR_BAD_URL',
    {
      code: 'ROUTE_UNKNOWN',
      message: 'The URL has a wrong percent-encoding. GET /openapi.json lists the routes.',
    },
  ],
]);

/**
 * The error that a client receives for what a route threw. An error that no route expects is an
 * INTERNAL_ERROR: its message may hold internals, so only the log has it.
 */
export function toExporterError(error: unknown, place: string): ExporterError {
  if (error instanceof ExporterError) return error;
  if (CoreError.isInstance(error) && error.code === 'INPUT_INVALID') {
    return new ExporterError('INPUT_INVALID', error.message, { cause: error });
  }
  const known = fastifyErrors.get(codeOf(error) ?? '');
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
