/** Every error code of this package with its meaning. */
export const kernelErrorCodes = {
  INVALID_ARGUMENT: 'An argument has the wrong type, length or range.',
  INVALID_GRID: 'Grid points or bin edges are not finite, not strictly ascending, or too many.',
  INVALID_COUNTS: 'Counts are negative, not finite, or not of the expected length.',
  PROFILE_FORMAT: 'A profile or sketch read from JSON has a missing, unknown or impossible field.',
  PROFILE_MISMATCH: 'Two profiles or sketches differ in grid, categories or range.',
  OUT_OF_MEMORY: 'The WebAssembly memory cannot hold what the call needs.',
  WASM_UNAVAILABLE: "The implementation 'wasm' was requested where it cannot run.",
  WORKER_BUSY: 'The worker thread already has as many pending calls as it accepts.',
  WORKER_CLOSED: 'The worker thread was closed or has failed.',
} as const satisfies Readonly<Record<string, string>>;

export type KernelErrorCode = keyof typeof kernelErrorCodes;

/** The fields of a {@link KernelError}; its message reads `place: got value; nextStep`. */
export interface KernelErrorDetail {
  /** Function and argument, or the path inside a file: `countEdges(edges)[3]`. */
  readonly place: string;
  /** The offending value; shortened in the message, kept whole in the field. */
  readonly value: unknown;
  /** What is allowed and what to do, as a clause: `pass a whole number from 1 to 16`. */
  readonly nextStep: string;
  readonly cause?: unknown;
}

/** The only error class of this package. Branch on `code`; the message is for people. */
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
