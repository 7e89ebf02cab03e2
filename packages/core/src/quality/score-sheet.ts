import type { ScoreName } from '../quality-scores.js';
import type { ScoreInterval, Scores } from './scoring.js';

type Numbers = { [Score in ScoreName]?: number };

/** Scores to be filled in. */
export interface ScoreSheet extends Scores {
  readonly scores: Numbers;
  readonly intervals: { [Score in ScoreName]?: ScoreInterval };
  readonly leftOut: Numbers;
  readonly resolutions: Numbers;
}

/** A sheet without scores. */
export function createScoreSheet(
  samples: number,
  { classes = [], reliability = [] }: Partial<Pick<Scores, 'classes' | 'reliability'>> = {},
): ScoreSheet {
  return {
    samples,
    scores: {},
    intervals: {},
    leftOut: {},
    resolutions: {},
    classes,
    reliability,
  };
}

/** Enters a score; one without a value is left out, and so is an interval without an end. */
export function enterScore<Name extends string>(
  sheet: {
    readonly scores: { [Score in Name]?: number };
    readonly intervals: { [Score in Name]?: ScoreInterval };
  },
  name: Name,
  value: number | undefined,
  interval: ScoreInterval | undefined,
): void {
  if (value === undefined || !Number.isFinite(value)) return;
  sheet.scores[name] = value;
  if (interval === undefined || !Number.isFinite(interval.high - interval.low)) return;
  // Rounding may put the end of a narrow interval on the other side of its score.
  sheet.intervals[name] = {
    low: Math.min(value, interval.low),
    high: Math.max(value, interval.high),
  };
}
