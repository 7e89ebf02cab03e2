import type { Compared } from '../compared-feature.js';

/**
 * Where a drift run gets its counts: the windows of this process, or the counters of a fleet.
 */
export interface CountSource {
  /**
   * Every feature in the window that ends at `nowMs`, with its reference; the features of segments
   * have their `segment` set. The windows of this process are returned synchronously.
   */
  samples(nowMs: number): MaybeLater<readonly Compared[]>;
}

/** A result, or a promise of it. */
export type MaybeLater<Result> = Result | Promise<Result>;
