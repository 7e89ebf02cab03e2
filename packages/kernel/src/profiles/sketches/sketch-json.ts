export const sketchFormat = 'modelmeter-value-sketch';
export const sketchVersion = 1;

/** A bucket number and its count, ascending. */
export type BucketJson = [bucket: number, count: number];

export interface ValueSketchJson {
  format: typeof sketchFormat;
  version: typeof sketchVersion;
  minimum: number;
  maximum: number;
  missing: number;
  clamped: number;
  zero: number;
  infinite: [negative: number, positive: number];
  /** Smallest and largest finite value, null when there is none. */
  extremes: [min: number, max: number] | null;
  positive: BucketJson[];
  negative: BucketJson[];
}
