import type { RuleOptions } from './options.js';

/**
 * The PromQL that alert rules and dashboards share. Counters of replicas are summed before they are
 * divided: a mean of per-replica ratios is not the ratio of the fleet.
 */

/** The label matcher of the scrape job, and the only one that every rule uses. */
export function jobSelector({ job }: Pick<RuleOptions, 'job'>): string {
  return `job="${job}"`;
}

const modelLabels = 'job, model_name, model_version';

/** The grouping of everything that is said about one version of a model. */
export const byModel: string = `by (${modelLabels})`;

/** The matching of two expressions that are both grouped by {@link byModel}. */
export const onModel: string = `on (${modelLabels})`;

/** The grouping of everything that is said about one feature of a version. */
export const byFeature: string = `by (${modelLabels}, feature)`;

/** The matching of two expressions that are both grouped by {@link byFeature}. */
export const onFeature: string = `on (${modelLabels}, feature)`;

/** The grouping of everything that is said about one feature compared with one reference. */
export const byReference: string = `by (${modelLabels}, feature, reference_id)`;

/** The matching of two expressions that are both grouped by {@link byReference}. */
export const onReference: string = `on (${modelLabels}, feature, reference_id)`;

/** What narrows an expression: label matchers without braces, and a range such as `5m`. */
export interface Scope {
  readonly selector: string;
  readonly range: string;
  /** How far back the range ends; left out, now. */
  readonly offset?: string;
}

/** A gauge that every replica exports with the same value, once per version of a model. */
export function modelGauge(metric: string, selector: string): string {
  return `max ${byModel} (${metric}{${selector}})`;
}

/** The increase of a counter over all replicas, by the labels of a grouping such as `byModel`. */
export function increaseBy(grouping: string, metric: string, scope: Scope, matchers = ''): string {
  const selector = matchers === '' ? scope.selector : `${scope.selector},${matchers}`;
  const offset = scope.offset === undefined ? '' : ` offset ${scope.offset}`;
  return `sum ${grouping} (increase(${metric}{${selector}}[${scope.range}]${offset}))`;
}

/** The increase of a counter over all replicas, per version of a model. */
export function modelIncrease(metric: string, scope: Scope, matchers = ''): string {
  return increaseBy(byModel, metric, scope, matchers);
}

/** Targets that arrived in the range: of a binary classifier, or of one with more classes. */
export function arrivedTargets(scope: Scope): string {
  return either(
    modelIncrease('model_outcomes_total', scope),
    // Every target of a multiclass model adds one tp or one fn, to its own class.
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

/** Share of failed prediction calls in [0, 1]; no series without traffic. */
export function errorRatio(scope: Scope): string {
  return divide(
    modelIncrease('model_predictions_total', scope, 'status="error"'),
    `${modelIncrease('model_predictions_total', scope)} > 0`,
  );
}

/**
 * Calls that succeeded, but slower than the latency objective. A failed call is bad for both
 * objectives, so the difference is what was only slow; both counters come from the same scrape.
 */
export function slowPredictions(scope: Scope): string {
  return `(
  ${modelIncrease('model_slo_events_total', scope, 'slo="latency",result="bad"')}
- ${onModel}
  ${modelIncrease('model_slo_events_total', scope, 'slo="errors",result="bad"')}
)`;
}

/** Share of the successful calls that were slower than the latency objective, in [0, 1]. */
export function slowRatio(scope: Scope): string {
  return divide(
    slowPredictions(scope),
    `${modelIncrease('model_slo_events_total', scope, 'slo="errors",result="good"')} > 0`,
  );
}

/** A quantile of the time of a prediction call over all replicas, in seconds. */
export function latencyQuantile(quantile: number, scope: Scope): string {
  return `histogram_quantile(${quantile}, sum by (${modelLabels}, le) (rate(model_prediction_seconds_bucket{${scope.selector}}[${scope.range}])))`;
}

/** The first expression, and the second for what the first does not have. */
export function either(first: string, second: string): string {
  return `(
${indent(first)}
or
${indent(second)}
)`;
}

/** A quotient of two expressions that are grouped alike; by version of a model if left out. */
export function divide(dividend: string, divisor: string, matching: string = onModel): string {
  return `(
${indent(dividend)}
/ ${matching}
${indent(`(${divisor})`)}
)`;
}

/** An expression with a label that is the same for all its series. */
export function withLabel(expression: string, label: string, value: string): string {
  return `label_replace(
${indent(expression)},
  "${label}", "${value}", "", ""
)`;
}

export function indent(expression: string): string {
  return expression.replaceAll(/^/gm, '  ');
}
