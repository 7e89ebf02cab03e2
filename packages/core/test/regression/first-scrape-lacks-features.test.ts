import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { createMonitor } from '../../src/monitor.js';
import { referenceOf } from '../support.js';

it('exports every feature with the value 0 in the first scrape', async () => {
  const registry = new Registry();
  const features = [
    { name: 'distance', type: 'numeric' },
    { name: 'carrier', type: 'categorical' },
  ] as const;
  createMonitor({
    model: { name: 'm' },
    features,
    outputs: { task: 'binary', score: 'p' },
    registry,
    reference: referenceOf(features, { distance: [1, 2, 3], carrier: ['AA', 'DL', 'AA'] }),
  });
  const text = await registry.metrics();
  for (const metric of [
    'model_feature_value_bucket',
    'model_feature_category_total',
    'model_feature_missing_total',
    'model_feature_reference_ratio',
    'model_feature_reference_category_ratio',
  ]) {
    expect(text).toContain(`\n${metric}{`);
  }
});
