import type { Outcome } from '../quality/scoring.js';
import type { OutputsConfig } from '../settings/outputs.js';
import type { ModelLabels } from './label-sets.js';
import { byLabel } from './series-by-label.js';
import type { SeriesStore } from './tracked-store.js';

/** The counters of a task from which its quality follows for any number of replicas, all at 0. */
export function createOutcomeCounters(
  store: SeriesStore,
  model: ModelLabels,
  outputs: OutputsConfig,
): (outcome: Outcome) => void {
  if (outputs.task === 'regression') {
    const absolute = store.counter('model_absolute_error_total', model);
    const squared = store.counter('model_squared_error_total', model);
    return (outcome) => {
      if (outcome.task !== 'regression') return;
      absolute.add(Math.abs(outcome.error));
      squared.add(outcome.error * outcome.error);
    };
  }
  if (outputs.task === 'binary') {
    const outcomes = byLabel(['tp', 'fp', 'tn', 'fn'], (outcome) =>
      store.counter('model_outcomes_total', { ...model, outcome }),
    );
    return (outcome) => {
      if (outcome.task === 'binary') outcomes[outcome.outcome].add(1);
    };
  }
  const classes = outputs.classes.map((name) =>
    byLabel(['tp', 'fp', 'fn'], (outcome) =>
      store.counter('model_class_outcomes_total', { ...model, class: name, outcome }),
    ),
  );
  return (outcome) => {
    if (outcome.task !== 'multiclass') return;
    if (outcome.predicted === outcome.actual) classes[outcome.actual]?.tp.add(1);
    else {
      classes[outcome.predicted]?.fp.add(1);
      classes[outcome.actual]?.fn.add(1);
    }
  };
}
