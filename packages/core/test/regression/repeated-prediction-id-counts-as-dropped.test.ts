import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { createMonitor } from '../../src/monitor.js';

it('counts a prediction whose id is used again as duplicate, not as dropped for capacity', async () => {
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
  const model = 'model_name="m",model_version="1"';
  expect(text).toContain(`model_prediction_duplicates_total{${model}} 2`);
  expect(text).toContain(`model_targets_expired_total{${model},reason="capacity"} 0`);
  expect(text).toContain(`model_targets_pending{${model}} 1`);
});
