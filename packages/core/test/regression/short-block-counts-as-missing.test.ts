import { expect, it } from 'vitest';
import { createFeatureWindow } from '../../src/windows/feature-window.js';
import { dayMs, referenceOf, startMs } from '../support.js';

it('refuses a block with too few values before it counts any of them', () => {
  const features = [
    { name: 'x', type: 'numeric' },
    { name: 'z', type: 'numeric' },
  ] as const;
  const reference = referenceOf(features, { x: [1, 2], z: [1, 2] });
  const window = createFeatureWindow({ features, reference, windowMs: dayMs, startMs });
  const blocks = [
    { names: ['x'], data: [1, 2, 3] },
    { names: ['z'], data: [1, 2] },
  ];
  expect(() => window.count(blocks, 3, startMs)).toThrow(
    expect.objectContaining({
      code: 'BATCH_INVALID',
      message: expect.stringContaining('2 values'),
    }),
  );
  for (const feature of window.features) {
    expect(window.total(feature).missing).toBe(0);
    expect(window.total(feature).counts.every((count) => count === 0)).toBe(true);
  }
});
