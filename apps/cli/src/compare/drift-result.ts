import type { DriftState, FeatureDrift } from '@modelmeter/core';
import type { RepeatedRowsDrift } from '@modelmeter/core/drift';
import type { ReadReport } from '../read/read-report.js';

/** A data set that was read: its name as the user gave it, its rows, and what was not read. */
export interface Source extends ReadReport {
  readonly source: string;
  readonly rows: number;
}

/** One feature in one chunk: what a trend needs. */
export type ChunkFeature = Pick<
  FeatureDrift,
  | 'name'
  | 'currentRows'
  | 'compared'
  | 'scores'
  | 'effects'
  | 'pValue'
  | 'adjustedPValue'
  | 'significant'
  | 'state'
>;

/** The result of one chunk of the current data. */
export interface ChunkResult {
  /** `2021-06`, `2021-06-14`, `2021-06-14T09`, `2021-W24`; or the range of rows, from 1: `1-5000`. */
  readonly key: string;
  readonly rows: number;
  readonly features: readonly ChunkFeature[];
  readonly driftedFeatures: readonly string[];
  readonly state: DriftState;
}

/** A feature whose score does not stay the same over the chunks. */
export interface FeatureChanges {
  readonly feature: string;
  /** The statistic whose score changes. */
  readonly statistic: string;
  /** The chunks, by key, in which the score reaches another level, or begins to rise or fall. */
  readonly chunks: readonly string[];
}

/**
 * The result of one segment: its rows against the same rows of the reference. A segment that is new
 * has no rows there, and nothing is decided about it.
 */
export interface SegmentResult {
  readonly value: string;
  readonly referenceRows: number;
  readonly currentRows: number;
  readonly features: readonly ChunkFeature[];
  readonly driftedFeatures: readonly string[];
  readonly state: DriftState;
}

/** A value, or a range of values, of a column. */
export interface SegmentCondition {
  readonly column: string;
  readonly value: string;
}

/** A segment that holds more of the shift of a feature than its share of the rows. */
export interface ShiftedSegment {
  /** The feature that shifted. */
  readonly feature: string;
  /** The rows of the segment: those that meet all conditions, of which there are one or two. */
  readonly conditions: readonly SegmentCondition[];
  readonly currentRows: number;
  /** Share of the current rows, and of the shift, 0 to 1. */
  readonly rowRatio: number;
  readonly shiftRatio: number;
  /**
   * Share of the rows that moved to other bins, in the segment and in all other rows. Of a segment with
   * two conditions, the others that meet one of them are measured apart, and the highest share counts.
   */
  readonly inside: number;
  readonly outside: number;
  /** That as much moved inside as outside, adjusted for everything that was looked at. */
  readonly adjustedPValue: number;
  readonly explanation: string;
}

/** What `modelmeter drift --format json` prints. */
export interface DriftResult {
  readonly reference: Source;
  readonly current: Source & {
    /** Features that the current data have no column of. */
    readonly missingColumns: readonly string[];
  };
  /** Every feature, in the order of the columns. */
  readonly features: readonly FeatureDrift[];
  /** In the order of time, or of the rows; with `--chunk-by` or `--chunk-size`. */
  readonly chunks?: readonly ChunkResult[];
  /** When features changed, with chunks. */
  readonly changes?: readonly FeatureChanges[];
  /** With `--segment`: the largest segments of the reference, and how many were left out. */
  readonly segments?: {
    readonly column: string;
    readonly values: readonly SegmentResult[];
    readonly leftOut: { readonly segments: number; readonly rows: number };
    /** Segments that only the current data have. */
    readonly added: { readonly segments: number; readonly rows: number };
    /** Current rows without a value of the segment column. */
    readonly missing: number;
  };
  /** With `--explain`: by feature, the largest shift first; at most three segments each. */
  readonly shiftedSegments?: readonly ShiftedSegment[];
  /** Rows that repeat another one; left out where a side is a profile. */
  readonly duplicateRows?: RepeatedRowsDrift;
  readonly driftedFeatures: readonly string[];
  /** The worst state of the features and of `duplicateRows`. */
  readonly state: DriftState;
  /** Features about which nothing could be decided. */
  readonly undecidedFeatures: readonly string[];
  /** Why the comparison as a whole is not to be relied on; empty when it is. */
  readonly undecided: readonly string[];
}
