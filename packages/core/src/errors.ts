/** Every way in which this package refuses a call, and what the code means. */
export const coreErrorCodes = {
  CONFIG_INVALID: 'A setting is unknown, of the wrong type or impossible.',
  METRIC_CONFLICT: 'The registry already holds a metric or a model of the same name.',
  METRIC_LABELS: 'A series was asked for with labels, or values of them, that are not declared.',
  REFERENCE_FORMAT: 'A reference file is not ours, is damaged, or is of a newer version.',
  REFERENCE_MISMATCH: 'A reference does not have the features that the model declares.',
  COUNTS_INVALID: 'The counters of a fleet do not fit the reference that they are compared with.',
  INPUT_INVALID: 'A value does not fit the feature that it is given for, and validation is reject.',
  BATCH_INVALID: 'A prediction batch does not have the shape that it declares.',
} as const;

export type CoreErrorCode = keyof typeof coreErrorCodes;

/** One problem: its place, the value found, and what to do. */
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
  /** 400 for INPUT_INVALID, which web frameworks answer to the client; undefined otherwise. */
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

  /** True for errors of any installed copy of this package. */
  static isInstance(error: unknown): error is CoreError {
    return typeof error === 'object' && error !== null && marker in error;
  }
}
