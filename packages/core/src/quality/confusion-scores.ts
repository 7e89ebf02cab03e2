import type { ClassScoreName } from '../vocabulary.js';
import type { Intervals } from './intervals.js';
import { enterScore } from './score-sheet.js';
import type { ClassScores, NamedScores, ScoreInterval } from './scoring.js';

/**
 * Precision, recall and F1 of one class from its outcomes. A score without rows is left out.
 *
 * F1 is 2 j / (1 + j) of the share j of hits among the rows that are predicted or true (Jaccard),
 * which grows with j, so its interval is that of the share.
 */
export function confusionScores(
  tp: number,
  fp: number,
  fn: number,
  intervals: Intervals,
): NamedScores<ClassScoreName> {
  const sheet: Parameters<typeof enterScore<ClassScoreName>>[0] = { scores: {}, intervals: {} };
  const enterShare = (name: ClassScoreName, whole: number): void =>
    enterScore(sheet, name, tp / whole, intervals.share(tp / whole, whole));
  enterShare('precision', tp + fp);
  enterShare('recall', tp + fn);
  const either = tp + fp + fn;
  const jaccard = intervals.share(tp / either, either);
  enterScore(sheet, 'f1', (2 * tp) / (2 * tp + fp + fn), jaccard && f1Interval(jaccard));
  return sheet;
}

function f1Interval({ low, high }: ScoreInterval): ScoreInterval {
  return { low: (2 * low) / (1 + low), high: (2 * high) / (1 + high) };
}

/** The outcomes of each class against all others. */
export interface ClassCounts {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
}

/** The scores of each class by its name. */
export function scoresPerClass(
  names: readonly string[],
  counts: readonly ClassCounts[],
  intervals: Intervals,
): ClassScores[] {
  return names.map((name, index) => {
    const { tp, fp, fn } = counts[index]!;
    return { name, samples: tp + fn, ...confusionScores(tp, fp, fn, intervals) };
  });
}

/** The value of a score of one class, and its derivatives by the outcomes. */
interface Rate extends ClassCounts {
  readonly value: number;
  /** The rows behind the score. */
  readonly rows: number;
}

/** Precision, recall and F1 with their derivatives; 0 where there are no rows. */
export function ratesOf({ tp, fp, fn }: ClassCounts): Record<ClassScoreName, Rate> {
  const rate = (weight: number, byFp: number, byFn: number): Rate => {
    // weight * tp / (weight * tp + byFp * fp + byFn * fn)
    const others = byFp * fp + byFn * fn;
    const whole = weight * tp + others;
    if (whole === 0) return { value: 0, rows: 0, tp: 0, fp: 0, fn: 0 };
    const slope = (weight * tp) / (whole * whole);
    return {
      value: (weight * tp) / whole,
      rows: whole / weight,
      tp: (weight * others) / (whole * whole),
      fp: -slope * byFp,
      fn: -slope * byFn,
    };
  };
  return { precision: rate(1, 1, 0), recall: rate(1, 0, 1), f1: rate(2, 1, 1) };
}

/** The classes or labels that occur, as predicted or as target. */
export function occurring<Counts extends ClassCounts>(counts: readonly Counts[]): Counts[] {
  return counts.filter(({ tp, fp, fn }) => tp + fp + fn > 0);
}
