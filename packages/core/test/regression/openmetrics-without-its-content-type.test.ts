import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { metricStoreOf } from '../../src/metrics/metric-store.js';
import { renderMetrics } from '../../src/metrics/render-metrics.js';

it('renderMetrics returns exemplars only with the content type of OpenMetrics', async () => {
  const registry = new Registry();
  metricStoreOf(registry)
    .histogram('model_prediction_seconds', { model_name: 'm', model_version: '1' }, [1])
    .observe(0.5, { labels: { trace_id: 'abc' }, timestampSeconds: 1 });
  const openMetrics = await renderMetrics(registry, 'openmetrics');
  expect(openMetrics.body).toContain('# {trace_id="abc"}');
  expect(openMetrics.contentType).toBe(
    'application/openmetrics-text; version=1.0.0; charset=utf-8',
  );
  const text = await renderMetrics(registry, 'prometheus');
  expect(text.body).not.toContain('trace_id');
  expect(text.contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
});
