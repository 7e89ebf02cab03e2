import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { benjaminiHochberg } from '../src/benjamini-hochberg.js';
import fixture from './fixtures/benjamini-hochberg.json' with { type: 'json' };
import { codeOf } from './kernel/kernels.js';

describe('benjaminiHochberg', () => {
  test.each(fixture.cases)('adjusted values are those of scipy, bit for bit', (expected) => {
    expect(Array.from(benjaminiHochberg(expected.pValues))).toEqual(expected.adjusted);
  });

  test('nothing falls, nothing passes 1, and the order of the p-values stays', () => {
    const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 60 });
    fc.assert(
      fc.property(pValues, (values) => {
        const adjusted = benjaminiHochberg(values);
        for (const [i, p] of values.entries()) {
          expect(adjusted[i]).toBeGreaterThanOrEqual(p);
          expect(adjusted[i]).toBeLessThanOrEqual(1);
          for (const [j, q] of values.entries()) {
            if (p < q) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j]!);
          }
        }
      }),
    );
  });

  test('no tests have no adjusted values, one test keeps its own', () => {
    expect(benjaminiHochberg([])).toEqual(new Float64Array(0));
    expect(benjaminiHochberg([0.3])).toEqual(Float64Array.of(0.3));
  });

  test.each([Number.NaN, -0.1, 1.1])('a p-value of %d is refused by its place', (p) => {
    expect(codeOf(() => benjaminiHochberg([0.5, p]))).toBe('INVALID_ARGUMENT');
    expect(() => benjaminiHochberg([0.5, p])).toThrow('benjaminiHochberg(pValues)[1]');
  });
});
