import type { ComparedFeature } from '../compared-feature.js';

/**
 * The one port through which counts reach the drift engine: the windows of this process, or the
 * counters of a fleet.
 */
export interface CountSource {
  /**
   * Every feature in the window that ends at `nowMs` beside its reference, those of segments with
   * their `segment`. A source that reads the windows of the process answers at once.
   */
  samples(nowMs: number): MaybeLater<readonly ComparedFeature[]>;
}

/** There at once, or to be waited for. */
export type MaybeLater<Result> = Result | Promise<Result>;
