import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createMonitor } from '../../src/monitor.js';
import { outputFeature } from '../../src/reference.js';
import { referenceOf } from '../support.js';

describe('the threshold of one feature', () => {
  it('is exported for that feature only, and that of the output for the output', async () => {
    const registry = new Registry();
    const features = [
      { name: 'distance', type: 'numeric', drift: { driftThreshold: 0.5 } },
      {
        name: 'delay',
        type: 'numeric',
        drift: { statistic: 'js_distance', investigateThreshold: 0.15, driftThreshold: 0.3 },
      },
      { name: 'carrier', type: 'categorical' },
    ] as const;
    const outputs = { task: 'binary', score: 'p', drift: { driftThreshold: 0.9 } } as const;
    const numbers = [1, 2, 3, 4];
    createMonitor({
      model: { name: 'm' },
      features,
      outputs,
      registry,
      reference: referenceOf([...features, outputFeature({ ...outputs, decisionThreshold: 0.5 })], {
        distance: numbers,
        delay: numbers,
        carrier: ['AA', 'DL', 'AA', 'AA'],
        p: numbers,
      }),
    });
    expect(await thresholdsIn(registry)).toEqual([
      'carrier psi drift 0.25',
      'carrier psi investigate 0.1',
      'carrier share_moved drift 0.25',
      'carrier share_moved investigate 0.1',
      'delay js_distance drift 0.3',
      'delay js_distance investigate 0.15',
      // What the recording rules of a fleet compare with, whatever decides in the engine.
      'delay psi drift 0.25',
      'delay psi investigate 0.1',
      'delay share_moved drift 0.25',
      'delay share_moved investigate 0.1',
      'distance psi drift 0.5',
      'distance psi investigate 0.1',
      'distance share_moved drift 0.25',
      'distance share_moved investigate 0.1',
      'p psi drift 0.9',
      'p psi investigate 0.1',
      'p share_moved drift 0.25',
      'p share_moved investigate 0.1',
    ]);
  });
});

async function thresholdsIn(registry: Registry): Promise<string[]> {
  const metrics = await registry.getMetricsAsJSON();
  const metric = metrics.find(({ name }) => name === 'model_feature_drift_threshold');
  return (metric?.values ?? [])
    .map(({ labels, value }) => [labels.feature, labels.statistic, labels.level, value].join(' '))
    .sort();
}
