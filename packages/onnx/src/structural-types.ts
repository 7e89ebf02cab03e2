/** The part of a tensor of ONNX Runtime that this adapter uses. */
export interface OnnxTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: unknown;
}

/** The part of an InferenceSession that this adapter uses; those of node, web and react-native have it. */
export interface OnnxSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly inputMetadata?: readonly {
    readonly name: string;
    readonly isTensor: boolean;
    readonly type?: string;
    readonly shape?: readonly (number | string)[];
  }[];
  readonly outputMetadata?: readonly { readonly name: string; readonly isTensor: boolean }[];
  // Method syntax keeps the check of parameters loose enough for the overloads of the runtimes.
  run(feeds: never, ...rest: never[]): Promise<object>;
}

/** The problem of an output that the runtime cannot return, and the remedy. */
export function noTensor(output: string): string {
  return `Output "${output}" is not a tensor (a ZipMap of scikit-learn returns a sequence of maps), which ONNX Runtime for JavaScript cannot read. Export the model with zipmap=False.`;
}

/** Whether a value has the form of a tensor of ONNX Runtime. */
export function isTensor(value: unknown): value is OnnxTensor {
  return typeof value === 'object' && value !== null && 'dims' in value && 'data' in value;
}
