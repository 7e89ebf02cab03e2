/**
 * Every code of an ExporterError: the HTTP status of the problem body and its title.
 *
 * Codes that only stop the start of the exporter have status 500.
 */
export const exporterErrors = {
  MODEL_MISMATCH: { status: 500, title: 'The model does not match its configuration' },
  RUNTIME_MISSING: { status: 500, title: 'The runtime of a model is not installed' },
  SECRET_UNREADABLE: { status: 500, title: 'A file with a secret cannot be read' },
  EVENTS_UNWRITABLE: { status: 500, title: 'The folder of the events cannot be used' },
  STATE_LOCKED: { status: 500, title: 'Another process uses the state' },
  SETTING_FIXED: { status: 500, title: 'A setting cannot change while the exporter runs' },
  PORT_UNAVAILABLE: { status: 500, title: 'The port cannot be opened' },
  UNAUTHENTICATED: { status: 401, title: 'The request has no known token' },
  FORBIDDEN: { status: 403, title: 'The token lacks a permission' },
  OVERLOADED: { status: 503, title: 'The exporter is busy' },
  STOPPING: { status: 503, title: 'The exporter is stopping' },
  BODY_MALFORMED: { status: 400, title: 'The body cannot be parsed' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is too large' },
  MEDIA_TYPE_UNSUPPORTED: { status: 415, title: 'The content type is not supported' },
  INPUT_INVALID: { status: 422, title: 'The request is invalid' },
  ROUTE_UNKNOWN: { status: 404, title: 'Unknown route' },
  MODEL_UNKNOWN: { status: 404, title: 'Unknown model' },
  MODEL_NOT_SERVED: { status: 409, title: 'The exporter does not serve this model' },
  REFERENCE_MISSING: { status: 404, title: 'The model has no such reference' },
  REFERENCE_INVALID: { status: 422, title: 'The reference cannot be used' },
  TARGET_UNMATCHED: { status: 422, title: 'Some targets were not recorded' },
  DRIFT_EVALUATED_ELSEWHERE: { status: 409, title: 'Another process evaluates the drift' },
  PROMETHEUS_UNAVAILABLE: { status: 502, title: 'Prometheus cannot be queried' },
  DRIFT_RUN_FAILED: { status: 500, title: 'The drift run failed' },
  INFERENCE_FAILED: { status: 500, title: 'The model failed' },
  INTERNAL_ERROR: { status: 500, title: 'Internal error of the exporter' },
} as const;

export type ExporterErrorCode = keyof typeof exporterErrors;

/** An error with a code, a place, a value and a remedy. HTTP clients receive it as a problem body. */
export class ExporterError extends Error {
  readonly code: ExporterErrorCode;
  /** Further members of the problem body. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ExporterErrorCode,
    message: string,
    options: {
      readonly details?: Readonly<Record<string, unknown>>;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ExporterError';
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** The message of a thrown value of any type. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
