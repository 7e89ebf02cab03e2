import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  benjaminiHochberg,
  benjaminiYekutieli,
  bonferroni,
  holm,
  onlineBenjaminiHochberg,
} from '../../src/statistics/multiple-testing.js';
import lond from '../fixtures/lond.json' with { type: 'json' };
import fixture from '../fixtures/multiple-testing.json' with { type: 'json' };
import { codeOf } from '../kernel/kernels.js';

const corrections = { bonferroni, holm, benjaminiHochberg, benjaminiYekutieli };
const names = Object.keys(corrections) as (keyof typeof corrections)[];

describe.each(names)('%s', (name) => {
  const correct = corrections[name];

  test.each(fixture.cases)('adjusted values are those of the oracle', (expected) => {
    const worst = Array.from(correct(expected.pValues)).reduce((difference, value, index) => {
      const other = expected[name][index]!;
      return value === other ? difference : Math.max(difference, Math.abs(value / other - 1));
    }, 0);
    // The harmonic sum may be added in another order; the others are the same products.
    expect(worst).toBeLessThanOrEqual(name === 'benjaminiYekutieli' ? 1e-14 : 2.3e-16);
  });

  test('nothing falls, nothing passes 1, and the order of the p-values stays', () => {
    const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 60 });
    fc.assert(
      fc.property(pValues, (values) => {
        const adjusted = correct(values);
        const sound = values.every(
          (p, i) =>
            adjusted[i]! >= p &&
            adjusted[i]! <= 1 &&
            values.every((q, j) => p > q || adjusted[i]! <= adjusted[j]!),
        );
        expect(sound).toBe(true);
      }),
    );
  });

  test('no tests have no adjusted values, one test keeps its own', () => {
    expect(correct([])).toEqual(new Float64Array(0));
    expect(correct([0.3])).toEqual(Float64Array.of(0.3));
    expect(correct(Float64Array.of(0, 0, 1))).toEqual(Float64Array.of(0, 0, 1));
  });

  test.each([Number.NaN, -0.1, 1.1])('a p-value of %d is refused by its place', (p) => {
    expect(codeOf(() => correct([0.5, p]))).toBe('INVALID_ARGUMENT');
    expect(() => correct([0.5, p])).toThrow(`${name}(pValues)[1]`);
  });
});

test('the weaker the promise, the smaller the adjusted values', () => {
  const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 });
  fc.assert(
    fc.property(pValues, (values) => {
      const all = names.map((name) => corrections[name](values));
      const [strict, stepDown, rate] = all as [Float64Array, Float64Array, Float64Array];
      expect(stepDown.every((value, i) => value <= strict[i]!)).toBe(true);
      expect(rate.every((value, i) => value <= stepDown[i]! * (1 + 1e-15))).toBe(true);
    }),
  );
});

describe('onlineBenjaminiHochberg', () => {
  test('batches of one test are decided like LOND of the oracle', () => {
    const rejected: number[] = [];
    for (const [index, pValue] of lond.pValues.entries()) {
      const batch = { share: lond.shares[index]!, discoveries: rejected.length };
      if (onlineBenjaminiHochberg([pValue], batch)[0]! <= lond.level) rejected.push(index);
    }
    expect(rejected).toEqual(lond.rejected);
    expect(rejected.length).toBeGreaterThan(10);
  });

  test('a batch on its own is decided like that of Benjamini and Hochberg', () => {
    for (const { pValues } of fixture.cases) {
      expect(onlineBenjaminiHochberg(pValues, { share: 1, discoveries: 0 })).toEqual(
        benjaminiHochberg(pValues),
      );
    }
  });

  test('half the share doubles the values, and discoveries lower them', () => {
    const pValues = [1e-9, 1e-4, 2e-3, 0.4];
    const whole = onlineBenjaminiHochberg(pValues, { share: 0.01, discoveries: 0 });
    const half = onlineBenjaminiHochberg(pValues, { share: 0.005, discoveries: 0 });
    const later = onlineBenjaminiHochberg(pValues, { share: 0.01, discoveries: 9 });
    expect(half[0]).toBeCloseTo(2 * whole[0]!, 15);
    // Rank 1 after nine discoveries counts as rank 10.
    expect(later[0]).toBeCloseTo(whole[0]! / 10, 15);
    // The third of four p-values, and one that would pass 1.
    expect(whole[2]).toBeCloseTo((2e-3 * 4) / (0.01 * 3), 15);
    expect(whole[3]).toBe(1);
  });

  test('no tests have no adjusted values', () => {
    expect(onlineBenjaminiHochberg([], { share: 0.1, discoveries: 3 })).toEqual(
      new Float64Array(0),
    );
  });

  test.each([
    ['share', { share: 0, discoveries: 0 }],
    ['share', { share: 1.5, discoveries: 0 }],
    ['share', { share: Number.NaN, discoveries: 0 }],
    ['discoveries', { share: 1, discoveries: -1 }],
    ['discoveries', { share: 1, discoveries: Number.POSITIVE_INFINITY }],
  ])('a %s that is impossible is refused by its name', (name, batch) => {
    expect(codeOf(() => onlineBenjaminiHochberg([0.5], batch))).toBe('INVALID_ARGUMENT');
    expect(() => onlineBenjaminiHochberg([0.5], batch)).toThrow(`onlineBenjaminiHochberg(${name})`);
  });
});
