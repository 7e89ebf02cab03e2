import { fisherExact } from '@modelmeter/kernel/statistics';
import type { DriftState } from '../vocabulary.js';

/** How many rows of a sample repeat another one of their block. */
export interface RepeatedRows {
  readonly rows: number;
  readonly repeated: number;
  /** The highest share of repeated rows in a block, 0 to 1. */
  readonly highest: number;
}

/** The shares of repeated rows of two samples, and what follows from them. */
export interface RepeatedRowsDrift {
  /** Share of the rows that repeat another one of as many rows as the smaller side has, 0 to 1. */
  readonly reference: number;
  readonly current: number;
  /** `investigate` if the share has grown by more than a point and beyond chance. */
  readonly state: Extract<DriftState, 'ok' | 'investigate'>;
}

const levels = { chance: 0.0001, rise: 0.01 } as const;

/**
 * Whether more rows repeat each other than in the reference: the share exceeds that of every block of
 * the reference by a point, and Fisher's exact test excludes chance at one in ten thousand.
 *
 * Both samples are counted in blocks of as many rows as the smaller one has, since rows repeat the
 * more often the more of them there are. A sample without rows has the share 0. O(1).
 */
export function compareRepeatedRows(
  reference: RepeatedRows,
  current: RepeatedRows,
): RepeatedRowsDrift {
  const share = ({ repeated, rows }: RepeatedRows): number => (rows === 0 ? 0 : repeated / rows);
  const proportion = ({ repeated, rows }: RepeatedRows) => ({ successes: repeated, rows });
  const hasGrown =
    share(current) - reference.highest > levels.rise &&
    fisherExact(proportion(reference), proportion(current)).pValue <= levels.chance;
  return {
    reference: share(reference),
    current: share(current),
    state: hasGrown ? 'investigate' : 'ok',
  };
}
