import type { DriftState, FeatureDrift } from '@modelmeter/core';

/** A data set that was read: its name as the user gave it, and its rows. */
export interface Source {
  readonly source: string;
  readonly rows: number;
}

/** One feature in one chunk: what a trend needs. */
export type ChunkFeature = Pick<
  FeatureDrift,
  | 'name'
  | 'currentRows'
  | 'scores'
  | 'noiseFloor'
  | 'pValue'
  | 'adjustedPValue'
  | 'significant'
  | 'state'
>;

/** A stretch of the current data, judged by itself. */
export interface ChunkResult {
  /** `2021-06`, `2021-06-14`, `2021-06-14T09`, `2021-W24`; or the range of rows, from 1: `1-5000`. */
  readonly key: string;
  readonly rows: number;
  readonly features: readonly ChunkFeature[];
  readonly driftedFeatures: readonly string[];
  readonly state: DriftState;
}

/** The rows of one value of the segment column, judged against the same rows of the reference. */
export interface SegmentResult {
  readonly value: string;
  readonly referenceRows: number;
  readonly currentRows: number;
  readonly features: readonly ChunkFeature[];
  readonly driftedFeatures: readonly string[];
  readonly state: DriftState;
}

/** What `modelmeter drift --format json` prints. */
export interface DriftResult {
  readonly reference: Source;
  readonly current: Source;
  /** Every feature, in the order of the columns. */
  readonly features: readonly FeatureDrift[];
  /** In the order of time, or of the rows; with `--chunk-by` or `--chunk-size`. */
  readonly chunks?: readonly ChunkResult[];
  /** With `--segment`: the largest segments of the reference, and how many were left out. */
  readonly segments?: {
    readonly column: string;
    readonly values: readonly SegmentResult[];
    readonly leftOut: { readonly segments: number; readonly rows: number };
  };
  readonly driftedFeatures: readonly string[];
  readonly state: DriftState;
}
