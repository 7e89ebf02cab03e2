import { createScoring } from '../quality/create-scoring.js';
import type { QualitySnapshot } from '../quality/quality.js';
import type { Outcome } from '../quality/scoring.js';
import type { TargetJoin } from '../quality/target-join.js';
import type { OutputsConfig } from '../settings/outputs.js';
import type { QualityConfig } from '../settings/quality.js';
import { expiryReasons, type TargetStatus, targetStatuses } from '../vocabulary.js';
import type { ModelLabels } from './label-sets.js';
import { createOutcomeCounters } from './outcome-counters.js';
import { createScoreGauges } from './score-gauges.js';
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
  const scores = createScoreGauges(store, model, outputs);
  const { means } = createScoring(outputs);
  store.gauge('model_quality_window_seconds', model).set(quality.window / 1000);
  store.gauge('model_quality_minimum_samples', model).set(quality.minimumSamples);

  return {
    target(status) {
      targets[status].add(1);
    },
    targetDelay(seconds) {
      targetDelays.observe(seconds);
    },
    outcome: createOutcomeCounters(store, model, outputs, means),
    quality(snapshot, join) {
      const isEnough = snapshot.samples >= quality.minimumSamples;
      scores(isEnough ? snapshot : undefined);
      windowSamples.set(snapshot.samples);
      coverage.set(snapshot.coverage);
      pending.set(join.pending);
      for (const reason of expiryReasons) expired[reason].setTotal(join.expired[reason]);
    },
  };
}
