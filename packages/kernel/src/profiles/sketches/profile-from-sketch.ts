import { maximumGridPoints } from '../../checks/arguments.js';
import { requireIntegerIn } from '../../checks/number-arguments.js';
import { nextBelow } from '../../numeric/next-below.js';
import { binMoments } from '../bin-moments.js';
import type { NumericProfile } from '../profile.js';
import { bucketFloor, bucketOf } from './log-linear-buckets.js';
import type { ValueSketch } from './value-sketch.js';

/** Rows between two numbers: above `lower` and up to the `lower` of the next one. */
interface Stretch {
  readonly lower: number;
  rows: number;
}

/**
 * The profile of the values that a sketch has seen, on a grid of ends of its buckets: a reference
 * of a stream whose rows were never kept.
 *
 * What is counted on that grid later falls between the same points, so the shares of both are
 * compared exactly; only inside a bucket nothing is known. Neighbouring buckets of few rows are
 * taken together until there are at most `gridPoints` points. Mean and m2 are those of the bins.
 * O(buckets).
 *
 * @param gridPoints 4 to 16384, default 1024.
 * @throws KernelError INVALID_ARGUMENT when `gridPoints` is out of range.
 */
export function profileFromSketch(sketch: ValueSketch, gridPoints: number = 1024): NumericProfile {
  requireIntegerIn('profileFromSketch(gridPoints)', gridPoints, 4, maximumGridPoints);
  const { missing, infinite, extremes, zero, positive, negative, minimum } = sketch.toJson();
  const [below, above] = infinite;
  if (extremes === null) {
    const counts = Float64Array.of(below + above);
    return { ...empty, count: below + above, missing, infinite: below + above, counts };
  }
  const [min, max] = extremes;
  const first = bucketOf(minimum);
  const end = (bucket: number): number => nextBelow(bucketFloor(first + bucket));
  const stretches: Stretch[] = [];
  for (const [bucket, rows] of [...negative].reverse()) {
    stretches.push({ lower: -end(bucket + 1), rows });
  }
  if (zero > 0) stretches.push({ lower: -end(0), rows: zero });
  for (const [bucket, rows] of positive) stretches.push({ lower: end(bucket), rows });
  const joined = join(stretches, gridPoints - 1);
  const lastBucket = positive.at(-1)?.[0];
  const upper =
    lastBucket !== undefined ? end(lastBucket + 1) : zero > 0 ? end(0) : -end(negative[0]![0]);
  // What lay beyond the range of the sketch was counted in its last buckets.
  const grid = Float64Array.of(
    Math.max(-Number.MAX_VALUE, Math.min(joined[0]!.lower, nextBelow(min))),
    ...joined.slice(1).map(({ lower }) => lower),
    Math.min(Number.MAX_VALUE, Math.max(upper, -nextBelow(-max))),
  );
  const counts = new Float64Array(2 * grid.length + 1);
  counts[0] = below;
  for (const [index, { rows }] of joined.entries()) counts[2 * index + 2] = rows;
  counts[counts.length - 1] = above;
  const finite = joined.reduce((sum, { rows }) => sum + rows, 0);
  return {
    type: 'numeric',
    count: finite + below + above,
    missing,
    infinite: below + above,
    min,
    max,
    ...binMoments(grid, counts),
    grid,
    counts,
  };
}

const empty: NumericProfile = {
  type: 'numeric',
  count: 0,
  missing: 0,
  infinite: 0,
  min: null,
  max: null,
  mean: 0,
  m2: 0,
  grid: new Float64Array(0),
  counts: new Float64Array(1),
};

/** At most `most` stretches: the light ones joined with those above them. */
function join(stretches: readonly Stretch[], most: number): readonly Stretch[] {
  if (stretches.length <= most) return stretches;
  const rows = stretches.reduce((sum, stretch) => sum + stretch.rows, 0);
  // A stretch is closed by its own weight or by a heavy one behind it: two for each share.
  const share = rows / Math.floor(most / 2);
  const joined: Stretch[] = [];
  for (const stretch of stretches) {
    const last = joined.at(-1);
    if (last === undefined || last.rows + stretch.rows > share) joined.push({ ...stretch });
    else last.rows += stretch.rows;
  }
  return joined;
}
