/** The part of a tensor of TensorFlow.js that this adapter uses. */
export interface TfjsTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly isDisposed?: boolean;
  data(): Promise<unknown>;
  dataSync(): unknown;
  clone(): KeepableTensor;
}

/** A tensor that outlives the `tf.tidy` in which it was made once `kept` is true, as by `tf.keep`. */
export interface KeepableTensor extends TfjsTensor {
  kept: boolean;
  dispose(): void;
}

/** Tensors as the models of TensorFlow.js take and give them. */
export type TfjsTensors = TfjsTensor | readonly TfjsTensor[] | Readonly<Record<string, TfjsTensor>>;

/** The part of a LayersModel or GraphModel that this adapter uses, on any backend. */
export interface TfjsModel {
  /** Of a LayersModel. */
  readonly inputNames?: readonly string[];
  readonly outputNames?: readonly string[];
  /** Of a GraphModel. */
  readonly inputNodes?: readonly string[];
  readonly outputNodes?: readonly string[];
  /** Names that `predict` of a GraphModel gives its outputs, in the order of `outputNodes`. */
  readonly modelStructuredOutputKeys?: object;
  // Method syntax keeps the check of parameters loose enough for both kinds of model.
  predict(inputs: never, ...rest: never[]): unknown;
}
