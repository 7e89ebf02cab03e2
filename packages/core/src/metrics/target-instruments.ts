import type { QualitySnapshot } from '../quality/quality.js';
import { scoresOfTask } from '../quality-scores.js';
import type { OutputsConfig } from '../settings/outputs.js';
import { delayPercentiles } from '../vocabulary.js';
import type { ModelLabels } from './label-sets.js';
import { byLabel } from './series-by-label.js';
import type { SeriesStore } from './tracked-store.js';

/** Publishes when the targets of a model arrive, and the quality of its cohorts. */
export interface TargetInstruments {
  /** Counts rows whose prediction id was known already. */
  duplicatePredictions(rows: number): void;
  targetsHeld(waiting: number): void;
  targetDelays(delay: QualitySnapshot['delay']): void;
  /** Without a cohort its series have no value. */
  cohort(cohort: QualitySnapshot['cohort']): void;
}

/** The series of the targets of a model, counters at 0. */
export function createTargetInstruments(
  store: SeriesStore,
  model: ModelLabels,
  { task }: Pick<OutputsConfig, 'task'>,
): TargetInstruments {
  const duplicates = store.counter('model_prediction_duplicates_total', model);
  const held = store.gauge('model_targets_held', model);
  const overdue = store.gauge('model_targets_overdue', model);
  const expected = store.gauge('model_target_expected_delay_seconds', model);
  const percentiles = byLabel(delayPercentiles, (percentile) =>
    store.gauge('model_target_delay_percentile_seconds', { ...model, percentile }),
  );
  const samples = store.gauge('model_cohort_samples', model);
  const coverage = store.gauge('model_cohort_coverage_ratio', model);
  const asOf = store.gauge('model_cohort_timestamp_seconds', model);
  const scores = scoresOfTask(task).map((score) => ({
    score,
    gauge: store.gauge('model_cohort_quality_score', { ...model, score }),
  }));

  return {
    duplicatePredictions: (rows) => duplicates.add(rows),
    targetsHeld: (waiting) => held.set(waiting),
    targetDelays(delay) {
      overdue.set(delay.overdueTargets);
      expected.set(delay.expected);
      percentiles['50'].set(delay.percentiles?.p50);
      percentiles['90'].set(delay.percentiles?.p90);
      percentiles['99'].set(delay.percentiles?.p99);
    },
    cohort(cohort) {
      for (const { score, gauge } of scores) gauge.set(cohort?.scores[score]);
      samples.set(cohort?.samples);
      coverage.set(cohort?.coverage);
      asOf.set(cohort && cohort.endMs / 1000);
    },
  };
}
