import { normalSurvival } from '@modelmeter/kernel/distributions';
import { binCounts, type ColumnProfile, quantileBins } from '@modelmeter/kernel/profiles';

/** Bins of a numeric feature. */
const bins = 10;
/** Independent rows that a segment and the others must have on each side. */
const fewestRows = 100;

/** A feature on both sides, counted on one grid or over one vocabulary. */
export interface Sample {
  readonly reference: ColumnProfile;
  readonly current: ColumnProfile;
}

/** Rows, and those of them in the bins that grew in all rows. */
interface Rows {
  readonly growing: number;
  readonly rows: number;
}

/** The rows of a segment on both sides. */
export interface SegmentRows {
  readonly reference: Rows;
  readonly current: Rows;
}

/** The bins whose share grew in all rows. They take, together, what the other bins lose. */
export interface Shift {
  readonly all: SegmentRows;
  rowsIn(segment: Sample): SegmentRows;
}

/** How much of the shift of a feature the rows of a segment hold. */
export interface Concentration {
  /** Share of the current rows that are in the segment, 0 to 1. */
  readonly rowRatio: number;
  /** Share of the shift that these rows make, 0 to 1. */
  readonly shiftRatio: number;
  /** By how much the share of the bins grew that grew in all rows, -1 to 1: in the segment. */
  readonly inside: number;
  /** The same in the others: the highest, where there are several kinds of others. */
  readonly outside: number;
  /** One-sided: that the bins grew by no more inside than outside. */
  readonly pValue: number;
}

/** Finds the bins of a feature that grew. O(bins), and so is counting the rows of a segment. */
export function shiftOf(whole: Sample): Shift {
  const edges =
    whole.reference.type === 'numeric' ? quantileBins(whole.reference, bins) : undefined;
  const [before, after] = [whole.reference, whole.current].map((side) => binsOf(side, edges));
  const [rowsBefore, rowsAfter] = [total(before!), total(after!)];
  const isGrowing = after!.map((rows, bin) => rows / rowsAfter > before![bin]! / rowsBefore);
  const count = (side: ColumnProfile): Rows => {
    const counts = binsOf(side, edges);
    return {
      growing: total(counts.filter((_, bin) => isGrowing[bin])),
      rows: total(counts),
    };
  };
  const rowsIn = ({ reference, current }: Sample): SegmentRows => ({
    reference: count(reference),
    current: count(current),
  });
  return { all: rowsIn(whole), rowsIn };
}

/**
 * Measures how much of the shift of a feature the rows of a segment hold.
 *
 * The growth of the share of the growing bins is the shift, half the sum of the moves of all bins. It
 * is compared inside and outside the segment by a z test with a row of each kind added to each sample;
 * of several kinds of others, each is compared, and the highest p-value counts. Source: Agresti and
 * Caffo 2000, "Simple and effective confidence intervals for proportions and differences of
 * proportions", The American Statistician 54.
 *
 * @param wider Segments that hold this one, all rows first. Those of each that are not in this one are
 * a kind of others.
 * @param rowsPerBlock Effective block size of correlated rows on each side.
 * @returns undefined when the segment or some others have fewer than 100 independent rows on a side.
 */
export function concentrationOf(
  inside: SegmentRows,
  wider: readonly [SegmentRows, ...SegmentRows[]],
  rowsPerBlock: { readonly reference: number; readonly current: number },
): Concentration | undefined {
  const outside = wider.map((segment) => ({
    reference: others(segment.reference, inside.reference),
    current: others(segment.current, inside.current),
  }));
  const isLarge = ({ reference, current }: SegmentRows): boolean =>
    reference.rows / rowsPerBlock.reference >= fewestRows &&
    current.rows / rowsPerBlock.current >= fewestRows;
  if (!isLarge(inside) || !outside.every(isLarge)) return undefined;
  const [all] = wider;
  const rowRatio = inside.current.rows / all.current.rows;
  const shift = growth(all);
  const ofShift = shift > 0 ? (rowRatio * growth(inside)) / shift : 0;
  const a = smoothedGrowth(inside, rowsPerBlock);
  const pValues = outside.map((rows) => {
    const b = smoothedGrowth(rows, rowsPerBlock);
    return normalSurvival((a.growth - b.growth) / Math.sqrt(a.variance + b.variance));
  });
  return {
    rowRatio,
    shiftRatio: Math.min(1, Math.max(0, ofShift)),
    inside: growth(inside),
    outside: Math.max(...outside.map(growth)),
    pValue: Math.max(...pValues),
  };
}

function binsOf(profile: ColumnProfile, edges: Float64Array | undefined): number[] {
  return profile.type === 'numeric'
    ? [...binCounts(profile.grid, profile.counts, edges!), profile.missing]
    : [...profile.counts, profile.other, profile.missing];
}

function others(all: Rows, part: Rows): Rows {
  return { growing: all.growing - part.growing, rows: all.rows - part.rows };
}

function growth({ reference, current }: SegmentRows): number {
  return current.growing / current.rows - reference.growing / reference.rows;
}

function smoothedGrowth(
  { reference, current }: SegmentRows,
  rowsPerBlock: { readonly reference: number; readonly current: number },
): { readonly growth: number; readonly variance: number } {
  const smoothed = ({ growing, rows }: Rows, block: number) => {
    const n = rows / block + 2;
    const share = (growing / block + 1) / n;
    return { share, variance: (share * (1 - share)) / n };
  };
  const before = smoothed(reference, rowsPerBlock.reference);
  const after = smoothed(current, rowsPerBlock.current);
  return { growth: after.share - before.share, variance: after.variance + before.variance };
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
