import type { PredictionBatch, Target } from '../prediction.js';
import type { StateProblem } from '../restoring.js';

export type { StateProblem };

/** Everything that a monitor has counted up to a time. Plain data, which `structuredClone` keeps. */
export interface MonitorSnapshot {
  /** Version of the format; a monitor restores those that it knows. */
  readonly version: number;
  readonly model: { readonly name: string; readonly version: string };
  /** On the clock of the monitor, in milliseconds since the Unix epoch. */
  readonly timeMs: number;
  /** For `Monitor.restore` only. */
  readonly parts: unknown;
}

/** Something that a monitor was given and has counted, with its time on the clock of the monitor. */
export type MonitorInput = { readonly timeMs: number } & (
  | { readonly kind: 'prediction'; readonly batch: PredictionBatch }
  | { readonly kind: 'targets'; readonly targets: readonly Target[] }
  | { readonly kind: 'duplicates'; readonly rows: number }
  | { readonly kind: 'warm_up' }
);

/**
 * Where a monitor keeps its state, so that it continues after a restart: a snapshot, and the input that
 * came after it. What the methods throw is counted as a failure of stage `state`.
 */
export interface MonitorState {
  /** What was kept by the process before; called once, when the monitor starts. */
  load(): {
    readonly snapshot: MonitorSnapshot | undefined;
    /** The input after the snapshot, in its order. */
    readonly input: Iterable<MonitorInput>;
  };
  /** Keeps an input, whose values are valid during the call only. */
  append(input: MonitorInput): void;
  /** Keeps a snapshot in place of all that was kept before; it is valid during the call only. */
  save(snapshot: MonitorSnapshot): void;
  /** Receives the parts of the loaded state that were left out, since they no longer fit. */
  dropped?(problems: readonly StateProblem[]): void;
}
