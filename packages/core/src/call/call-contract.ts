import type { FeatureBlock, OutputBlock, PredictionBatch, SegmentValues } from '../prediction.js';
import type { FeatureConfig } from '../settings/features.js';
import type { OutputsConfig } from '../settings/outputs.js';
import type { ErrorReason } from '../vocabulary.js';

/** Details that the caller of a model adds to a call with `Monitor.withCall`. */
export interface CallDetails {
  /** One id per row; targets refer to predictions by it. */
  readonly predictionIds?: readonly string[];
  /** Values by name that only tell segments apart, one per row. */
  readonly segments?: SegmentValues;
  /** Passed to the hooks as it is, for example the request; never read here. */
  readonly context?: unknown;
  /** Rejects the call with its reason when it aborts; the call counts as failed. */
  readonly signal?: AbortSignal;
}

/** How one call is metered. */
export interface CallTerms {
  /** False if the sampling rate skips the features of this call. */
  readonly isSampled: boolean;
  /** True if inputs that do not fit their features are rejected. */
  readonly requiresValidInput: boolean;
  readonly details: CallDetails | undefined;
}

/** The part of a monitor that a call meter uses. */
export interface CallMonitor {
  /** Version of this contract; an adapter may refuse another one. */
  readonly specificationVersion: 1;
  readonly features: readonly FeatureConfig[];
  readonly outputs: OutputsConfig;
  /** A call meter was made, so the model is loaded. */
  wrapped(): void;
  /** Counts a call in flight. */
  startCall(): CallTerms;
  /** The model has finished a call that was started. */
  endCall(): void;
  /** @throws CoreError INPUT_INVALID naming the first value that does not fit its feature. */
  requireValidInput(features: readonly FeatureBlock[], rows: number): void;
  newPredictionId(): string;
  /** Records a finished call; called exactly once for each. */
  observe(batch: PredictionBatch): void;
  /** Counts a failure to read features or outputs. */
  countError(stage: 'features' | 'outputs', error: unknown): void;
}

/**
 * How an adapter reads its model. Blocks are views of the data where possible; they are read before
 * the caller gets its result and are not kept.
 */
export interface CallReader<Input, Result> {
  /** Rows of a call; used only when its features are not available to count them. */
  rows(input: Input): number;
  /**
   * The features of a call, read before the model runs. Return a promise if a device must be
   * asked; it must not depend on the input after this function has returned. With
   * `requiresSynchronousRead` a promise is not allowed, since the input is checked before the
   * model runs.
   */
  features(
    input: Input,
    requiresSynchronousRead: boolean,
  ): readonly FeatureBlock[] | Promise<readonly FeatureBlock[]>;
  /**
   * The outputs of a call, read before the caller gets the result. Return a promise if a device
   * must be asked; it must not depend on the result after this function has returned.
   */
  outputs(result: Result): readonly OutputBlock[] | Promise<readonly OutputBlock[]>;
}

/** Options of every adapter. */
export interface CallOptions<Input, Result> {
  /**
   * One id per row, to which targets refer: `generated` ids, which the hooks receive, or those that
   * a function reads. Ids of `Monitor.withCall` take precedence.
   */
  readonly predictionIds?: 'generated' | ((input: Input, result: Result) => readonly string[]);
  /** The reason of a failed call by its error and input; default: `errorReasonOf`. */
  readonly errorReason?: (error: unknown, input: Input) => ErrorReason;
  /** Milliseconds after which an asynchronous call rejects with a TimeoutError. */
  readonly timeoutMs?: number;
  /** Most calls whose features or outputs may be pending to be read; default 64. */
  readonly maximumPendingReads?: number;
}
