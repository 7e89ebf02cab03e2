/** Every way in which the exporter refuses to start or a request is refused, with its status. */
export const exporterErrors = {
  REFERENCE_UNREADABLE: { status: 500, title: 'The reference profile cannot be read' },
  MODEL_UNREADABLE: { status: 500, title: 'The model cannot be loaded' },
  MODEL_MISMATCH: { status: 500, title: 'The model does not fit its declaration' },
  RUNTIME_MISSING: { status: 500, title: 'A model runtime is not installed' },
  SECRET_UNREADABLE: { status: 500, title: 'A file with a secret cannot be read' },
  SETTING_FIXED: { status: 500, title: 'A setting cannot change while the exporter runs' },
  STOPPING: { status: 503, title: 'The exporter is stopping' },
  PORT_UNAVAILABLE: { status: 500, title: 'The port cannot be opened' },
  BODY_MALFORMED: { status: 400, title: 'The body cannot be parsed' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is too large' },
  MEDIA_TYPE_UNSUPPORTED: { status: 415, title: 'The content type is not supported' },
  ROUTE_UNKNOWN: { status: 404, title: 'There is no such address' },
  MODEL_UNKNOWN: { status: 404, title: 'There is no such model' },
  MODEL_NOT_SERVED: { status: 409, title: 'The model is not served here' },
  INPUT_INVALID: { status: 422, title: 'The input does not fit the model' },
  REFERENCE_MISSING: { status: 404, title: 'There is no such reference' },
  REFERENCE_INVALID: { status: 422, title: 'The reference does not serve' },
  TARGET_UNMATCHED: { status: 422, title: 'Some targets could not be used' },
  PROMETHEUS_UNAVAILABLE: { status: 502, title: 'The counters of the fleet cannot be read' },
  DRIFT_RUN_FAILED: { status: 500, title: 'The drift run failed' },
  DRIFT_JUDGED_ELSEWHERE: { status: 409, title: 'The drift of the model is not judged here' },
  INFERENCE_FAILED: { status: 500, title: 'The model failed' },
} as const;

export type ExporterErrorCode = keyof typeof exporterErrors;

/** An error with a place, a value and a remedy; over HTTP it becomes a problem body. */
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

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
