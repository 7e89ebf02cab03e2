import { expect, it } from 'vitest';
import { createFeatureWindow } from '../../src/windows/feature-window.js';
import { dayMs, referenceOf, startMs } from '../support.js';

const features = [
  { name: 'price', type: 'numeric' },
  { name: 'items', type: 'numeric' },
] as const;
const prices = [0.1, 0.2, 0.3, 0.7];
const items = [1, 2, 3, 4];
const reference = referenceOf(features, {
  price: Array.from(Float32Array.from(prices)),
  items,
});

it.each([
  ['in a matrix', [{ names: ['price', 'items'], data: matrix() }]],
  [
    'in blocks',
    [
      { names: ['price'], data: Float64Array.from(prices) },
      { names: ['items'], data: Float64Array.from(items) },
    ],
  ],
  ['as plain numbers', [{ names: ['price', 'items'], data: [...matrix()] }]],
])('counts doubles on the points of a reference of float32 values, %s', (_, blocks) => {
  const window = createFeatureWindow({ features, reference, windowMs: dayMs, startMs });
  window.count(blocks, 4, startMs);
  for (const feature of window.features) {
    expect(Array.from(window.total(feature).counts)).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0]);
  }
});

function matrix(): Float64Array {
  return Float64Array.from(prices.flatMap((price, row) => [price, items[row]!]));
}
