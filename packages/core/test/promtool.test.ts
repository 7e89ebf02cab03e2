import { spawnSync } from 'node:child_process';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { catalogue, type MetricDeclaration, type MetricName } from '../src/catalogue.js';
import { metricStoreOf } from '../src/metrics/metric-store.js';
import { renderMetrics } from '../src/metrics/render-metrics.js';

const installed = spawnSync('promtool', ['--version']).error === undefined;

describe('promtool', () => {
  if (installed) {
    it('accepts every metric of the catalogue', async () => {
      const registry = new Registry();
      const store = metricStoreOf(registry);
      for (const [name, { type, labels, values }] of declarations()) {
        const given = Object.fromEntries(
          labels.map((label) => [label, values?.[label]?.[0] ?? 'any']),
        ) as never;
        if (type === 'histogram')
          store.histogram(name as MetricName<typeof type>, given).observe(1);
        else if (type === 'gauge') store.gauge(name as MetricName<typeof type>, given).set(1);
        else store.counter(name as MetricName<typeof type>, given).add(1);
      }
      const { body: text } = await renderMetrics(registry, 'prometheus');
      for (const [name] of declarations()) expect(text).toContain(`# TYPE ${name} `);
      const result = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
      expect(`${result.stdout}${result.stderr}`).toBe('');
      expect(result.status).toBe(0);
    });
  } else if (process.env.CI === 'true') {
    it('is installed in CI', () => {
      expect.fail('promtool is not on PATH: install Prometheus to check the metrics');
    });
  } else {
    console.warn('promtool is not on PATH: metric names are NOT checked with it');
    it.skip('accepts every metric of the catalogue (skipped: promtool is not on PATH)', () => {});
  }
});

function declarations(): [MetricName, MetricDeclaration][] {
  return Object.entries(catalogue) as [MetricName, MetricDeclaration][];
}
