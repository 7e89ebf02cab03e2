import type { Restoring } from '../restoring.js';
import { createPaneBuffer, type SavedPanes } from '../windows/pane-buffer.js';
import type { ScoredOutput, ScoredTarget, Scores, Scoring } from './scoring.js';

/** The quality of the predictions that were made in one period. */
export interface CohortQuality extends Scores {
  /** The period in which the predictions were made, in milliseconds since the Unix epoch. */
  readonly startMs: number;
  readonly endMs: number;
  /** Predictions of the period. */
  readonly predictions: number;
  /** Share of them whose target has arrived, 0 to 1. */
  readonly coverage: number;
}

/** Predictions by the time at which they were made, with the targets that have arrived for them. */
export interface Cohorts {
  predicted(rows: number, timeMs: number): void;
  joined(output: ScoredOutput, target: ScoredTarget, predictedMs: number): void;
  /** The sums of the predictions made at that time, or undefined when they are no longer kept. */
  sumsAt(predictedMs: number): Float64Array | undefined;
  /** Predictions and joined targets of the predictions made in [startMs, endMs), by whole panes. */
  between(
    startMs: number,
    endMs: number,
  ): { readonly predictions: number; readonly joined: number };
  /** Predictions and joined targets of the last cohort length, up to `nowMs`, by whole panes. */
  latest(nowMs: number): { readonly predictions: number; readonly joined: number };
  /** Predictions and joined targets of all predictions that are kept and made before `endMs`. */
  before(endMs: number): { readonly predictions: number; readonly joined: number };
  /** The newest cohort before `nowMs` with such a coverage and so many targets; undefined if none has. */
  newest(
    nowMs: number,
    required: { readonly coverage: number; readonly samples: number },
  ): CohortQuality | undefined;
  save(): SavedCohorts;
  restore(saved: SavedCohorts, restoring: Restoring): void;
}

/** The panes of all cohorts. */
export interface SavedCohorts {
  readonly outcomes: SavedPanes;
  readonly coverage: SavedPanes;
}

/** Cohorts begin at whole parts of their length, so many where memory allows it. */
const partsPerCohort = 6;
const largestPaneCount = 1024;

/**
 * Cohorts as long as the quality window, over the predictions of the last time-to-live.
 *
 * Memory is at most 1024 panes of the sums of the task, 8 bytes each, for the default of seven days
 * and one hour; a pane without targets takes none. Where the time-to-live holds more than 170 windows,
 * cohorts begin less often than at each sixth of their length, and where it holds more than 1000 they
 * are longer than the window.
 */
export function createCohorts(options: {
  readonly scoring: Pick<Scoring, 'width' | 'add' | 'scores'>;
  readonly windowMs: number;
  readonly timeToLiveMs: number;
}): Cohorts {
  const { scoring, windowMs, timeToLiveMs } = options;
  const keptMs = timeToLiveMs + 2 * windowMs;
  const { paneMs, perCohort } = paneOf(windowMs, keptMs);
  const panes = Math.ceil(keptMs / paneMs);
  const outcomes = createPaneBuffer({ paneMs, panes, width: scoring.width });
  const coverage = createPaneBuffer({ paneMs, panes, width: 2 });

  function counts(endMs: number, count: number): { predictions: number; joined: number } {
    const [predictions = 0, joined = 0] = coverage.sumBefore(endMs, Math.max(0, count));
    return { predictions, joined };
  }

  return {
    predicted(rows, timeMs) {
      const pane = coverage.at(timeMs);
      if (pane !== undefined) pane[0]! += rows;
    },
    joined(output, target, predictedMs) {
      const covered = coverage.at(predictedMs);
      if (covered !== undefined) covered[1]! += 1;
      const pane = outcomes.at(predictedMs);
      if (pane !== undefined) scoring.add(pane, output, target);
    },
    sumsAt: (predictedMs) => outcomes.at(predictedMs),
    between(startMs, endMs) {
      const first = Math.ceil(startMs / paneMs);
      return counts(endMs, Math.floor(endMs / paneMs) - first);
    },
    latest: (nowMs) => counts((Math.floor(nowMs / paneMs) + 1) * paneMs, perCohort),
    before: (endMs) => counts(endMs, panes),
    newest(nowMs, required) {
      const last = Math.floor(nowMs / paneMs);
      for (let end = last; end > last - panes + perCohort; end -= 1) {
        const endMs = end * paneMs;
        const { predictions, joined } = counts(endMs, perCohort);
        if (joined === 0 || joined < required.samples) continue;
        if (joined < required.coverage * predictions) continue;
        return {
          startMs: endMs - perCohort * paneMs,
          endMs,
          predictions,
          coverage: Math.min(1, joined / predictions),
          ...scoring.scores(outcomes.sumBefore(endMs, perCohort)),
        };
      }
      return undefined;
    },
    save: () => ({ outcomes: outcomes.save(), coverage: coverage.save() }),
    restore(saved, restoring) {
      outcomes.restore(saved.outcomes, restoring);
      coverage.restore(saved.coverage, restoring);
    },
  };
}

function paneOf(windowMs: number, keptMs: number): { paneMs: number; perCohort: number } {
  for (let perCohort = partsPerCohort; perCohort >= 1; perCohort -= 1) {
    const paneMs = windowMs / perCohort;
    if (keptMs / paneMs <= largestPaneCount) return { paneMs, perCohort };
  }
  return {
    paneMs: windowMs * Math.ceil(keptMs / (largestPaneCount * windowMs)),
    perCohort: 1,
  };
}
