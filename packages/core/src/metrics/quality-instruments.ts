import type { MetricName } from '../catalogue.js';
import type { QualitySnapshot } from '../quality/quality.js';
import type { Outcome } from '../quality/scoring.js';
import type { TargetJoin } from '../quality/target-join.js';
import type { OutputsConfig } from '../settings/outputs.js';
import type { QualityConfig } from '../settings/quality.js';
import { expiryReasons, type TargetStatus, targetStatuses } from '../vocabulary.js';
import type { ModelLabels } from './label-sets.js';
import { createOutcomeCounters } from './outcome-counters.js';
import { byLabel } from './series-by-label.js';
import type { SeriesStore } from './tracked-store.js';

/** Publishes the targets and the quality of one model. */
export interface QualityInstruments {
  target(status: TargetStatus): void;
  targetDelay(seconds: number): void;
  outcome(outcome: Outcome): void;
  /** Publishes the scores of the window and the state of the join. */
  quality(snapshot: QualitySnapshot, join: TargetJoin): void;
}

const qualityGauges = {
  accuracy: 'model_accuracy_score',
  precision: 'model_precision_score',
  recall: 'model_recall_score',
  f1: 'model_f1_score',
  mean_absolute_error: 'model_mean_absolute_error',
  root_mean_squared_error: 'model_root_mean_squared_error',
} as const satisfies Record<keyof QualitySnapshot['scores'], MetricName<'gauge'>>;

/** The quality series of a model, counters at 0. */
export function createQualityInstruments(
  store: SeriesStore,
  model: ModelLabels,
  outputs: OutputsConfig,
  quality: QualityConfig,
): QualityInstruments {
  const targets = byLabel(targetStatuses, (status) =>
    store.counter('model_targets_total', { ...model, status }),
  );
  const targetDelays = store.histogram('model_target_delay_seconds', model);
  const expired = byLabel(expiryReasons, (reason) =>
    store.counter('model_targets_expired_total', { ...model, reason }),
  );
  const pending = store.gauge('model_targets_pending', model);
  const coverage = store.gauge('model_target_coverage_ratio', model);
  const windowSamples = store.gauge('model_quality_window_samples', model);
  const scores = Object.entries(qualityGauges)
    .filter(([name]) => (outputs.task === 'regression') === name.includes('error'))
    .map(([name, metric]) => ({
      name: name as keyof QualitySnapshot['scores'],
      gauge: store.gauge(metric, model),
    }));
  store.gauge('model_quality_window_seconds', model).set(quality.window / 1000);
  store.gauge('model_quality_minimum_samples', model).set(quality.minimumSamples);

  return {
    target(status) {
      targets[status].add(1);
    },
    targetDelay(seconds) {
      targetDelays.observe(seconds);
    },
    outcome: createOutcomeCounters(store, model, outputs),
    quality(snapshot, join) {
      const isEnough = snapshot.samples >= quality.minimumSamples;
      for (const { name, gauge } of scores) gauge.set(isEnough ? snapshot.scores[name] : undefined);
      windowSamples.set(snapshot.samples);
      coverage.set(snapshot.coverage);
      pending.set(join.pending);
      for (const reason of expiryReasons) expired[reason].setTotal(join.expired[reason]);
    },
  };
}
