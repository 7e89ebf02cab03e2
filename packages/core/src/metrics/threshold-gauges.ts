import {
  type QualityThreshold,
  qualityThresholds,
  type ReferenceScores,
} from '../quality/thresholds.js';
import type { ScoreName } from '../quality-scores.js';
import type { ObjectivesConfig } from '../settings/objectives.js';
import type { Task } from '../vocabulary.js';
import type { ModelLabels } from './label-sets.js';
import type { GaugeSeries } from './series.js';
import type { SeriesStore } from './tracked-store.js';

/** Publishes the thresholds of the scores of a model; the result publishes them again. */
export function createThresholdGauges(
  store: SeriesStore,
  model: ModelLabels,
  task: Task,
  alerts: ObjectivesConfig,
): (ofReference: ReferenceScores) => void {
  let gauges = new Map<ScoreName, GaugeSeries[]>();

  function gaugesOf({ score, direction }: QualityThreshold): GaugeSeries[] {
    return (
      gauges.get(score) ?? [
        store.gauge('model_quality_threshold', { ...model, score, direction }),
        ...(score === 'accuracy' ? [store.gauge('model_slo_accuracy_threshold_ratio', model)] : []),
      ]
    );
  }

  function publish(ofReference: ReferenceScores): void {
    const next = new Map<ScoreName, GaugeSeries[]>();
    for (const threshold of qualityThresholds(task, alerts, ofReference)) {
      const series = gaugesOf(threshold);
      for (const gauge of series) gauge.set(threshold.value);
      next.set(threshold.score, series);
    }
    // A threshold that only the earlier reference had.
    for (const [score, series] of gauges) {
      if (!next.has(score)) for (const gauge of series) gauge.remove();
    }
    gauges = next;
  }

  publish({});
  return publish;
}
