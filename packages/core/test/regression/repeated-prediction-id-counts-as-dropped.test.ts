import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { createMonitor } from '../../src/monitor.js';

it('counts a prediction whose id is used again as replaced, not as dropped for capacity', async () => {
  const registry = new Registry();
  const monitor = createMonitor({
    model: { name: 'm' },
    features: [{ name: 'x', type: 'numeric' }],
    outputs: { task: 'regression', value: 'y' },
    registry,
  });
  for (let attempt = 0; attempt < 3; attempt += 1) {
    monitor.observe({
      rows: 1,
      features: [{ names: ['x'], data: [1] }],
      outputs: [{ name: 'y', data: [2] }],
      predictionIds: ['retried'],
      durationSeconds: 0.01,
    });
  }
  const text = await registry.metrics();
  const expired = (reason: string, count: number): string =>
    `model_targets_expired_total{model_name="m",model_version="1",reason="${reason}"} ${count}`;
  expect(text).toContain(expired('replaced', 2));
  expect(text).toContain(expired('capacity', 0));
});
