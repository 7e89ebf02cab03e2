import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ksTwoSamplePValue } from '../../src/statistics/ks-p-value.js';
import { expectRelative } from '../expect-close.js';
import exact from '../fixtures/ks-exact-p-values.json' with { type: 'json' };
import limit from '../fixtures/ks-limit-p-values.json' with { type: 'json' };
import samples from '../fixtures/ks-two-sample.json' with { type: 'json' };
import { codeOf } from '../kernel/kernels.js';

describe('ksTwoSamplePValue', () => {
  test.each(exact.cases)(
    'distance $statistic of $n and $m rows has the exact p-value to 1e-13',
    ({ statistic, n, m, pValue }) => {
      expectRelative(ksTwoSamplePValue(statistic, n, m), pValue, 1e-13);
      expectRelative(ksTwoSamplePValue(statistic, m, n), pValue, 1e-13);
    },
  );

  test.each(limit.cases)(
    'distance $statistic of $n and $m rows, above 10 000, has the p-value of scipy to 1e-8',
    ({ statistic, n, m, pValue }) => {
      expectRelative(ksTwoSamplePValue(statistic, n, m), pValue, 1e-8);
      expect(ksTwoSamplePValue(statistic, m, n)).toBe(ksTwoSamplePValue(statistic, n, m));
    },
  );

  test.each(samples.cases)('$name: the p-value is that of scipy ks_2samp to 1e-13', (sample) => {
    const { statistic, a, b, pValue } = sample;
    expectRelative(ksTwoSamplePValue(statistic, a.length, b.length), pValue, 1e-13);
  });

  test('it is a probability that never rises with the distance', () => {
    const size = fc.integer({ min: 1, max: 300 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(size, size, share, share, (n, m, x, y) => {
        const low = ksTwoSamplePValue(Math.min(x, y), n, m);
        const high = ksTwoSamplePValue(Math.max(x, y), n, m);
        expect(low).toBeLessThanOrEqual(1);
        expect(high).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(low * (1 + 1e-12));
      }),
    );
  });

  test('samples far apart have a p-value of zero, not of NaN, when no double is left for it', () => {
    expect(ksTwoSamplePValue(1, 9973, 10_000)).toBe(0);
    expect(ksTwoSamplePValue(1, 10_000, 10_000)).toBe(0);
    expect(ksTwoSamplePValue(0.9, 2 ** 32, 2 ** 32)).toBe(0);
    expect(ksTwoSamplePValue(1, 100, 2 ** 32)).toBe(0);
  });

  test('an empty sample and a distance of zero say nothing', () => {
    expect(ksTwoSamplePValue(0, 0, 0)).toBe(1);
    expect(ksTwoSamplePValue(0, 0, 50)).toBe(1);
    expect(ksTwoSamplePValue(0.3, 50, 0.2)).toBe(1);
    expect(ksTwoSamplePValue(0, 1e6, 1e6)).toBe(1);
  });

  test('rows that rates estimated are rounded to whole rows', () => {
    expect(ksTwoSamplePValue(0.25, 40.3, 19.6)).toBe(ksTwoSamplePValue(0.25, 40, 20));
  });

  test.each([
    [Number.NaN, 10, 10],
    [-0.01, 10, 10],
    [1.01, 10, 10],
    [0.5, -1, 10],
    [0.5, 10, Number.NaN],
    [0.5, 10, Infinity],
  ])('distance %d of %d and %d rows is refused', (statistic, n, m) => {
    expect(codeOf(() => ksTwoSamplePValue(statistic, n, m))).toBe('INVALID_ARGUMENT');
  });
});
