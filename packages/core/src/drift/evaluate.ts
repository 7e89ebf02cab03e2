import type { FeatureDrift } from '../report.js';
import type { DriftState } from '../vocabulary.js';
import type { ComparedFeature } from './compared-feature.js';
import { blocksOf, type DriftCriteria } from './criteria.js';
import { findFindings } from './findings.js';
import { createMeasure, type Measurement, type StatisticFailure } from './measure.js';
import type { DriftPolicy } from './policy.js';
import { explain } from './words/explanation.js';
import { largestShifts } from './words/largest-shifts.js';

/**
 * Runs in a row that found a shift of drift's size, by feature and segment, up to the run before
 * this one; made by `streaksAfter`.
 */
export type DriftStreaks = ReadonlyMap<string, number>;

/**
 * Compares every feature with the reference and decides.
 *
 * A feature is `significant` when its p-value, adjusted for all judged features of the run, is
 * below the significance level, and in state `drift` when beside that the score of its statistic
 * reaches the drift threshold in `consecutive_runs` runs in a row; until then it is in
 * `investigate`. Without `streaks` the comparison stands alone and is not asked to last. The population stability index, its noise floor and the chi-square test share
 * one pooling of rare cells and one smoothing. A sample whose noise floor reaches the investigate
 * threshold is too small to tell a shift worth looking at from chance: `insufficient_data`, and it
 * neither lengthens nor ends a streak.
 *
 * A statistic that throws or gives no number is reported to `onFailure` and left out; if the
 * decision hangs on it the feature is `insufficient_data`. O(features x cells).
 */
export function evaluateDrift(
  samples: readonly ComparedFeature[],
  policy: DriftPolicy,
  options: { readonly streaks?: DriftStreaks; readonly onFailure?: StatisticFailure } = {},
): FeatureDrift[] {
  const { streaks, onFailure } = options;
  const measure = createMeasure(policy.statistics, onFailure);
  const measured = samples.map((sample) => {
    const criteria = policy.criteriaOf(sample.feature);
    return { sample, criteria, measurement: measure(sample, criteria) };
  });
  const judged = measured.filter(({ measurement }) => measurement.reason === undefined);
  const adjusted = policy.correct(judged.map(({ measurement }) => measurement.pValue));
  const adjustedOf = new Map(judged.map(({ sample }, index) => [sample, adjusted[index]!]));

  return measured.map(({ sample, criteria, measurement }) => {
    const { reference, current, feature, segment } = sample;
    const adjustedPValue = adjustedOf.get(sample) ?? 1;
    const significant = adjustedPValue < policy.significanceLevel;
    const size = sizeOf(measurement, criteria, significant);
    const before = streaks?.get(streakKey(feature.name, segment)) ?? 0;
    const consecutiveRuns =
      size === 'insufficient_data' ? before : size === 'drift' ? before + 1 : 0;
    const isOneOfSeveral = size === 'drift' && streaks !== undefined;
    const runsRemaining = isOneOfSeveral ? criteria.consecutiveRuns - consecutiveRuns : 0;
    const state = runsRemaining > 0 ? 'investigate' : size;
    const shifts = largestShifts(measurement.bins);
    const { reason } = measurement;
    return {
      name: feature.name,
      ...(segment === undefined ? {} : { segment }),
      type: feature.type,
      missingRatio: {
        reference: ratio(reference.missing, measurement.referenceRows),
        current: ratio(current.missing, measurement.currentRows),
      },
      ...measurement,
      statistic: criteria.statistic.name,
      thresholds: criteria.thresholds,
      adjustedPValue,
      significant,
      state,
      consecutiveRuns,
      findings: findFindings(sample, blocksOf(sample, criteria)),
      largestShifts: shifts,
      explanation: explain(sample, criteria, {
        state,
        significant,
        ...(reason === undefined ? {} : { reason }),
        score: measurement.scores[criteria.statistic.name],
        runsRemaining,
        largestShifts: shifts,
      }),
    };
  });
}

/** The streaks after a run, to be given to the next. */
export function streaksAfter(features: readonly FeatureDrift[]): DriftStreaks {
  return new Map(
    features.map(({ name, segment, consecutiveRuns }) => [
      streakKey(name, segment),
      consecutiveRuns,
    ]),
  );
}

function streakKey(name: string, segment: string | undefined): string {
  return JSON.stringify([name, segment]);
}

function sizeOf(
  { reason, scores }: Measurement,
  { statistic, thresholds }: DriftCriteria,
  significant: boolean,
): DriftState {
  if (reason !== undefined) return 'insufficient_data';
  if (!significant) return 'ok';
  const score = scores[statistic.name]!;
  if (score >= thresholds.drift) return 'drift';
  return score >= thresholds.investigate ? 'investigate' : 'ok';
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
