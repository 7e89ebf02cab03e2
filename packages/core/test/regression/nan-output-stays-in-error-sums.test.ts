import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { createMonitor } from '../../src/monitor.js';

it('leaves a prediction of NaN out of the error sums and counts it', async () => {
  const registry = new Registry();
  const stages: string[] = [];
  const monitor = createMonitor({
    model: { name: 'm' },
    features: [{ name: 'x', type: 'numeric' }],
    outputs: { task: 'regression', value: 'y' },
    registry,
    onMonitorError: (stage) => stages.push(stage),
  });
  monitor.observe({
    rows: 2,
    features: [{ names: ['x'], data: [1, 2] }],
    outputs: [{ name: 'y', data: Float64Array.of(Number.NaN, 3) }],
    predictionIds: ['a', 'b'],
    durationSeconds: 0.01,
  });
  const targets = [
    { predictionId: 'a', value: 1 },
    { predictionId: 'b', value: 1 },
  ];
  expect(monitor.recordTargets(targets)).toMatchObject({ matched: 1, unmatched: 1 });
  expect(monitor.quality().scores.mean_absolute_error).toBe(2);
  expect(await registry.metrics()).toContain(
    'model_absolute_error_total{model_name="m",model_version="1"} 2\n',
  );
  expect(stages).toEqual(['outputs']);
});
