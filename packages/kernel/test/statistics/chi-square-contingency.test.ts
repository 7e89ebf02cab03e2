import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chiSquareContingency } from '../../src/statistics/chi-square-contingency.js';
import { expectRelative } from '../expect-close.js';
import counts from '../fixtures/counts.json' with { type: 'json' };
import { countPairs } from './count-pairs.js';

describe('chiSquareContingency', () => {
  test.each(counts.cases)(
    'statistic and p-value are the oracle: $reference against $current',
    ({ reference, current, chiSquare }) => {
      const result = chiSquareContingency(reference, current);
      expectRelative(result.statistic, chiSquare.statistic, 1e-11);
      expect(result.degreesOfFreedom).toBe(chiSquare.degreesOfFreedom);
      expectRelative(result.pValue, chiSquare.pValue, 1e-11);
    },
  );

  test('the published table aabaab against bacccc comes out', () => {
    const { statistic, degreesOfFreedom, pValue } = chiSquareContingency([4, 2, 0], [1, 1, 4]);
    expectRelative(statistic, 6.13333333, 1e-9);
    expect(degreesOfFreedom).toBe(2);
    expectRelative(pValue, 0.04657615, 1e-7);
  });

  test('it is the same when the samples change places, and a sample never differs from itself', () => {
    fc.assert(
      fc.property(countPairs(), ([reference, current]) => {
        const result = chiSquareContingency(reference, current);
        expect(result.statistic).toBeGreaterThanOrEqual(0);
        expect(result.pValue).toBeGreaterThanOrEqual(0);
        expect(result.pValue).toBeLessThanOrEqual(1);
        const swapped = chiSquareContingency(current, reference);
        expectRelative(swapped.statistic, result.statistic, 1e-12);
        expect(swapped.degreesOfFreedom).toBe(result.degreesOfFreedom);
        expect(chiSquareContingency(reference, reference).statistic).toBe(0);
        expect(chiSquareContingency(reference, reference).pValue).toBe(1);
      }),
    );
  });

  test('bins that neither sample has do not count', () => {
    const plain = chiSquareContingency([5, 7, 9], [9, 7, 2]);
    expect(chiSquareContingency([5, 0, 7, 9, 0], [9, 0, 7, 2, 0])).toEqual(plain);
  });

  test('a category that the reference never had gives a finite statistic', () => {
    const { statistic, pValue } = chiSquareContingency([500, 500, 0], [300, 300, 400]);
    expect(statistic).toBeCloseTo(500, 9);
    expect(pValue).toBeGreaterThan(0);
  });

  test('an empty sample and a single bin say nothing', () => {
    const nothing = { statistic: 0, degreesOfFreedom: 0, pValue: 1 };
    expect(chiSquareContingency([0, 0], [3, 4])).toEqual(nothing);
    expect(chiSquareContingency([3, 4], [0, 0])).toEqual(nothing);
    expect(chiSquareContingency([7], [9])).toEqual(nothing);
    expect(chiSquareContingency([0, 7, 0], [0, 9, 0])).toEqual(nothing);
  });

  test('disjoint samples of billions of rows have a p-value of zero', () => {
    const { statistic, pValue } = chiSquareContingency([2 ** 32, 0], [0, 2 ** 32]);
    expect(statistic).toBe(2 ** 33);
    expect(pValue).toBe(0);
  });
});
