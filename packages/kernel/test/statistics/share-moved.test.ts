import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lInfinity } from '../../src/statistics/l-infinity.js';
import { shareMovedEffect } from '../../src/statistics/share-moved.js';
import { countPairs } from './count-pairs.js';
import { coverageOf, equalTenths, shiftedTenths } from './effect-coverage.js';

describe('shareMovedEffect', () => {
  test.each([
    [Float64Array.of(0.5, 0.5), Float64Array.of(0.6, 0.4), 300, 300],
    [Float64Array.of(0.95, 0.05), Float64Array.of(0.7, 0.3), 20_000, 150],
    [equalTenths, shiftedTenths(1), 300, 300],
    [equalTenths, shiftedTenths(2), 100, 100],
    [equalTenths, equalTenths, 5000, 5000],
  ])('covers the largest move in at least 95 %% of samples: %#', (reference, shares, n, m) => {
    const coverage = coverageOf(shareMovedEffect, lInfinity, [reference, shares], [n, m]);
    expect(coverage.inside).toBeGreaterThan(0.935);
    expect(coverage.below).toBeLessThan(0.045);
  });

  test('the largest of ten moves without drift is not called a move', () => {
    const { meanEstimate } = coverageOf(
      shareMovedEffect,
      lInfinity,
      [equalTenths, equalTenths],
      [300, 300],
    );
    // The largest move itself is .045 on average.
    expect(meanEstimate).toBeLessThan(0.01);
  });

  test('does not change with the order of the bins and of the samples', () => {
    fc.assert(
      fc.property(countPairs(), ([reference, current]) => {
        const effect = shareMovedEffect(reference, current);
        const turned = shareMovedEffect(current.toReversed(), reference.toReversed());
        expect(turned.estimate).toBeCloseTo(effect.estimate, 12);
        expect(turned.low).toBeCloseTo(effect.low, 12);
        expect(effect.low).toBeLessThanOrEqual(effect.estimate);
        expect(effect.estimate).toBeLessThanOrEqual(effect.high);
      }),
    );
  });

  test('may be of any size without rows, and is small where all rows share one bin', () => {
    expect(shareMovedEffect([0, 0], [3, 4])).toEqual({ estimate: 0, low: 0, high: Infinity });
    expect(shareMovedEffect([1000], [1000])).toMatchObject({ estimate: 0, low: 0 });
    expect(shareMovedEffect([1000, 0], [1000, 0]).high).toBeLessThan(0.01);
    expect(shareMovedEffect([3], [3]).high).toBeGreaterThan(0.25);
  });

  test('a move of everything is 1 at most', () => {
    const { estimate, high } = shareMovedEffect([60, 0], [0, 60]);
    expect(estimate).toBeGreaterThan(0.9);
    expect(high).toBe(1);
  });
});
