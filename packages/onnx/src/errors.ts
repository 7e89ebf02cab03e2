/** Every way in which this package refuses a model file, and what the code means. */
export const onnxErrorCodes = {
  MODEL_FORMAT: 'The bytes are not an ONNX model, or are damaged.',
  METADATA_MISSING: 'The model has no metadata entry of the name that was asked for.',
  METADATA_INVALID: 'A metadata entry of the model does not hold what it should.',
} as const;

export type OnnxErrorCode = keyof typeof onnxErrorCodes;

const marker = Symbol.for('@modelmeter/onnx.OnnxError');

/** The one error of this package, of set-up only. Branch on `code`; the message is for people. */
export class OnnxError extends Error {
  readonly code: OnnxErrorCode;

  constructor(code: OnnxErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'OnnxError';
    this.code = code;
    Object.defineProperty(this, marker, { value: true });
  }

  /** True for errors of any installed copy of this package. */
  static isInstance(error: unknown): error is OnnxError {
    return typeof error === 'object' && error !== null && marker in error;
  }
}
