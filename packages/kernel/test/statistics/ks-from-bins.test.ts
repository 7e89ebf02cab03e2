import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { numericProfile } from '../../src/profiles/numeric-profile.js';
import { ksFromBins, ksNoiseFloor } from '../../src/statistics/ks-from-bins.js';
import fixture from '../fixtures/ks-two-sample.json' with { type: 'json' };
import { codeOf, columns, kernels } from '../kernel/kernels.js';
import { countPairs } from './count-pairs.js';

describe.each(kernels)('ksFromBins, counted by $name', ({ kernel }) => {
  test.each(fixture.cases)(
    'on every distinct reference value it is the distance of scipy, bit for bit: $name',
    (sample) => {
      for (const [a, b] of [
        [sample.a, sample.b],
        [sample.b, sample.a],
      ]) {
        const reference = numericProfile(Float64Array.from(a!, Number), { kernel });
        const values = Float64Array.from(b!, Number);
        const current = numericProfile(values, { kernel, grid: reference.grid });
        const { statistic, n, m } = ksFromBins(reference.counts, current.counts);
        expect(statistic).toBe(sample.statistic);
        expect([n, m]).toEqual([a!.length, b!.length]);
      }
    },
  );

  test('on a thinned grid it is a lower bound, short by at most the resolution', () => {
    fc.assert(
      fc.property(columns(), columns(), fc.integer({ min: 2, max: 40 }), (a, b, gridPoints) => {
        const reference = numericProfile(Float64Array.from(a), { kernel, gridPoints });
        const values = Float64Array.from(b);
        const current = numericProfile(values, { kernel, grid: reference.grid });
        const { statistic, resolution } = ksFromBins(reference.counts, current.counts);
        const exact = kernel.ksTwoSample(Float64Array.from(a), values).statistic;
        expect(statistic).toBeLessThanOrEqual(exact);
        expect(exact).toBeLessThanOrEqual(statistic + resolution + 1e-12);
      }),
    );
  });
});

describe('ksFromBins', () => {
  test('it lies in [0, 1] and is the same when the samples change places', () => {
    const odd = countPairs().filter(([reference]) => reference.length % 2 === 1);
    fc.assert(
      fc.property(odd, ([reference, current]) => {
        const { statistic, resolution, n, m } = ksFromBins(reference, current);
        expect(statistic).toBeGreaterThanOrEqual(0);
        expect(statistic).toBeLessThanOrEqual(1);
        expect(ksFromBins(current, reference)).toEqual({ statistic, resolution, n: m, m: n });
        expect(ksFromBins(reference, reference).statistic).toBe(0);
      }),
    );
  });

  test('an empty sample is at no distance', () => {
    const nothing = { statistic: 0, resolution: 0 };
    expect(ksFromBins([0, 0, 0], [1, 2, 3])).toEqual({ ...nothing, n: 0, m: 6 });
    expect(ksFromBins([1, 2, 3], [0, 0, 0])).toEqual({ ...nothing, n: 6, m: 0 });
  });

  test('a grid without points sees nothing and says so', () => {
    expect(ksFromBins([5], [7])).toEqual({ statistic: 0, resolution: 1, n: 5, m: 7 });
  });

  test('samples on either side of the only point are at distance 1', () => {
    expect(ksFromBins([2 ** 32, 0, 0], [0, 0, 2 ** 32]).statistic).toBe(1);
    expect(ksFromBins([2 ** 32, 0, 0], [0, 0, 2 ** 32]).resolution).toBe(0);
  });

  test('an even number of bins is refused', () => {
    expect(codeOf(() => ksFromBins([1, 2], [1, 2]))).toBe('INVALID_COUNTS');
  });
});

describe('ksNoiseFloor', () => {
  test('it is the tabled 1.3581 times √((n + m) / (n m)) at 5 %', () => {
    expect(ksNoiseFloor(100, 100)).toBeCloseTo(1.3581 * Math.sqrt(0.02), 5);
    expect(ksNoiseFloor(1000, 250, 0.01)).toBeCloseTo(1.6276 * Math.sqrt(0.005), 5);
  });

  test('an empty sample is nothing but noise', () => {
    expect(ksNoiseFloor(0, 5)).toBe(Infinity);
    expect(ksNoiseFloor(5, 0)).toBe(Infinity);
  });

  test.each([
    [-1, 5, 0.05],
    [5, Number.NaN, 0.05],
    [5, 5, 0],
    [5, 5, 2],
  ])('n %d, m %d, alpha %d is refused', (n, m, alpha) => {
    expect(codeOf(() => ksNoiseFloor(n, m, alpha))).toBe('INVALID_ARGUMENT');
  });
});
