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
  // Method syntax keeps the check of parameters loose enough for the overloads of the runtimes.
  run(feeds: never, ...rest: never[]): Promise<object>;
}
