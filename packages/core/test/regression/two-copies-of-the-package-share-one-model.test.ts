import { Registry } from 'prom-client';
import { expect, it, vi } from 'vitest';
import { createMonitor } from '../../src/monitor.js';
import type { MonitorOptions } from '../../src/monitor-options.js';

it('refuses a second monitor of a model from another copy of the package', async () => {
  const registry = new Registry();
  const options: MonitorOptions = {
    model: { name: 'm' },
    features: [{ name: 'x', type: 'numeric' }],
    outputs: { task: 'regression', value: 'y' },
    registry,
  };
  const first = createMonitor(options);
  vi.resetModules();
  const copy = await import('../../src/monitor.js');
  expect(copy.createMonitor).not.toBe(createMonitor);
  expect(() => copy.createMonitor(options)).toThrow(
    expect.objectContaining({ code: 'METRIC_CONFLICT' }),
  );
  expect(await registry.metrics()).toContain('model_predictions_total{');
  first.close();
  copy.createMonitor(options).close();
});
