import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createMonitor } from '../../src/monitor.js';
import type { MonitorOptions } from '../../src/monitor-options.js';
import type { TensorData } from '../../src/prediction.js';

/** The counts of unusable values after one call with these values of the output. */
async function invalidValues(
  outputs: MonitorOptions['outputs'],
  name: string,
  data: TensorData,
  rows: number = data.length,
): Promise<Record<string, number>> {
  const registry = new Registry();
  const monitor = createMonitor({
    model: { name: 'm' },
    features: [{ name: 'x', type: 'numeric' }],
    outputs,
    registry,
  });
  monitor.observe({ rows, features: [], outputs: [{ name, data }], durationSeconds: 0.01 });
  const found = (await registry.metrics()).matchAll(
    /^model_output_invalid_values_total\{.*reason="(\w+)"\} (\d+)$/gm,
  );
  return Object.fromEntries(Array.from(found, ([, reason, count]) => [reason, Number(count)]));
}

describe('values of the declared output', () => {
  it('are counted as not_finite when a regression gives NaN or infinity', async () => {
    const data = Float64Array.of(Number.NaN, Number.POSITIVE_INFINITY, 3, -1e9);
    expect(await invalidValues({ task: 'regression', value: 'y' }, 'y', data)).toEqual({
      not_finite: 2,
      range: 0,
    });
  });

  it('are counted as range when a probability lies outside 0 to 1', async () => {
    const data = Float64Array.of(0, 1, 1.001, -0.001, Number.NaN);
    expect(await invalidValues({ task: 'binary', score: 'p' }, 'p', data)).toEqual({
      not_finite: 1,
      range: 2,
    });
  });

  it('are counted for scores of classes, and not for names of classes', async () => {
    const outputs = { task: 'multiclass' as const, class: 'c', classes: ['a', 'b'] };
    expect(await invalidValues(outputs, 'c', [Number.NaN, 4, -2, 0], 2)).toEqual({
      not_finite: 1,
      range: 0,
    });
    expect(await invalidValues(outputs, 'c', ['a', 'z'])).toEqual({ not_finite: 0, range: 0 });
  });

  it('are not counted for outputs that the monitor does not read', async () => {
    const outputs = { task: 'regression', value: 'y' } as const;
    expect(await invalidValues(outputs, 'other', [Number.NaN])).toEqual({
      not_finite: 0,
      range: 0,
    });
  });
});
