/** What this adapter needs of a tensor of ONNX Runtime. */
export interface OnnxTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: unknown;
}

/** What this adapter needs of an InferenceSession of ONNX Runtime: node, web and react-native fit. */
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

/** What to do about an output that the runtime cannot hand out. */
export function noTensor(output: string): string {
  return `Output "${output}" is not a tensor (a ZipMap of scikit-learn gives a sequence of maps), which ONNX Runtime for JavaScript cannot read. Export the model with zipmap=False.`;
}
