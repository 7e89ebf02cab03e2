import { catalogue, type MetricName } from '@modelmeter/core/catalogue';
import { durationSeconds } from './options.js';

/**
 * Long windows over raw counters read every sample of every replica at each evaluation: three days
 * of one counter of 150 replicas are 2.6 million samples. Rules therefore record the increase of
 * each step once, summed over the replicas, and long windows are sums of steps.
 */

/** Length of a step. Windows that are summed from steps are whole multiples of it. */
export const stepLength = '5m';

/** Windows of this length or longer, in seconds, are summed from steps. */
const longWindowSeconds = 2 * 3600;

/** Counters whose steps are recorded; a histogram is recorded by its buckets. */
const steppedCounters = [
  'model_predictions_total',
  'model_slo_events_total',
  'model_outcomes_total',
  'model_class_outcomes_total',
  'model_absolute_error_total',
  'model_squared_error_total',
  'model_targets_total',
  'model_score_samples_total',
  'model_score_sum_total',
  'model_score_negative_sum_total',
  'model_score_squares_total',
  'model_target_delay_seconds',
  'model_drift_runs_total',
  'model_feature_value',
  'model_feature_category_total',
  'model_feature_missing_total',
] as const satisfies readonly MetricName<'counter' | 'histogram'>[];

/** A counter whose steps are recorded. */
export type SteppedCounter = (typeof steppedCounters)[number];

/** The steps of one counter. */
export interface Steps {
  /** Name of the counter, or of the buckets of the histogram. */
  readonly counter: string;
  /** Name of the recorded series. */
  readonly record: string;
  /** Labels of the recorded series in addition to `job`: those of the counter. */
  readonly labels: readonly string[];
}

/** The steps of every counter that has them. */
export const recordedSteps: readonly Steps[] = steppedCounters.map((name) => {
  const { type, labels } = catalogue[name];
  const level = (labels as readonly string[]).includes('feature') ? 'feature' : 'model';
  return type === 'histogram'
    ? {
        counter: `${name}_bucket`,
        record: `${level}:${name}_bucket:increase${stepLength}`,
        labels: [...labels, 'le'],
      }
    : {
        counter: name,
        record: `${level}:${name.replace(/_total$/, '')}:increase${stepLength}`,
        labels,
      };
});

/** The name of the recorded steps of a counter. */
export function recordedStep(counter: SteppedCounter): string {
  return recordedSteps.find((steps) => steps.counter === counter)!.record;
}

/** The recorded steps that a window over a counter is summed from; undefined for a short window. */
export function stepsFor(counter: string, range: string): Steps | undefined {
  // A range of a dashboard, such as `$__rate_interval`, is not a number and counts as short.
  if (!(durationSeconds(range) >= longWindowSeconds)) return undefined;
  return recordedSteps.find((steps) => steps.counter === counter);
}
