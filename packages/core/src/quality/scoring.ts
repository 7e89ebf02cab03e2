import type { OutputBlock } from '../prediction.js';

/** Scores of some targets; a score is left out where it is undefined. */
export interface Scores {
  /** Targets that were scored. */
  readonly samples: number;
  readonly scores: {
    readonly accuracy?: number;
    readonly precision?: number;
    readonly recall?: number;
    readonly f1?: number;
    readonly mean_absolute_error?: number;
    readonly root_mean_squared_error?: number;
  };
}

/** The outcome of a prediction whose target arrived; counters add it up for a fleet. */
export type Outcome =
  | { readonly task: 'binary'; readonly outcome: 'tp' | 'fp' | 'tn' | 'fn' }
  | { readonly task: 'multiclass'; readonly predicted: number; readonly actual: number }
  | { readonly task: 'regression'; readonly error: number };

/**
 * How predictions of a task are compared with their targets: everything that the scores need is a
 * vector of sums, which adds up over panes, segments and replicas.
 */
export interface Scoring {
  /** Length of a vector of sums. */
  readonly width: number;
  /** Reads the outputs of a batch: one number per row, or undefined if the output is missing. */
  readOutputs(outputs: readonly OutputBlock[], rows: number): Float64Array | undefined;
  /** A target as the number that `add` takes; undefined when it does not fit the task. */
  readTarget(value: string | number | boolean): number | undefined;
  /** Adds a prediction with its target to the sums. */
  add(sums: Float64Array, output: number, target: number): void;
  /** What a prediction with its target counts as. */
  outcome(output: number, target: number): Outcome;
  /** The scores that follow from the sums. O(width). */
  scores(sums: Float64Array): Scores;
}
