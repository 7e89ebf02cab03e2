import { type DriftReport, type FeatureDrift, verdictOf } from '../../report.js';
import type { Restoring } from '../../restoring.js';
import { runsPerYear } from '../../schedule.js';
import type { DriftConfig } from '../../settings/drift.js';
import { budgetAfter, type DriftBudget, yearlyBudget } from '../budget.js';
import type { Compared } from '../compared-feature.js';
import { type DriftStreaks, evaluateDrift, featureKey, streaksAfter } from '../evaluate.js';
import { type LastingShifts, shiftedBy, shiftsAfter, withSince } from '../lasting.js';
import type { StatisticFailure } from '../measure.js';
import type { DriftPolicy } from '../policy.js';
import { createShiftHistory, type SavedShiftHistory } from './shift-history.js';

/** The result of a run. */
export type DriftResult = Pick<DriftReport, 'features' | 'segments'>;

/** Decides the samples of runs. */
export interface RunEvaluator {
  evaluate(samples: readonly Compared[], nowMs: number): DriftResult;
  save(): SavedRuns;
  restore(saved: SavedRuns, restoring: Restoring): void;
}

/** What the runs up to now leave for the next one. */
export interface SavedRuns {
  readonly streaks: DriftStreaks;
  readonly budget: DriftBudget | undefined;
  readonly budgetOfSegments: DriftBudget | undefined;
  readonly shifts: LastingShifts;
  readonly history: SavedShiftHistory;
}

/**
 * Returns the evaluator of a model's runs. It keeps what a run has to know of the ones
 * before: streaks, the budget of false alarms, and since when features have differed.
 *
 * @param options.segments The values of the segment feature, in the order of the result.
 * @param options.windowMs Length of the window of a feature in milliseconds.
 */
export function createRunEvaluator(options: {
  readonly policy: DriftPolicy;
  readonly drift: DriftConfig;
  readonly segments: readonly string[];
  readonly windowMs: (feature: string) => number;
  readonly onFailure: StatisticFailure;
}): RunEvaluator {
  const { policy, drift, segments, windowMs, onFailure } = options;
  let streaks: DriftStreaks = new Map();
  let budget = budgetOf(drift);
  let budgetOfSegments = budget;
  let shifts: LastingShifts = new Map();
  const history = createShiftHistory({
    windowMs,
    level: drift.significanceLevel,
    timezone: drift.timezone,
  });

  function evaluate(samples: readonly Compared[], nowMs: number): DriftResult {
    const evaluateWhere = (
      isIncluded: (sample: Compared) => boolean,
      left: DriftBudget | undefined,
    ): FeatureDrift[] =>
      evaluateDrift(samples.filter(isIncluded), policy, { streaks, budget: left, onFailure });
    const found = evaluateWhere(({ segment }) => segment === undefined, budget);
    // All segments are evaluated together, so that more segments do not cause more false alarms.
    const inSegments = evaluateWhere(({ segment }) => segment !== undefined, budgetOfSegments);
    streaks = streaksAfter([...found, ...inSegments]);
    budget = budget && budgetAfter(budget, decidedIn(found));
    budgetOfSegments = budgetOfSegments && budgetAfter(budgetOfSegments, decidedIn(inSegments));
    shifts = shiftsAfter(shifts, [...found, ...inSegments], nowMs);
    const followed = withSince(history.follow([...found, ...inSegments], nowMs), shifts);
    const features = followed.filter(({ segment }) => segment === undefined);
    if (segments.length === 0) return { features };
    return {
      features,
      segments: segments.map((segment) => {
        const ofSegment = followed.filter((feature) => feature.segment === segment);
        return { segment, features: ofSegment, ...verdictOf(ofSegment) };
      }),
    };
  }

  return {
    evaluate,
    save: () => ({ streaks, budget, budgetOfSegments, shifts, history: history.save() }),
    restore(saved, restoring) {
      streaks = saved.streaks;
      budget = spentBudget(budget, saved.budget);
      budgetOfSegments = spentBudget(budgetOfSegments, saved.budgetOfSegments);
      shifts = shiftedBy(saved.shifts, restoring.shiftMs);
      history.restore(saved.history, restoring);
    },
  };
}

/** What earlier runs have spent, in the budget of the present schedule. */
function spentBudget(
  budget: DriftBudget | undefined,
  saved: DriftBudget | undefined,
): DriftBudget | undefined {
  return budget && saved ? { ...saved, share: budget.share } : budget;
}

/** The budget of scheduled runs; undefined where each run is corrected on its own. */
function budgetOf({ correction, schedule, timezone }: DriftConfig): DriftBudget | undefined {
  const runs = correction === 'yearly_budget' ? runsPerYear(schedule, timezone) : undefined;
  return runs === undefined ? undefined : yearlyBudget(runs);
}

/** Whether the features are significant about which a run could decide. */
function decidedIn(features: readonly FeatureDrift[]): Map<string, boolean> {
  return new Map(
    features
      .filter(({ state }) => state !== 'insufficient_data')
      .map(({ name, segment, significant }) => [featureKey(name, segment), significant]),
  );
}
