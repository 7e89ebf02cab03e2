import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chiSquareContingency } from '../../src/statistics/chi-square-contingency.js';
import { fisherExact } from '../../src/statistics/fisher-exact.js';
import { type Proportion, twoProportionZ } from '../../src/statistics/two-proportion-z.js';
import { expectRelative } from '../expect-close.js';
import fixture from '../fixtures/proportions.json' with { type: 'json' };
import { codeOf } from '../kernel/kernels.js';

const of = (successes: number, rows: number): Proportion => ({ successes, rows });

describe.each(fixture.cases)('$reference against $current', ({ reference, current, fisher, z }) => {
  test('Fisher exact is scipy', () => {
    expectRelative(fisherExact(reference, current).pValue, fisher, 1e-10);
  });

  test('the z test is statsmodels', () => {
    const { statistic, pValue } = twoProportionZ(reference, current);
    if (z === undefined) return expect({ statistic, pValue }).toEqual({ statistic: 0, pValue: 1 });
    expectRelative(statistic, z.statistic, 1e-11);
    expectRelative(pValue, z.pValue, 1e-11);
  });
});

const proportion = fc
  .tuple(fc.integer({ min: 0, max: 300 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([rows, share]) => of(Math.round(share * rows), rows));

describe.each(Object.entries({ fisherExact, twoProportionZ }))('%s', (_, run) => {
  test('is a p-value, the same for samples or answers that change places', () => {
    fc.assert(
      fc.property(proportion, proportion, (a, b) => {
        const { pValue } = run(a, b);
        const turned = (p: Proportion) => of(p.rows - p.successes, p.rows);
        expect(pValue >= 0 && pValue <= 1).toBe(true);
        expectRelative(run(b, a).pValue, pValue, 1e-9);
        expectRelative(run(turned(a), turned(b)).pValue, pValue, 1e-9);
      }),
    );
  });

  test('no rows or no difference is not evidence', () => {
    expect(run(of(0, 0), of(3, 9)).pValue).toBe(1);
    expect(run(of(3, 9), of(0, 0)).pValue).toBe(1);
    expect(run(of(0, 9), of(0, 4)).pValue).toBe(1);
    expect(run(of(9, 9), of(4, 4)).pValue).toBe(1);
    expectRelative(run(of(10, 20), of(10, 20)).pValue, 1, 1e-12);
  });

  test('billions of rows have an answer', () => {
    const half = 2 ** 31;
    expectRelative(run(of(half, 2 * half), of(half, 2 * half)).pValue, 1, 1e-4);
    expect(run(of(half, 2 * half), of(half + 1e6, 2 * half)).pValue).toBeLessThan(1e-90);
  });

  test('a value outside [0, 1] is refused as a share', () => {
    expect(codeOf(() => run(of(4, 3), of(1, 2)))).toBe('INVALID_ARGUMENT');
    expect(codeOf(() => run(of(1, 3), of(-1, 2)))).toBe('INVALID_ARGUMENT');
    expect(codeOf(() => run(of(Number.NaN, 3), of(1, 2)))).toBe('INVALID_ARGUMENT');
    expect(codeOf(() => run(of(1, Infinity), of(1, 2)))).toBe('INVALID_ARGUMENT');
  });
});

describe('fisherExact', () => {
  test('is exactly 1 where no table is likelier, as where two share the largest probability', () => {
    for (const rows of [1, 3, 7, 9, 99, 1001, 99_999]) {
      const half = (rows - 1) / 2;
      expect(fisherExact(of(half, rows), of(half + 1, rows)).pValue).toBe(1);
      expect(fisherExact(of(half + 1, rows), of(half, rows)).pValue).toBe(1);
    }
    fc.assert(
      fc.property(proportion, fc.integer({ min: 1, max: 9 }), ({ successes, rows }, times) => {
        const same = fisherExact(of(successes, rows), of(times * successes, times * rows));
        expect(same.pValue).toBe(1);
      }),
    );
  });

  test('sums the tables that are at most as likely, counted one by one', () => {
    const choose = (n: number, k: number): number => {
      let product = 1;
      for (let i = 1; i <= k; i += 1) product = (product * (n - k + i)) / i;
      return Math.round(product);
    };
    const small = fc.integer({ min: 0, max: 12 });
    fc.assert(
      fc.property(small, small, small, small, (a, b, c, d) => {
        const [n, m] = [a + b, c + d];
        let asRare = 0;
        let all = 0;
        const tables = (x: number): number => choose(m, x) * choose(n, a + c - x);
        for (let x = Math.max(0, a + c - n); x <= Math.min(m, a + c); x += 1) {
          all += tables(x);
          if (tables(x) <= tables(c)) asRare += tables(x);
        }
        const { pValue } = fisherExact(of(a, n), of(c, m));
        if (asRare === all) expect(pValue).toBe(1);
        else expectRelative(pValue, asRare / all, 1e-11);
      }),
    );
  });

  test('published: two letters in two samples', () => {
    expect(fisherExact(of(45, 90), of(30, 90)).pValue).toBeCloseTo(0.034, 3);
    expect(fisherExact(of(6, 6), of(0, 6)).pValue).toBeCloseTo(0.00216, 5);
  });

  test('the odds ratio', () => {
    expect(fisherExact(of(1, 4), of(2, 4)).oddsRatio).toBe(3);
    expect(fisherExact(of(0, 4), of(2, 4)).oddsRatio).toBe(Infinity);
    expect(fisherExact(of(2, 4), of(0, 4)).oddsRatio).toBe(0);
    expect(fisherExact(of(0, 4), of(0, 4)).oddsRatio).toBe(1);
  });
});

test('the z statistic squared is the chi-square statistic of the table', () => {
  fc.assert(
    fc.property(proportion, proportion, (a, b) => {
      if (a.rows === 0 || b.rows === 0) return;
      const bins = (p: Proportion) => [p.successes, p.rows - p.successes];
      const { statistic } = chiSquareContingency(bins(a), bins(b));
      expect(Math.abs(twoProportionZ(a, b).statistic ** 2 - statistic)).toBeLessThan(
        1e-9 * (1 + statistic),
      );
    }),
  );
});
