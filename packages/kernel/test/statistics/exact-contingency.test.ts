import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/numeric/random.js';
import { chiSquareContingency } from '../../src/statistics/chi-square-contingency.js';
import { exactContingencyPValue } from '../../src/statistics/exact-contingency.js';
import { fisherExact } from '../../src/statistics/fisher-exact.js';
import { expectRelative } from '../expect-close.js';
import oracle from '../fixtures/exact-contingency.json' with { type: 'json' };

const counts = (bins: number) =>
  fc.array(fc.integer({ min: 0, max: 6 }), { minLength: bins, maxLength: bins });

describe('exactContingencyPValue', () => {
  test.each(oracle.cases)(
    'is the sum over all tables: $reference against $current',
    ({ reference, current, pValue }) => {
      expectRelative(exactContingencyPValue(reference, current)!, pValue, 1e-11);
    },
  );

  test('is the same when the samples change places, and when the bins do', () => {
    fc.assert(
      fc.property(counts(4), counts(4), (reference, current) => {
        const pValue = exactContingencyPValue(reference, current)!;
        expectRelative(exactContingencyPValue(current, reference)!, pValue, 1e-9);
        const mirrored = exactContingencyPValue(reference.toReversed(), current.toReversed())!;
        expectRelative(mirrored, pValue, 1e-9);
      }),
    );
  });

  test('is that of Fisher for two bins of samples of one size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }), (a, b) => {
        const exact = exactContingencyPValue([a, 20 - a], [b, 20 - b])!;
        const { pValue } = fisherExact({ successes: a, rows: 20 }, { successes: b, rows: 20 });
        expectRelative(exact, pValue, 1e-9);
      }),
    );
  });

  test('never rejects more often than its level, where the chi-square distribution does', () => {
    const random = createRandom(4);
    const shares = [0.91, 0.03, 0.03, 0.03];
    const draw = (size: number): number[] => {
      const rows = [0, 0, 0, 0];
      for (let row = 0; row < size; row += 1) {
        const at = random.next();
        let bin = 0;
        for (let sum = shares[0]!; at > sum && bin < 3; sum += shares[bin]!) bin += 1;
        rows[bin]! += 1;
      }
      return rows;
    };
    const trials = 2000;
    let rejected = 0;
    let byChiSquare = 0;
    for (let trial = 0; trial < trials; trial += 1) {
      const [reference, current] = [draw(200), draw(8)];
      if (exactContingencyPValue(reference, current)! <= 0.05) rejected += 1;
      if (chiSquareContingency(reference, current).pValue <= 0.05) byChiSquare += 1;
    }
    expect(rejected / trials).toBeLessThanOrEqual(0.05);
    expect(byChiSquare / trials).toBeGreaterThan(0.06);
  });

  test('is 1 without rows, with one bin, and for equal samples', () => {
    expect(exactContingencyPValue([3, 4], [0, 0])).toBe(1);
    expect(exactContingencyPValue([0, 3], [0, 9])).toBe(1);
    expect(exactContingencyPValue([3, 1, 2], [3, 1, 2])).toBe(1);
  });

  test('gives up on what it cannot sum in a bounded time', () => {
    expect(exactContingencyPValue([40, 20, 10], [30, 10, 20])).toBeUndefined();
    const many = Array.from({ length: 20 }, (_, bin) => 2 + bin);
    expect(
      exactContingencyPValue(
        many,
        many.map((_, bin) => (bin % 3 === 0 ? 7 : 0)),
      ),
    ).toBeUndefined();
  });

  test('refuses counts that are not whole', () => {
    expect(() => exactContingencyPValue([1, 2.5], [1, 2])).toThrowError(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  });
});
