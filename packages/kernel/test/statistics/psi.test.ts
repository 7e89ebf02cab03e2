import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { populationStabilityIndex, psiEffect, psiNoiseFloor } from '../../src/statistics/psi.js';
import { expectRelative } from '../expect-close.js';
import counts from '../fixtures/counts.json' with { type: 'json' };
import { codeOf } from '../kernel/kernels.js';
import { countPairs } from './count-pairs.js';
import { coverageOf, equalTenths, shiftedTenths } from './effect-coverage.js';

describe('populationStabilityIndex', () => {
  test.each(counts.cases)(
    'it is the index in 60 digits: $reference against $current',
    ({ reference, current, smoothedIndex, plainIndex }) => {
      const smoothed = populationStabilityIndex(reference, current, { smoothing: 0.5 });
      expectRelative(smoothed, smoothedIndex, 1e-9);
      if (plainIndex === undefined) return;
      const plain = populationStabilityIndex(reference, current, { smoothing: 0 });
      expectRelative(plain, plainIndex, 1e-9);
    },
  );

  test('published vectors come out, without smoothing', () => {
    const plain = { smoothing: 0 };
    const six = populationStabilityIndex([16, 18, 16, 14, 12, 12], [16, 16, 16, 16, 16, 8], plain);
    expectRelative(six, 0.0372183816, 1e-8);
    const ten = populationStabilityIndex(
      [428, 425, 414, 427, 440, 447, 380, 386, 444, 386],
      [426, 437, 429, 391, 469, 433, 360, 443, 371, 418],
      plain,
    );
    expectRelative(ten, 0.007406694184014186, 1e-13);
  });

  test('it is 0 or more, finite, and the same when the samples change places', () => {
    fc.assert(
      fc.property(countPairs(), ([reference, current]) => {
        const index = populationStabilityIndex(reference, current);
        expect(index).toBeGreaterThanOrEqual(0);
        expect(index).toBeLessThan(Infinity);
        expectRelative(populationStabilityIndex(current, reference), index, 1e-12);
        expect(populationStabilityIndex(reference, reference)).toBe(0);
      }),
    );
  });

  test('an empty sample and a single bin say nothing', () => {
    expect(populationStabilityIndex([0, 0], [3, 4])).toBe(0);
    expect(populationStabilityIndex([3, 4], [0, 0])).toBe(0);
    expect(populationStabilityIndex([7], [900])).toBe(0);
  });

  test('without smoothing a bin of one sample alone is infinitely far, one of neither is none', () => {
    expect(populationStabilityIndex([5, 0], [5, 1], { smoothing: 0 })).toBe(Infinity);
    expect(populationStabilityIndex([5, 1, 0], [5, 1, 0], { smoothing: 0 })).toBe(0);
  });

  test.each([
    [1000, 0.06],
    [20_000, 0.06],
    [1e9, 0.06],
  ])('a new category of 2 %% has the same index in %d rows', (rows, index) => {
    const found = populationStabilityIndex([rows, 0], [0.98 * rows, 0.02 * rows]);
    expect(found).toBeCloseTo(index, 2);
  });

  test('a Float64Array counts as an array does', () => {
    const index = populationStabilityIndex(Float64Array.of(10, 20), Float64Array.of(12, 7));
    expect(index).toBe(populationStabilityIndex([10, 20], [12, 7]));
  });

  test.each([-0.5, Number.NaN, Infinity])('a smoothing of %d is refused', (smoothing) => {
    const call = (): number => populationStabilityIndex([1], [1], { smoothing });
    expect(codeOf(call)).toBe('INVALID_ARGUMENT');
  });
});

describe('psiNoiseFloor', () => {
  test.each([
    [100, 10, 0.169],
    [200, 10, 0.085],
    [400, 10, 0.042],
    [1000, 10, 0.017],
    [1000, 20, 0.0301],
  ])('%d rows in %d bins against endless ones have the published floor', (m, bins, floor) => {
    expect(psiNoiseFloor(2 ** 52, m, bins)).toBeCloseTo(floor, 3);
  });

  test('one bin has no noise, an empty sample nothing else', () => {
    expect(psiNoiseFloor(100, 100, 1)).toBe(0);
    expect(psiNoiseFloor(0, 100, 10)).toBe(Infinity);
    expect(psiNoiseFloor(100, 0, 1)).toBe(Infinity);
  });

  test.each([
    [-1, 10, 5, 0.05],
    [10, Number.NaN, 5, 0.05],
    [10, 10, 0, 0.05],
    [10, 10, 2.5, 0.05],
    [10, 10, 5, 0],
    [10, 10, 5, 1],
    [10, 10, 5, Number.NaN],
  ])('n %d, m %d, %d bins, alpha %d is refused', (n, m, bins, alpha) => {
    expect(codeOf(() => psiNoiseFloor(n, m, bins, alpha))).toBe('INVALID_ARGUMENT');
  });
});

describe('psiEffect', () => {
  const index = (p: Float64Array, q: Float64Array): number => populationStabilityIndex(p, q);

  test.each([
    [equalTenths, 300, 300],
    [equalTenths, 20_000, 150],
    [shiftedTenths(0.25), 300, 300],
    [shiftedTenths(0.5), 20_000, 1000],
    [shiftedTenths(1), 5000, 5000],
    [Float64Array.of(0.6, 0.4), 200, 200],
  ])('covers the index of the populations in 95 % of samples: %#', (shares, n, m) => {
    const reference = shares.length === 2 ? Float64Array.of(0.5, 0.5) : equalTenths;
    const coverage = coverageOf(psiEffect, index, [reference, shares], [n, m]);
    expect(coverage.inside).toBeGreaterThan(0.93);
    expect(coverage.below).toBeLessThan(0.04);
    expect(coverage.above).toBeLessThan(0.045);
  });

  test('takes off what chance adds: the estimates average to the index itself', () => {
    const { meanEstimate, effect } = coverageOf(
      psiEffect,
      index,
      [equalTenths, shiftedTenths(0.5)],
      [2000, 500],
    );
    expect(Math.abs(meanEstimate / effect - 1)).toBeLessThan(0.05);
  });

  test('narrows around the index as rows grow, and stays finite at a billion rows', () => {
    const { estimate, low, high } = psiEffect([1e9, 1e9], [1e9, 2e9]);
    expect(estimate).toBeCloseTo(populationStabilityIndex([1, 1], [1, 2], { smoothing: 0 }), 3);
    expect(low).toBeLessThan(estimate);
    expect(high - low).toBeLessThan(1e-4);
  });

  test('may be of any size without rows, and is small where all rows share one bin', () => {
    expect(psiEffect([0, 0], [3, 4])).toEqual({ estimate: 0, low: 0, high: Infinity });
    expect(psiEffect([1000], [1000]).high).toBeLessThan(0.01);
    expect(psiEffect([3], [3]).high).toBeGreaterThan(0.25);
  });

  test('its estimate lies inside its interval, whatever the counts', () => {
    fc.assert(
      fc.property(countPairs(), ([reference, current]) => {
        const { estimate, low, high } = psiEffect(reference, current);
        expect(low).toBeLessThanOrEqual(estimate);
        expect(estimate).toBeLessThanOrEqual(high);
        expect(low).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
