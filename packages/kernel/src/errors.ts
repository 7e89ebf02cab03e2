export type KernelErrorCode =
  | 'INVALID_ARGUMENT'
  | 'INVALID_GRID'
  | 'INVALID_COUNTS'
  | 'PROFILE_FORMAT'
  | 'PROFILE_MISMATCH'
  | 'OUT_OF_MEMORY'
  | 'WASM_UNAVAILABLE'
  | 'WORKER_BUSY'
  | 'WORKER_CLOSED';

/** Every way in which this package refuses a call, and what the code means. */
export const kernelErrorCodes: Readonly<Record<KernelErrorCode, string>> = {
  INVALID_ARGUMENT: 'An argument has the wrong type, length or range.',
  INVALID_GRID: 'Grid points or bin edges are not finite and strictly ascending, or too many.',
  INVALID_COUNTS: 'Counts are not finite, negative, or do not have the expected length.',
  PROFILE_FORMAT: 'A profile read from JSON has a missing, unknown or impossible field.',
  PROFILE_MISMATCH: 'Two profiles do not share the grid or the categories that merging needs.',
  OUT_OF_MEMORY: 'The WebAssembly memory cannot hold the scratch space that the input needs.',
  WASM_UNAVAILABLE: 'The WebAssembly kernel was asked for where it cannot run.',
  WORKER_BUSY: 'As many calls as are allowed wait for the worker thread already.',
  WORKER_CLOSED: 'The worker thread was closed or has died.',
};

/** What a {@link KernelError} is built from; its message reads `place: got value; nextStep`. */
export interface KernelErrorDetail {
  /** Function and argument, or the path inside a file: `countEdges(edges)[3]`. */
  readonly place: string;
  /** The offending value; shortened in the message, kept whole in the field. */
  readonly value: unknown;
  /** What is allowed and what to do, as a clause: `pass a whole number from 1 to 16`. */
  readonly nextStep: string;
  readonly cause?: unknown;
}

/** The one error of this package. Branch on `code`; the message is for people. */
export class KernelError extends Error {
  override readonly name: 'KernelError' = 'KernelError';
  readonly code: KernelErrorCode;
  readonly place: string;
  readonly value: unknown;
  readonly nextStep: string;

  constructor(code: KernelErrorCode, detail: KernelErrorDetail) {
    super(
      `${detail.place}: got ${describeValue(detail.value)}; ${detail.nextStep}`,
      detail.cause === undefined ? undefined : { cause: detail.cause },
    );
    this.code = code;
    this.place = detail.place;
    this.value = detail.value;
    this.nextStep = detail.nextStep;
  }

  /** True for a KernelError of any installed copy of this package, which `instanceof` is not. */
  static isInstance(value: unknown): value is KernelError {
    return (
      value instanceof Error &&
      value.name === 'KernelError' &&
      'code' in value &&
      typeof value.code === 'string' &&
      Object.hasOwn(kernelErrorCodes, value.code)
    );
  }
}

const longestText = 60;

function describeValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(shorten(value));
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (ArrayBuffer.isView(value) || Array.isArray(value)) {
    const length = 'length' in value ? value.length : value.byteLength;
    return `${value.constructor?.name ?? 'array'} of length ${length}`;
  }
  return `an object with the fields ${shorten(JSON.stringify(Object.keys(value)))}`;
}

function shorten(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText)}…`;
}
