import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { createMonitor, type Monitor } from '../../src/monitor.js';

function monitorIn(registry: Registry): Monitor {
  return createMonitor({
    model: { name: 'm' },
    features: [{ name: 'x', type: 'numeric' }],
    outputs: { task: 'regression', value: 'y' },
    registry,
  });
}

const batch = { rows: 1, features: [], outputs: [], durationSeconds: 0.01 };
const line = 'model_prediction_samples_total{model_name="m",model_version="1"}';

it('creates a monitor again after registry.clear(), with counters at 0', async () => {
  const registry = new Registry();
  monitorIn(registry).observe(batch);
  registry.clear();
  const second = monitorIn(registry);
  expect(await registry.metrics()).toContain(`${line} 0\n`);
  second.observe(batch);
  expect(await registry.metrics()).toContain(`${line} 1\n`);
});

it('ignores what the monitor from before registry.clear() does afterwards', async () => {
  const registry = new Registry();
  const first = monitorIn(registry);
  registry.clear();
  const second = monitorIn(registry);
  first.observe(batch);
  first.close();
  second.observe(batch);
  expect(await registry.metrics()).toContain(`${line} 1\n`);
  expect(() => monitorIn(registry)).toThrow(expect.objectContaining({ code: 'METRIC_CONFLICT' }));
});
