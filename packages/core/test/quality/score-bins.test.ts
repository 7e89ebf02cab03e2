import fc from 'fast-check';
import { expect, it } from 'vitest';
import { scoreBinEdge, scoreBinOf, scoreBins } from '../../src/quality/score-bins.js';

it('puts a probability between the edges of its bin', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (score) => {
      const bin = scoreBinOf(score);
      expect(scoreBinEdge(bin)).toBeLessThanOrEqual(score + 1e-12);
      expect(scoreBinEdge(bin + 1)).toBeGreaterThanOrEqual(score - 1e-12);
    }),
  );
});

it.each([
  [0, 0],
  [-1, 0],
  [Number.NaN, 0],
  [1, scoreBins - 1],
  [Number.POSITIVE_INFINITY, scoreBins - 1],
])('puts %s into bin %s', (score, bin) => {
  expect(scoreBinOf(score)).toBe(bin);
});
