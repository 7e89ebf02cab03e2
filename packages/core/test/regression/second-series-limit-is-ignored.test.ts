import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { metricStoreOf } from '../../src/metrics/metric-store.js';

it('refuses a different series limit for a registry that already has a store', () => {
  const registry = new Registry();
  const store = metricStoreOf(registry, 100);
  expect(metricStoreOf(registry)).toBe(store);
  expect(metricStoreOf(registry, 100)).toBe(store);
  expect(() => metricStoreOf(registry, 200)).toThrow(
    expect.objectContaining({
      code: 'METRIC_CONFLICT',
      message: expect.stringContaining('at most 100 series; 200 were requested'),
    }),
  );
});
