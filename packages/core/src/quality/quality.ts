import type { Restoring } from '../restoring.js';
import { createPaneBuffer, type SavedPanes } from '../windows/pane-buffer.js';
import type { ChampionComparison } from './champion-comparison.js';
import { type CohortQuality, createCohorts, type SavedCohorts } from './cohorts.js';
import { createDelaySketch } from './delay-sketch.js';
import { createReplacement } from './replace-target.js';
import type { QualityEstimate } from './rolling-estimate.js';
import type { Outcome, ScoredOutput, ScoredTarget, Scores, Scoring } from './scoring.js';
import type { SegmentedQuality } from './segments/segment-report.js';
import type { EarlierTarget, PendingPrediction } from './target-join.js';

/** Scores over the quality window, and of the cohort. */
export interface RollingQuality extends Scores {
  /**
   * Share of the predictions made in the window whose target has arrived, in the steps in which cohorts
   * begin; undefined without any.
   */
  readonly coverage: number | undefined;
  /** The newest predictions whose targets are in; left out while none have their usual coverage. */
  readonly cohort?: CohortQuality;
  /** How long targets take to arrive. */
  readonly delay: TargetDelay;
}

/** The quality of a model over its window, by cohort and by segment. */
export interface QualitySnapshot extends RollingQuality {
  /** One for each name of `quality.segments`. */
  readonly segments: readonly SegmentedQuality[];
  /** The comparison with the champion; left out without one. */
  readonly champion?: ChampionComparison;
  /** The estimated quality of the predictions of the window; left out without a reference of quality. */
  readonly estimate?: QualityEstimate;
}

/** The time from a prediction until its target is received, in seconds. */
export interface TargetDelay {
  /** Of the targets that arrived in the last time-to-live, within 2.5 %; left out without any. */
  readonly percentiles?: { readonly p50: number; readonly p90: number; readonly p99: number };
  /** The configured delay, or the 99th percentile of 100 delays or more; left out before that. */
  readonly expected?: number;
  /**
   * Targets that should have arrived since the last one did: the predictions made since then that are
   * older than the expected delay, times the usual coverage. Left out while that is not known.
   */
  readonly overdueTargets?: number;
}

/** The rolling quality of a model. */
export interface Quality {
  /** Counts predictions, from which the coverage follows. */
  predicted(rows: number, timeMs: number): void;
  /** Counts a target and returns its outcome. */
  record(output: ScoredOutput, target: ScoredTarget, predictedMs: number, nowMs: number): Outcome;
  /** Replaces a target that was counted, wherever its sums are still kept. */
  correct(
    prediction: Pick<PendingPrediction, 'output' | 'timeMs'>,
    earlier: EarlierTarget,
    target: ScoredTarget,
  ): void;
  snapshot(nowMs: number): RollingQuality;
  save(): SavedQuality;
  restore(saved: SavedQuality, restoring: Restoring): void;
}

/** The sums of the window, the cohorts and the delays. */
export interface SavedQuality {
  readonly outcomes: SavedPanes;
  readonly cohorts: SavedCohorts;
  readonly delays: SavedPanes;
  readonly lastTargetMs: number | undefined;
}

const panesPerWindow = 60;
/** Delays from which their percentile is taken as the expected one. */
const minimumDelays = 100;

/**
 * Quality of one model over a rolling window and by cohort.
 *
 * Scores of the window count targets by the time of their arrival, coverage and cohorts count
 * predictions by the time at which they were made. The window moves in steps of a sixtieth of its
 * length. Memory: at most 60 panes of the sums of the task, and those of the cohorts.
 */
export function createQuality(options: {
  readonly scoring: Scoring;
  readonly windowMs: number;
  readonly timeToLiveMs: number;
  readonly minimumSamples: number;
  readonly cohortCoverage: number;
  readonly expectedDelayMs: number | undefined;
}): Quality {
  const { scoring, windowMs, timeToLiveMs } = options;
  const paneMs = windowMs / panesPerWindow;
  const outcomes = createPaneBuffer({ paneMs, panes: panesPerWindow, width: scoring.width });
  const cohorts = createCohorts({ scoring, windowMs, timeToLiveMs });
  const delays = createDelaySketch(timeToLiveMs);
  const replace = createReplacement(scoring);
  let lastTargetMs: number | undefined;

  function expectedDelay(nowMs: number): number | undefined {
    if (options.expectedDelayMs !== undefined) return options.expectedDelayMs;
    if (delays.count(nowMs) < minimumDelays) return undefined;
    return delays.quantiles([0.99], nowMs)?.[0];
  }

  /** The share of predictions that get a target, once it has had its time before the last one came. */
  function usualCoverage(expectedMs: number | undefined): number | undefined {
    if (expectedMs === undefined || lastTargetMs === undefined) return undefined;
    const { predictions, joined } = cohorts.before(lastTargetMs - expectedMs);
    return joined === 0 ? undefined : joined / predictions;
  }

  return {
    predicted: cohorts.predicted,
    record(output, target, predictedMs, nowMs) {
      const pane = outcomes.at(nowMs);
      if (pane !== undefined) scoring.add(pane, output, target);
      cohorts.joined(output, target, predictedMs);
      delays.add(nowMs - predictedMs, nowMs);
      lastTargetMs = nowMs;
      return scoring.outcome(output, target);
    },
    correct({ output, timeMs }, earlier, target) {
      replace(outcomes.at(earlier.timeMs), output, earlier.target, target);
      replace(cohorts.sumsAt(timeMs), output, earlier.target, target);
    },
    snapshot(nowMs) {
      const { predictions, joined } = cohorts.latest(nowMs);
      const expectedMs = expectedDelay(nowMs);
      const usual = usualCoverage(expectedMs);
      const cohort =
        usual === undefined
          ? undefined
          : cohorts.newest(nowMs, {
              coverage: options.cohortCoverage * usual,
              samples: options.minimumSamples,
            });
      const [p50, p90, p99] = delays.quantiles([0.5, 0.9, 0.99], nowMs) ?? [];
      const overdue =
        usual === undefined
          ? undefined
          : usual * cohorts.between(lastTargetMs!, nowMs - expectedMs!).predictions;
      return {
        ...scoring.scores(outcomes.sumWith(nowMs, panesPerWindow)),
        coverage: predictions === 0 ? undefined : Math.min(1, joined / predictions),
        ...(cohort === undefined ? {} : { cohort }),
        delay: {
          ...(p50 === undefined
            ? {}
            : { percentiles: { p50: p50 / 1000, p90: p90! / 1000, p99: p99! / 1000 } }),
          ...(expectedMs === undefined ? {} : { expected: expectedMs / 1000 }),
          ...(overdue === undefined ? {} : { overdueTargets: overdue }),
        },
      };
    },
    save: () => ({
      outcomes: outcomes.save(),
      cohorts: cohorts.save(),
      delays: delays.save(),
      lastTargetMs,
    }),
    restore(saved, restoring) {
      restoring.part('quality window', () => outcomes.restore(saved.outcomes, restoring));
      restoring.part('cohorts', () => cohorts.restore(saved.cohorts, restoring));
      restoring.part('delays of targets', () => delays.restore(saved.delays, restoring));
      const { lastTargetMs: last } = saved;
      lastTargetMs = last === undefined ? undefined : last + restoring.shiftMs;
    },
  };
}
