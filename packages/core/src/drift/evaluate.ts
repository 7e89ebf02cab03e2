import type { FeatureDrift, Finding } from '../report.js';
import { correctWithinBudget, type DriftBudget } from './budget.js';
import {
  type Compared,
  type ComparedFeature,
  isEmbedding,
  type OrdinaryPeriods,
} from './compared-feature.js';
import { confirm, type Tested } from './confirm.js';
import { blocksOf, type DriftCriteria } from './criteria.js';
import { decidingSize, moreRowsToDecide, stateOfSizes } from './decide.js';
import { embeddingDrift, measureEmbedding } from './embedding-drift.js';
import { findFindings } from './findings.js';
import { createMeasure, type Measurement, type StatisticFailure } from './measure.js';
import type { DriftPolicy } from './policy.js';
import { findSwappedColumns } from './swapped-columns.js';
import { explain, undecidedReason } from './words/explanation.js';
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
 * below the significance level; with a budget, it is adjusted for all runs of a year. The size of its
 * shift is estimated without what chance adds to it, with a 95 % interval. A feature is in state `drift` when it is significant and an estimate reaches
 * its drift threshold in `consecutiveRuns` consecutive runs; until then it is in state `investigate`.
 * It is `investigate` too when it is significant and an interval reaches the investigate threshold,
 * or when a finding matters by itself. It is `ok` when every interval lies below its investigate
 * threshold. Without `streaks` one run is enough. Effects and tests use the same bins, rare ones
 * pooled.
 *
 * A feature is `insufficient_data` when its shift is not significant and may still be large, or when
 * nothing could be compared. Such a run neither extends nor ends a streak.
 *
 * A statistic that throws or returns a score that is not finite is reported to `onFailure` and left
 * out of the result. If it is one of those that decide, the feature is `insufficient_data`.
 * O(features x bins).
 *
 * @param options.streaks The streaks after the previous run.
 * @param options.budget The budget after the previous run; default: the run is corrected on its own.
 */
export function evaluateDrift(
  samples: readonly Compared[],
  policy: DriftPolicy,
  options: {
    readonly streaks?: DriftStreaks | undefined;
    readonly budget?: DriftBudget | undefined;
    readonly onFailure?: StatisticFailure;
  } = {},
): FeatureDrift[] {
  const { streaks, budget, onFailure } = options;
  const measure = createMeasure(policy.statistics, onFailure);
  const measured = samples.map((sample): MeasuredSample => {
    if (isEmbedding(sample)) {
      const criteria = policy.embeddingCriteriaOf(sample.feature);
      const measurement = measureEmbedding(sample, criteria);
      const decide = (tested: Tested) => embeddingDrift(sample, criteria, measurement, tested);
      return { sample, measurement, decide };
    }
    const column = sample as ComparedFeature;
    const criteria = policy.criteriaOf(column.feature);
    const measurement = measure(column, criteria);
    const decide = (tested: Tested) => featureDrift(column, criteria, measurement, tested);
    return { sample, measurement, decide };
  });
  const evaluated = measured.filter(({ measurement }) => measurement.reason === undefined);
  const adjusted = adjust(
    evaluated.map(({ measurement }) => measurement.pValue),
    evaluated.map(({ sample }) => keyOf(sample)),
    policy,
    budget,
  );
  const adjustedOf = new Map(evaluated.map(({ sample }, index) => [sample, adjusted[index]!]));
  const isSignificant = (sample: Compared): boolean =>
    (adjustedOf.get(sample) ?? 1) < policy.significanceLevel;
  const swapped: ReadonlyMap<Compared, Finding> = findSwappedColumns(
    samples
      .filter((sample) => !isEmbedding(sample) && isSignificant(sample))
      .map((sample) => {
        const column = sample as ComparedFeature;
        return { sample: column, blocks: blocksOf(column, policy.criteriaOf(column.feature)) };
      }),
  );
  return measured.map(({ sample, decide }) =>
    decide({
      adjustedPValue: adjustedOf.get(sample) ?? 1,
      significant: isSignificant(sample),
      swapped: swapped.get(sample),
      runsBefore: streaks?.get(keyOf(sample)),
      hasStreaks: streaks !== undefined,
    }),
  );
}

function adjust(
  pValues: readonly number[],
  keys: readonly string[],
  policy: DriftPolicy,
  budget: DriftBudget | undefined,
): ArrayLike<number> {
  if (budget === undefined) return policy.correct(pValues);
  const byKey = correctWithinBudget(
    new Map(keys.map((key, index) => [key, pValues[index]!])),
    budget,
  );
  return keys.map((key) => byKey.get(key)!);
}

/** A sample that waits for the p-values of all. */
interface MeasuredSample {
  readonly sample: Compared;
  readonly measurement: { readonly pValue: number; readonly reason?: string };
  decide(tested: Tested): FeatureDrift;
}

function featureDrift(
  sample: ComparedFeature,
  criteria: DriftCriteria,
  measurement: Measurement,
  tested: Tested,
): FeatureDrift {
  const { reference, current, feature, segment } = sample;
  const { adjustedPValue, significant, swapped } = tested;
  const ordinary = sample.ordinary !== undefined;
  const ofSizes = stateOfSizes(measurement, criteria, { significant, ordinary });
  const ofColumn = findFindings(sample, blocksOf(sample, criteria));
  const findings = swapped === undefined ? ofColumn : [swapped, ...ofColumn];
  const isHeldBack =
    sample.notReady !== undefined || measurement.currentRows < criteria.minimumRows;
  const { state, consecutiveRuns, runsRemaining } = confirm(
    ofSizes,
    isHeldBack ? [] : findings,
    tested,
    criteria.consecutiveRuns,
  );
  const size = decidingSize(measurement, criteria);
  const reason =
    state !== 'insufficient_data'
      ? undefined
      : (measurement.reason ??
        undecidedReason(measurement.effects, criteria, moreRowsToDecide(sample, criteria)));
  const { reason: _, effects, ...measuredValues } = measurement;
  const shifts = largestShifts(measurement.bins);
  return {
    name: feature.name,
    ...(segment === undefined ? {} : { segment }),
    type: feature.type,
    missingRatio: {
      reference: ratio(reference.missing, measurement.referenceRows),
      current: ratio(current.missing, measurement.currentRows),
    },
    compared: measurement.reason === undefined,
    ...measuredValues,
    effects: Object.fromEntries(
      criteria.sizes.flatMap(({ statistic: { name }, thresholds }) =>
        effects[name] === undefined ? [] : [[name, { ...effects[name], thresholds }]],
      ),
    ),
    statistic: size.statistic.name,
    thresholds: size.thresholds,
    adjustedPValue,
    significant,
    state,
    consecutiveRuns,
    ...(reason === undefined ? {} : { reason }),
    ...(sample.ordinary === undefined ? {} : { ordinary: ordinaryOf(sample.ordinary) }),
    findings,
    largestShifts: shifts,
    explanation: explain(sample, {
      state,
      stateOfSizes: ofSizes,
      significant,
      ...(reason === undefined ? {} : { reason }),
      size,
      effect: effects[size.statistic.name],
      runsRemaining,
      findings,
      largestShifts: shifts,
    }),
  };
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
      featureKey(name, segment),
      consecutiveRuns,
    ]),
  );
}

function keyOf({ feature, segment }: Compared): string {
  return featureKey(feature.name, segment);
}

/** Names a feature, or a feature of a segment, in what is kept between runs. */
export function featureKey(name: string, segment: string | undefined): string {
  return JSON.stringify([name, segment]);
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
