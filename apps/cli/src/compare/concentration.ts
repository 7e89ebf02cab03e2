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

/** How much of the shift of a feature the rows of a segment hold. */
export interface Concentration {
  /** Share of the current rows that are in the segment, 0 to 1. */
  readonly rowRatio: number;
  /** Share of the shift that these rows make, 0 to 1. */
  readonly shiftRatio: number;
  /** By how much the share of the bins grew that grew in all rows, -1 to 1: in the segment. */
  readonly inside: number;
  /** The same in all other rows. */
  readonly outside: number;
  /** One-sided: that the bins grew by no more inside than outside. */
  readonly pValue: number;
}

/**
 * Measures how much of the shift of a feature the rows of a segment hold.
 *
 * The bins whose share grew in all rows take, together, what the other bins lose: the growth of their
 * share is the shift, half the sum of the moves of all bins. It is compared inside and outside the
 * segment by a z test with a row of each kind added to each sample. Source: Agresti and Caffo 2000,
 * "Simple and effective confidence intervals for proportions and differences of proportions", The
 * American Statistician 54.
 *
 * @param rowsPerBlock Effective block size of correlated rows on each side.
 * @returns undefined when the segment or the others have fewer than 100 independent rows on a side.
 */
export function concentrationOf(
  whole: Sample,
  segment: Sample,
  rowsPerBlock: { readonly reference: number; readonly current: number },
): Concentration | undefined {
  const edges =
    whole.reference.type === 'numeric' ? quantileBins(whole.reference, bins) : undefined;
  const [before, after] = [whole.reference, whole.current].map((side) => binsOf(side, edges));
  const [rowsBefore, rowsAfter] = [total(before!), total(after!)];
  const isGrowing = after!.map((rows, bin) => rows / rowsAfter > before![bin]! / rowsBefore);
  const growing = (side: ColumnProfile): Rows => {
    const counts = binsOf(side, edges);
    return {
      growing: total(counts.filter((_, bin) => isGrowing[bin])),
      rows: total(counts),
    };
  };
  const all = { reference: growing(whole.reference), current: growing(whole.current) };
  const inside = { reference: growing(segment.reference), current: growing(segment.current) };
  const outside = {
    reference: others(all.reference, inside.reference),
    current: others(all.current, inside.current),
  };
  const isLarge = ({ reference, current }: Pair): boolean =>
    reference.rows / rowsPerBlock.reference >= fewestRows &&
    current.rows / rowsPerBlock.current >= fewestRows;
  if (!isLarge(inside) || !isLarge(outside)) return undefined;
  const rowRatio = inside.current.rows / all.current.rows;
  const shift = growth(all);
  const ofShift = shift > 0 ? (rowRatio * growth(inside)) / shift : 0;
  const [a, b] = [inside, outside].map((pair) => smoothedGrowth(pair, rowsPerBlock));
  return {
    rowRatio,
    shiftRatio: Math.min(1, Math.max(0, ofShift)),
    inside: growth(inside),
    outside: growth(outside),
    pValue: normalSurvival((a!.growth - b!.growth) / Math.sqrt(a!.variance + b!.variance)),
  };
}

/** Rows, and those of them in the bins that grew in all rows. */
interface Rows {
  readonly growing: number;
  readonly rows: number;
}

interface Pair {
  readonly reference: Rows;
  readonly current: Rows;
}

function binsOf(profile: ColumnProfile, edges: Float64Array | undefined): number[] {
  return profile.type === 'numeric'
    ? [...binCounts(profile.grid, profile.counts, edges!), profile.missing]
    : [...profile.counts, profile.other, profile.missing];
}

function others(all: Rows, part: Rows): Rows {
  return { growing: all.growing - part.growing, rows: all.rows - part.rows };
}

function growth({ reference, current }: Pair): number {
  return current.growing / current.rows - reference.growing / reference.rows;
}

function smoothedGrowth(
  { reference, current }: Pair,
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
