import { binomialSurvival } from '@modelmeter/kernel/distributions';
import { fisherExact } from '@modelmeter/kernel/statistics';
import type { DriftState } from '../vocabulary.js';

/** How many rows of a sample repeat another one of their block. */
export interface RepeatedRows {
  readonly rows: number;
  readonly repeated: number;
  /** The highest share of repeated rows in a block, 0 to 1. */
  readonly highest: number;
}

/** All current rows, where they are more than those of the reference. */
export interface AllRepeatedRows extends Pick<RepeatedRows, 'rows' | 'repeated'> {
  /** How many times as many rows they are. */
  readonly times: number;
}

/** The shares of repeated rows of two samples, and what follows from them. */
export interface RepeatedRowsDrift {
  /** Share of the rows that repeat another one of as many rows as the smaller side has, 0 to 1. */
  readonly reference: number;
  readonly current: number;
  /** Share of all current rows that repeat another one, and the most that the reference explains. */
  readonly all?: { readonly current: number; readonly expected: number };
  /** `investigate` if the share , or that of all rows, has grown by more than a point and beyond chance. */
  readonly state: Extract<DriftState, 'ok' | 'investigate'>;
}

const levels = { chance: 0.0001, rise: 0.01 } as const;

/**
 * Whether more rows repeat each other than in the reference: the share exceeds that of every block of
 * the reference by a point, and Fisher's exact test excludes chance at one in ten thousand.
 *
 * Both samples are counted in blocks of as many rows as the smaller one has, since rows repeat the
 * more often the more of them there are. That misses most copies of rows of other blocks. So all rows
 * of a larger current sample are looked at as well: their pairs are times² as many, and equal by
 * coincidence as often, so that their share is at most `times` as large; the binomial test of the two
 * numbers of repeated rows excludes chance. A sample without rows has the share 0. O(repeated rows).
 */
export function compareRepeatedRows(
  reference: RepeatedRows,
  current: RepeatedRows,
  all?: AllRepeatedRows,
): RepeatedRowsDrift {
  const share = ({ repeated, rows }: Omit<RepeatedRows, 'highest'>): number =>
    rows === 0 ? 0 : repeated / rows;
  const proportion = ({ repeated, rows }: RepeatedRows) => ({ successes: repeated, rows });
  const hasGrown =
    share(current) - reference.highest > levels.rise &&
    fisherExact(proportion(reference), proportion(current)).pValue <= levels.chance;
  const ofAll = all && {
    current: share(all),
    expected: Math.min(1, all.times * share(reference)),
  };
  const hasGrownInAll =
    ofAll !== undefined &&
    ofAll.current - ofAll.expected > levels.rise &&
    chanceOfCopies(reference, all!) <= levels.chance;
  return {
    reference: share(reference),
    current: share(current),
    ...(ofAll === undefined ? {} : { all: ofAll }),
    state: hasGrown || hasGrownInAll ? 'investigate' : 'ok',
  };
}

/** The chance of as many repeated rows in all rows, given those of both. */
function chanceOfCopies(
  { repeated: before }: RepeatedRows,
  { repeated, times }: AllRepeatedRows,
): number {
  return binomialSurvival(repeated - 1, before + repeated, times ** 2 / (1 + times ** 2));
}
