import type { OrdinaryPeriods } from '../history/ordinary-time.js';
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
 * Consecutive runs whose shift reached the drift threshold, by feature and segment, up to the
 * previous run. Returned by `streaksAfter`.
 */
export type DriftStreaks = ReadonlyMap<string, number>;

/**
 * Compares every feature with its reference and decides its state.
 *
 * A feature is `significant` when its p-value, adjusted for all evaluated features of the run, is
 * below the significance level. It is in state `drift` when, in addition, the score of its statistic
 * reaches the drift threshold in `consecutiveRuns` consecutive runs; until then it is in state
 * `investigate`. Without `streaks` one run is enough. PSI, its noise floor and the chi-square test
 * pool rare bins and smooth counts in the same way.
 *
 * A feature is `insufficient_data` when chance alone reaches the investigate threshold in a sample
 * of its size (the noise floor). Such a run neither extends nor ends a streak.
 *
 * A statistic that throws or returns a score that is not finite is reported to `onFailure` and left
 * out of the result. If it is the statistic or test that decides, the feature is
 * `insufficient_data`. O(features x bins).
 *
 * @param options.streaks The streaks after the previous run.
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
  const evaluated = measured.filter(({ measurement }) => measurement.reason === undefined);
  const adjusted = policy.correct(evaluated.map(({ measurement }) => measurement.pValue));
  const adjustedOf = new Map(evaluated.map(({ sample }, index) => [sample, adjusted[index]!]));

  return measured.map(({ sample, criteria, measurement }) => {
    const { reference, current, feature, segment } = sample;
    const adjustedPValue = adjustedOf.get(sample) ?? 1;
    const significant = adjustedPValue < policy.significanceLevel;
    const runState = stateOfRun(measurement, criteria, significant);
    const before = streaks?.get(streakKey(feature.name, segment)) ?? 0;
    const consecutiveRuns =
      runState === 'insufficient_data' ? before : runState === 'drift' ? before + 1 : 0;
    const isPartOfStreak = runState === 'drift' && streaks !== undefined;
    const runsRemaining = isPartOfStreak ? criteria.consecutiveRuns - consecutiveRuns : 0;
    const state = runsRemaining > 0 ? 'investigate' : runState;
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
      ...(sample.ordinary === undefined ? {} : { ordinary: ordinaryOf(sample.ordinary) }),
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

function ordinaryOf({
  period,
  periods,
  psi,
}: OrdinaryPeriods): NonNullable<FeatureDrift['ordinary']> {
  return { period, periods, psi };
}

/** The streaks after a run, to pass to the next one. */
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

/** The state that one run shows, without regard to earlier runs. */
function stateOfRun(
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
