import { spawnSync } from 'node:child_process';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { catalogue, type MetricDeclaration, type MetricName } from '../src/catalogue.js';
import { metricStoreOf } from '../src/metrics/metric-store.js';
import { renderMetrics } from '../src/metrics/render-metrics.js';

const installed = spawnSync('promtool', ['--version']).error === undefined;

describe('promtool', () => {
  if (installed) {
    it('has nothing against any metric of the catalogue', async () => {
      const registry = new Registry();
      const store = metricStoreOf(registry);
      for (const [name, { type, labels, values }] of declarations()) {
        const given = Object.fromEntries(
          labels.map((label) => [label, values?.[label]?.[0] ?? 'any']),
        );
        if (type === 'histogram') store.histogram(name, given).observe(1);
        else if (type === 'gauge') store.gauge(name, given).set(1);
        else store.counter(name, given).add(1);
      }
      const text = await renderMetrics(registry, 'prometheus');
      for (const [name] of declarations()) expect(text).toContain(`# TYPE ${name} `);
      const result = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
      expect(`${result.stdout}${result.stderr}`).toBe('');
      expect(result.status).toBe(0);
    });
  } else if (process.env.CI === 'true') {
    it('is installed where CI runs', () => {
      expect.fail('promtool is not on PATH: install Prometheus, so that the metrics are checked');
    });
  } else {
    console.warn('promtool is not on PATH: the names of the metrics are NOT checked by it');
    it.skip('has nothing against any metric of the catalogue (skipped: promtool is not on PATH)', () => {});
  }
});

function declarations(): [MetricName, MetricDeclaration][] {
  return Object.entries(catalogue) as [MetricName, MetricDeclaration][];
}
