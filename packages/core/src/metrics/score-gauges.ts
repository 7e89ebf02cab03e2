import type { MetricName } from '../catalogue.js';
import type { Scores } from '../quality/scoring.js';
import { type ScoreName, scoresOfTask } from '../quality-scores.js';
import type { OutputsConfig } from '../settings/outputs.js';
import { classScores, scoreBounds } from '../vocabulary.js';
import type { ModelLabels } from './label-sets.js';
import { byLabel } from './series-by-label.js';
import type { SeriesStore } from './tracked-store.js';

/** Scores with a metric of their own; the others are series of `model_quality_score`. */
const ownMetrics = {
  accuracy: 'model_accuracy_score',
  precision: 'model_precision_score',
  recall: 'model_recall_score',
  f1: 'model_f1_score',
  mean_absolute_error: 'model_mean_absolute_error',
  root_mean_squared_error: 'model_root_mean_squared_error',
} as const satisfies { readonly [Score in ScoreName]?: MetricName<'gauge'> };

/**
 * The gauges of the scores of a task, their intervals and those of its classes. Without scores all
 * are absent.
 */
export function createScoreGauges(
  store: SeriesStore,
  model: ModelLabels,
  outputs: OutputsConfig,
): (scores: Scores | undefined) => void {
  const hasValue = 'businessValue' in outputs && outputs.businessValue !== undefined;
  const names = scoresOfTask(outputs.task).filter((name) => hasValue || name !== 'business_value');
  const gauges = names.map((name) => ({
    name,
    value: hasOwnMetric(name)
      ? store.gauge(ownMetrics[name], model)
      : store.gauge('model_quality_score', { ...model, score: name }),
    bounds: byLabel(scoreBounds, (bound) =>
      store.gauge('model_quality_score_bound', { ...model, score: name, bound }),
    ),
  }));
  const classes = classNamesOf(outputs).map((name) =>
    byLabel(classScores, (score) =>
      store.gauge('model_class_quality_score', { ...model, class: name, score }),
    ),
  );
  return (shown) => {
    for (const { name, value, bounds } of gauges) {
      value.set(shown?.scores[name]);
      for (const bound of scoreBounds) bounds[bound].set(shown?.intervals[name]?.[bound]);
    }
    for (const [index, ofClass] of classes.entries()) {
      const scores = shown?.classes[index]?.scores;
      for (const score of classScores) ofClass[score].set(scores?.[score]);
    }
  };
}

function hasOwnMetric(name: ScoreName): name is keyof typeof ownMetrics {
  return name in ownMetrics;
}

function classNamesOf(outputs: OutputsConfig): readonly string[] {
  if (outputs.task === 'multiclass') return outputs.classes;
  return outputs.task === 'multilabel' ? outputs.labels : [];
}
