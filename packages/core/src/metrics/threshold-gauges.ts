import { qualityThresholds } from '../quality/thresholds.js';
import type { ObjectivesConfig } from '../settings/objectives.js';
import type { Task } from '../vocabulary.js';
import type { ModelLabels } from './label-sets.js';
import type { SeriesStore } from './tracked-store.js';

/** Publishes the thresholds of the scores of a model; the result publishes them again. */
export function createThresholdGauges(
  store: SeriesStore,
  model: ModelLabels,
  task: Task,
  alerts: ObjectivesConfig,
): (referenceAccuracy: number | undefined) => void {
  const gauges = new Map(
    qualityThresholds(task, alerts).map(({ score, direction }) => [
      score,
      [
        store.gauge('model_quality_threshold', { ...model, score, direction }),
        ...(score === 'accuracy' ? [store.gauge('model_slo_accuracy_threshold_ratio', model)] : []),
      ],
    ]),
  );

  function publish(referenceAccuracy: number | undefined): void {
    for (const { score, value } of qualityThresholds(task, alerts, referenceAccuracy)) {
      for (const gauge of gauges.get(score) ?? []) gauge.set(value);
    }
  }

  publish(undefined);
  return publish;
}
