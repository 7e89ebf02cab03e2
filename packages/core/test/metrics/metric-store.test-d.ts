import type { MetricLabelsOf, MetricName } from '../../src/catalogue.js';
import type { MetricStore } from '../../src/metrics/metric-store.js';

// Compiled by the type check, never run: each expected error fails the check when it goes away.
export function seriesThatCompile(store: MetricStore): void {
  const model = { model_name: 'm', model_version: '1' };
  store.gauge('model_ready', model).set(1);
  store.counter('model_predictions_total', { ...model, status: 'success' }).add(1);
  store.histogram('model_prediction_seconds', model, [0.1]).observe(1);

  // @ts-expect-error: a metric that is not declared
  store.gauge('model_readiness', model);
  // @ts-expect-error: a gauge requested as a counter
  store.counter('model_ready', model);
  // @ts-expect-error: a counter requested as a histogram
  store.histogram('model_predictions_total', { ...model, status: 'success' });
  // @ts-expect-error: a missing label
  store.counter('model_predictions_total', model);
  // @ts-expect-error: a label that is not declared
  store.gauge('model_ready', { ...model, region: 'eu' });
  // @ts-expect-error: a value outside the closed set of its label
  store.counter('model_predictions_total', { ...model, status: 'maybe' });
  // @ts-expect-error: a gauge has no `add`
  store.gauge('model_ready', model).add(1);
}

export const gaugeName: MetricName<'gauge'> = 'model_ready';
// @ts-expect-error: the name of a gauge is not the name of a counter
export const counterName: MetricName<'counter'> = 'model_ready';
export const status: MetricLabelsOf<'model_predictions_total'>['status'] = 'error';
