import { expect, it } from 'vitest';
import { createFeatureWindow } from '../../src/windows/feature-window.js';
import { dayMs, referenceOf, startMs } from '../support.js';

it('counts float32 values on the points of their reference when other columns are integers', () => {
  const features = [
    { name: 'price', type: 'numeric' },
    { name: 'items', type: 'numeric' },
  ] as const;
  const prices = [0.1, 0.2, 0.3, 0.7];
  const reference = referenceOf(features, { price: prices, items: [1, 2, 3, 4] });
  const window = createFeatureWindow({ features, reference, windowMs: dayMs, startMs });
  window.count(
    [
      { names: ['price'], data: Float32Array.from(prices) },
      { names: ['items'], data: BigInt64Array.of(1n, 2n, 3n, 4n) },
    ],
    4,
    startMs,
  );
  for (const feature of window.features) {
    expect(Array.from(window.total(feature).counts)).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0]);
  }
});
