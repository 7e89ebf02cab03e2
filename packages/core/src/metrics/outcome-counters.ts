import { hasLabel } from '../quality/multilabel-scoring.js';
import type { Outcome } from '../quality/scoring.js';
import { type MeanScoreName, signedMeanScoreNames } from '../quality-scores.js';
import type { OutputsConfig } from '../settings/outputs.js';
import { binaryOutcomes, classOutcomes } from '../vocabulary.js';
import type { ModelLabels } from './label-sets.js';
import { byLabel } from './series-by-label.js';
import type { SeriesStore } from './tracked-store.js';

/**
 * The counters of a task from which its quality follows for any number of replicas, all at 0.
 *
 * @param means The scores that are means, in the order of the values of an outcome.
 */
export function createOutcomeCounters(
  store: SeriesStore,
  model: ModelLabels,
  outputs: OutputsConfig,
  means: readonly MeanScoreName[],
): (outcome: Outcome) => void {
  const countTask = createTaskCounters(store, model, outputs);
  const counters = means.map((score) => createMeanCounters(store, model, score));
  return (outcome) => {
    countTask(outcome);
    for (const [index, count] of counters.entries()) count(outcome.values[index]!);
  };
}

/** Counts the values of a score that is a mean; NaN is not counted. */
function createMeanCounters(
  store: SeriesStore,
  model: ModelLabels,
  score: MeanScoreName,
): (value: number) => void {
  const samples = store.counter('model_score_samples_total', { ...model, score });
  const sum = store.counter('model_score_sum_total', { ...model, score });
  const squares = store.counter('model_score_squares_total', { ...model, score });
  const signed = signedMeanScoreNames.find((name) => name === score);
  const negative =
    signed && store.counter('model_score_negative_sum_total', { ...model, score: signed });
  return (value) => {
    if (Number.isNaN(value)) return;
    samples.add(1);
    if (value >= 0) sum.add(value);
    else negative?.add(-value);
    squares.add(value * value);
  };
}

function createTaskCounters(
  store: SeriesStore,
  model: ModelLabels,
  outputs: OutputsConfig,
): (outcome: Outcome) => void {
  if (outputs.task === 'regression') return createErrorCounters(store, model);
  if (outputs.task === 'binary') {
    const outcomes = byLabel(binaryOutcomes, (outcome) =>
      store.counter('model_outcomes_total', { ...model, outcome }),
    );
    return (outcome) => {
      if (outcome.task === 'binary') outcomes[outcome.outcome].add(1);
    };
  }
  if (outputs.task === 'multiclass') {
    const classes = outputs.classes.map((name) =>
      byLabel(classOutcomes, (outcome) =>
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
  if (outputs.task === 'multilabel') return createLabelCounters(store, model, outputs.labels);
  // The scores of a ranking are means.
  return () => {};
}

function createErrorCounters(store: SeriesStore, model: ModelLabels): (outcome: Outcome) => void {
  const absolute = store.counter('model_absolute_error_total', model);
  const squared = store.counter('model_squared_error_total', model);
  return (outcome) => {
    if (outcome.task !== 'regression') return;
    const square = outcome.error * outcome.error;
    // An infinite square would make the sum infinite permanently.
    if (!Number.isFinite(square)) return;
    absolute.add(Math.abs(outcome.error));
    squared.add(square);
  };
}

function createLabelCounters(
  store: SeriesStore,
  model: ModelLabels,
  labels: readonly string[],
): (outcome: Outcome) => void {
  const counters = labels.map((name) =>
    byLabel(classOutcomes, (outcome) =>
      store.counter('model_label_outcomes_total', { ...model, class: name, outcome }),
    ),
  );
  return (outcome) => {
    if (outcome.task !== 'multilabel') return;
    for (const [label, outcomes] of counters.entries()) {
      const isTrue = hasLabel(outcome.actual, label);
      if (hasLabel(outcome.predicted, label)) (isTrue ? outcomes.tp : outcomes.fp).add(1);
      else if (isTrue) outcomes.fn.add(1);
    }
  };
}
