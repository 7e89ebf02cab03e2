import type { FeatureDrift } from '../report.js';
import type { DriftState } from '../vocabulary.js';
import { type Compared, type ComparedFeature, isEmbedding } from './compared-feature.js';
import { blocksOf, type DriftCriteria } from './criteria.js';
import { embeddingDrift, measureEmbedding, stateOfEmbedding } from './embedding-drift.js';
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
  samples: readonly Compared[],
  policy: DriftPolicy,
  options: { readonly streaks?: DriftStreaks; readonly onFailure?: StatisticFailure } = {},
): FeatureDrift[] {
  const { streaks, onFailure } = options;
  const measure = createMeasure(policy.statistics, onFailure);
  const measured = samples.map((sample): MeasuredSample => {
    const before = streaks?.get(streakKey(sample.feature.name, sample.segment)) ?? 0;
    const streakOf: StreakOf = (runState, { consecutiveRuns: needed }) => {
      const consecutiveRuns =
        runState === 'insufficient_data' ? before : runState === 'drift' ? before + 1 : 0;
      const isPartOfStreak = runState === 'drift' && streaks !== undefined;
      const runsRemaining = isPartOfStreak ? Math.max(0, needed - consecutiveRuns) : 0;
      const state = runsRemaining > 0 ? 'investigate' : runState;
      return { state, consecutiveRuns, runsRemaining };
    };
    if (isEmbedding(sample)) {
      const criteria = policy.embeddingCriteriaOf(sample.feature);
      const measurement = measureEmbedding(sample, criteria);
      const decide = (adjustedPValue: number): FeatureDrift => {
        const significant = adjustedPValue < policy.significanceLevel;
        const runState = stateOfEmbedding(measurement, criteria, significant);
        const { state, consecutiveRuns } = streakOf(runState, criteria);
        const decided = { adjustedPValue, significant, state, consecutiveRuns };
        return embeddingDrift(sample, criteria, measurement, decided);
      };
      return { measurement, decide };
    }
    const column = sample as ComparedFeature;
    const criteria = policy.criteriaOf(column.feature);
    const measurement = measure(column, criteria);
    const decide = (adjustedPValue: number): FeatureDrift => {
      const significant = adjustedPValue < policy.significanceLevel;
      const streak = streakOf(stateOfRun(measurement, criteria, significant), criteria);
      return columnDrift(column, criteria, measurement, { adjustedPValue, significant, streak });
    };
    return { measurement, decide };
  });
  const evaluated = measured.filter(({ measurement }) => measurement.reason === undefined);
  const adjusted = policy.correct(evaluated.map(({ measurement }) => measurement.pValue));
  const adjustedOf = new Map(evaluated.map((one, index) => [one, adjusted[index]!]));
  return measured.map((one) => one.decide(adjustedOf.get(one) ?? 1));
}

/** A sample that waits for the p-values of all. */
interface MeasuredSample {
  readonly measurement: { readonly pValue: number; readonly reason?: string };
  decide(adjustedPValue: number): FeatureDrift;
}

/** The state after a run and its streak, from the state that the run shows by itself. */
type StreakOf = (
  runState: DriftState,
  criteria: Pick<DriftCriteria, 'consecutiveRuns'>,
) => {
  readonly state: DriftState;
  readonly consecutiveRuns: number;
  readonly runsRemaining: number;
};

function columnDrift(
  sample: ComparedFeature,
  criteria: DriftCriteria,
  measurement: Measurement,
  decided: {
    readonly adjustedPValue: number;
    readonly significant: boolean;
    readonly streak: ReturnType<StreakOf>;
  },
): FeatureDrift {
  const { reference, current, feature, segment } = sample;
  const { adjustedPValue, significant } = decided;
  const { state, consecutiveRuns, runsRemaining } = decided.streak;
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
