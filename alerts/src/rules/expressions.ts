import type { RuleOptions } from './options.js';
import { recordedStep, type SteppedCounter, stepLength, stepsFor } from './steps.js';

/**
 * PromQL shared by alert rules and dashboards. Counters of replicas are summed before they are
 * divided: the mean of per-replica ratios is not the ratio of the fleet.
 */

/** The matcher of the scrape job, which every rule has. */
export function jobSelector({ job }: Pick<RuleOptions, 'job'>): string {
  return `job="${job}"`;
}

const modelLabels = 'job, model_name, model_version';

/** Groups by version of a model. */
export const byModel: string = `by (${modelLabels})`;

/** Matches two expressions grouped by {@link byModel}. */
export const onModel: string = `on (${modelLabels})`;

/** Groups by feature of a version. */
export const byFeature: string = `by (${modelLabels}, feature)`;

/** Matches two expressions grouped by {@link byFeature}. */
export const onFeature: string = `on (${modelLabels}, feature)`;

/** Groups by feature and the reference that it is compared with. */
export const byReference: string = `by (${modelLabels}, feature, reference_id)`;

/** Matches two expressions grouped by {@link byReference}. */
export const onReference: string = `on (${modelLabels}, feature, reference_id)`;

/** Label matchers without braces, and a range such as `5m`. */
export interface Scope {
  readonly selector: string;
  readonly range: string;
  /** How far back the range ends. Omitted: it ends now. */
  readonly offset?: string;
}

/** A gauge with the same value on every replica, per version of a model. */
export function modelGauge(metric: string, selector: string): string {
  return `max ${byModel} (${metric}{${selector}})`;
}

/**
 * The increase of a counter over all replicas, by the labels of a grouping such as `byModel`. A long
 * window is summed from recorded steps, which have no label `instance`; those of a new model, or of
 * a new rule file, fill it over time.
 */
export function increaseBy(grouping: string, metric: string, scope: Scope, matchers = ''): string {
  const selector = matchers === '' ? scope.selector : `${scope.selector},${matchers}`;
  const offset = scope.offset === undefined ? '' : ` offset ${scope.offset}`;
  const steps = stepsFor(metric, scope.range);
  return steps === undefined
    ? `sum ${grouping} (increase(${metric}{${selector}}[${scope.range}]${offset}))`
    : `sum ${grouping} (sum_over_time(${steps.record}{${selector}}[${scope.range}:${stepLength}]${offset}))`;
}

/** The recorded increase of a counter over the last step, by the labels of a grouping. */
export function stepOf(
  grouping: string,
  metric: SteppedCounter,
  selector: string,
  matchers: string,
): string {
  return `sum ${grouping} (${recordedStep(metric)}{${selector},${matchers}})`;
}

/** The increase of a counter over all replicas, per version of a model. */
export function modelIncrease(metric: string, scope: Scope, matchers = ''): string {
  return increaseBy(byModel, metric, scope, matchers);
}

/** Targets that arrived in the range, of binary and of multiclass classifiers. */
export function arrivedTargets(scope: Scope): string {
  return either(
    modelIncrease('model_outcomes_total', scope),
    // Every target of a multiclass model adds one tp or one fn to its own class.
    modelIncrease('model_class_outcomes_total', scope, 'outcome=~"tp|fn"'),
  );
}

/**
 * Accuracy of the fleet over the targets that arrived in the range, in [0, 1]; no series where no
 * target arrived.
 */
export function fleetAccuracy(scope: Scope): string {
  const right = either(
    modelIncrease('model_outcomes_total', scope, 'outcome=~"tp|tn"'),
    modelIncrease('model_class_outcomes_total', scope, 'outcome="tp"'),
  );
  return divide(right, `${arrivedTargets(scope)} > 0`);
}

/** Failed calls, without those that failed for a reason of their caller. */
export function failedCalls(scope: Scope): string {
  return modelIncrease('model_slo_events_total', scope, 'slo="errors",result="bad"');
}

/** Calls that succeeded or failed, without those that failed for a reason of their caller. */
export function countedCalls(scope: Scope): string {
  return modelIncrease('model_slo_events_total', scope, 'slo="errors"');
}

/**
 * Ratio of failed prediction calls in [0, 1], from the events of the objective, so that all alerts
 * about errors count the same calls; no series without traffic.
 */
export function errorRatio(scope: Scope): string {
  return divide(failedCalls(scope), `${countedCalls(scope)} > 0`);
}

/**
 * Calls that succeeded but were slower than the latency objective. A failed call is bad for both
 * objectives, so the difference is the calls that were only slow; both counters come from the same
 * scrape.
 */
export function slowPredictions(scope: Scope): string {
  return `(
  ${modelIncrease('model_slo_events_total', scope, 'slo="latency",result="bad"')}
- ${onModel}
  ${failedCalls(scope)}
)`;
}

/** Successful calls, which are slow or not. */
export function successfulCalls(scope: Scope): string {
  return modelIncrease('model_slo_events_total', scope, 'slo="errors",result="good"');
}

/** Ratio of successful calls slower than the latency objective, in [0, 1]. */
export function slowRatio(scope: Scope): string {
  return divide(slowPredictions(scope), `${successfulCalls(scope)} > 0`);
}

/** A quantile of the duration of prediction calls over all replicas, in seconds. */
export function latencyQuantile(quantile: number, scope: Scope): string {
  return `histogram_quantile(${quantile}, sum by (${modelLabels}, le) (rate(model_prediction_seconds_bucket{${scope.selector}}[${scope.range}])))`;
}

/** The first expression, and the second for series that the first lacks. */
export function either(first: string, second: string): string {
  return `(
${indent(first)}
or
${indent(second)}
)`;
}

/** The quotient of two expressions with the same grouping; default: by version of a model. */
export function divide(dividend: string, divisor: string, matching: string = onModel): string {
  return `(
${indent(dividend)}
/ ${matching}
${indent(`(${divisor})`)}
)`;
}

/** Adds a label with the same value to all series of an expression. */
export function withLabel(expression: string, label: string, value: string): string {
  return `label_replace(
${indent(expression)},
  "${label}", "${value}", "", ""
)`;
}

export function indent(expression: string): string {
  return expression.replaceAll(/^/gm, '  ');
}
