import { describe, expect, test } from 'vitest';
import { chiSquareQuantile, chiSquareSurvival } from '../../src/distributions/chi-square.js';
import { expectRelative } from '../expect-close.js';
import quantiles from '../fixtures/chi-square-quantile.json' with { type: 'json' };
import survivals from '../fixtures/chi-square-survival.json' with { type: 'json' };
import { codeOf } from '../kernel/kernels.js';

describe('chiSquareSurvival', () => {
  test.each(survivals.cases)(
    'P(X > $x) at $degreesOfFreedom degrees of freedom is the oracle to 1e-11',
    ({ x, degreesOfFreedom, value }) => {
      expectRelative(chiSquareSurvival(x, degreesOfFreedom), value, 1e-11);
    },
  );

  test('it is 1 up to zero and 0 at infinity', () => {
    expect(chiSquareSurvival(-Infinity, 3)).toBe(1);
    expect(chiSquareSurvival(-1, 3)).toBe(1);
    expect(chiSquareSurvival(0, 3)).toBe(1);
    expect(chiSquareSurvival(Infinity, 3)).toBe(0);
    expect(chiSquareSurvival(1e5, 3)).toBe(0);
  });

  test('without degrees of freedom all mass is at zero', () => {
    expect(chiSquareSurvival(0, 0)).toBe(1);
    expect(chiSquareSurvival(1e-300, 0)).toBe(0);
    expect(chiSquareSurvival(1e161, 5e-324)).toBe(0);
    expect(chiSquareQuantile(0.999, 5e-324)).toBe(0);
  });

  test('it never rises with x, across the change of method at the mean', () => {
    for (const degreesOfFreedom of [1, 2, 7, 300]) {
      let previous = 1;
      for (let step = 1; step <= 400; step += 1) {
        const value = chiSquareSurvival((step / 100) * degreesOfFreedom, degreesOfFreedom);
        expect(value).toBeLessThanOrEqual(previous);
        previous = value;
      }
    }
  });

  test.each([
    [Number.NaN, 1],
    [1, Number.NaN],
    [1, -1],
    [1, Infinity],
    [1, 2e9],
  ])('x %d with %d degrees of freedom is refused', (x, degreesOfFreedom) => {
    expect(codeOf(() => chiSquareSurvival(x, degreesOfFreedom))).toBe('INVALID_ARGUMENT');
  });
});

describe('chiSquareQuantile', () => {
  test.each(quantiles.cases)(
    'the $probability quantile at $degreesOfFreedom degrees of freedom is the oracle to 1e-11',
    ({ probability, degreesOfFreedom, value }) => {
      expectRelative(chiSquareQuantile(probability, degreesOfFreedom), value, 1e-11);
    },
  );

  test('its survival is the rest of the probability', () => {
    for (const degreesOfFreedom of [1, 4, 9, 99, 12_345.5]) {
      for (const probability of [0.001, 0.2, 0.5, 0.8, 0.95, 0.999]) {
        const x = chiSquareQuantile(probability, degreesOfFreedom);
        expectRelative(chiSquareSurvival(x, degreesOfFreedom), 1 - probability, 1e-11);
      }
    }
  });

  test('the ends are zero and infinity', () => {
    expect(chiSquareQuantile(0, 5)).toBe(0);
    expect(chiSquareQuantile(1, 5)).toBe(Infinity);
    expect(chiSquareQuantile(0.95, 0)).toBe(0);
    expect(chiSquareQuantile(5e-324, 0.001)).toBe(0);
  });

  test.each([
    [-0.1, 1],
    [1.1, 1],
    [Number.NaN, 1],
    [0.5, -1],
    [0.5, Number.NaN],
  ])('probability %d with %d degrees of freedom is refused', (probability, degreesOfFreedom) => {
    expect(codeOf(() => chiSquareQuantile(probability, degreesOfFreedom))).toBe('INVALID_ARGUMENT');
  });
});
