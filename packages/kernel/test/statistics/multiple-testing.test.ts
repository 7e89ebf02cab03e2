import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  benjaminiHochberg,
  benjaminiYekutieli,
  bonferroni,
  holm,
} from '../../src/statistics/multiple-testing.js';
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
