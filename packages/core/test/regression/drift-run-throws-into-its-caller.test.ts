import { Gauge, Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { createMonitor } from '../../src/monitor.js';
import { referenceOf } from '../support.js';

it('counts a drift run as failed and does not throw when its metric names are taken', async () => {
  const registry = new Registry();
  const features = [{ name: 'x', type: 'numeric' }] as const;
  const stages: string[] = [];
  const monitor = createMonitor({
    model: { name: 'm' },
    features,
    outputs: { task: 'regression', value: 'y' },
    registry,
    reference: referenceOf(features, { x: [1, 2, 3] }),
    onMonitorError: (stage) => stages.push(stage),
  });
  new Gauge({ name: 'model_feature_drift_psi', help: 'Not ours.', registers: [registry] });
  expect(await monitor.runDrift()).toBeUndefined();
  expect(monitor.lastDrift).toBeUndefined();
  expect(stages).toEqual(['drift']);
  const text = await registry.metrics();
  const labels = 'model_name="m",model_version="1"';
  expect(text).toContain(`model_drift_runs_total{${labels},status="error"} 1`);
  expect(text).toContain(`model_drift_runs_total{${labels},status="success"} 0`);
});
