/** The codes of this package's errors and their meanings. */
export const coreErrorCodes = {
  CONFIG_INVALID: 'A setting is unknown, has the wrong type, or contradicts another setting.',
  METRIC_CONFLICT: 'The registry already holds a metric or a model of the same name.',
  METRIC_LABELS: 'A series has labels or label values that its metric does not declare.',
  REFERENCE_FORMAT: 'A reference file has another format, is damaged, or has a newer version.',
  REFERENCE_MISMATCH: 'A reference does not have the features that the model declares.',
  COUNTS_INVALID: 'The counters of a fleet do not fit the reference.',
  INPUT_INVALID: 'A value does not fit its feature, and validation is set to reject.',
  MODEL_INVALID: 'An adapter cannot wrap the value, or the model is already wrapped.',
  MODEL_MISMATCH: 'A model does not have the declared features or outputs.',
  STATE_MISMATCH: 'Saved state does not fit the settings, or its version is not known.',
  BATCH_INVALID: 'A prediction batch does not have the declared features, outputs or shape.',
} as const;

/** A key of `coreErrorCodes`. */
export type CoreErrorCode = keyof typeof coreErrorCodes;

/** One problem: its path, the value found, and how to correct it. */
export interface Problem {
  /** Path of the field, such as `models[0].features[2].type`. */
  readonly path: string;
  readonly message: string;
}

const marker = Symbol.for('@modelmeter/core.CoreError');

/** An error of setup or input. Monitoring itself never throws into the caller of a model. */
export class CoreError extends Error {
  readonly code: CoreErrorCode;
  /** The individual problems, ordered by path. */
  readonly problems: readonly Problem[];
  /** 400 for INPUT_INVALID, which web frameworks send to the client; undefined otherwise. */
  readonly statusCode: 400 | undefined;

  constructor(
    code: CoreErrorCode,
    message: string,
    options: { readonly problems?: readonly Problem[]; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CoreError';
    this.code = code;
    this.problems = options.problems ?? [];
    this.statusCode = code === 'INPUT_INVALID' ? 400 : undefined;
    Object.defineProperty(this, marker, { value: true });
  }

  /** Whether a value is a CoreError, of any installed copy of this package. */
  static isInstance(error: unknown): error is CoreError {
    return typeof error === 'object' && error !== null && marker in error;
  }
}
