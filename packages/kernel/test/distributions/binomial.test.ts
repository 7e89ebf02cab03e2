import { describe, expect, test } from 'vitest';
import { binomialProbability, binomialSurvival } from '../../src/distributions/binomial.js';
import { expectRelative } from '../expect-close.js';
import fixture from '../fixtures/binomial.json' with { type: 'json' };
import { codeOf } from '../kernel/kernels.js';

describe('the binomial distribution', () => {
  test.each(fixture.cases)(
    'P(X = $k) and P(X > $k) of $trials trials at $probability are the oracle',
    ({ k, trials, probability, mass, tail }) => {
      if (mass !== undefined) {
        expectRelative(binomialProbability(k, trials, probability), mass, 1e-12);
      } else expect(binomialProbability(k, trials, probability)).toBeLessThanOrEqual(1e-300);
      if (tail !== undefined) {
        expectRelative(
          binomialSurvival(k, trials, probability),
          tail,
          trials > 1e6 ? 1e-10 : 1e-11,
        );
      }
    },
  );

  test.each([
    [12, 0.3],
    [200, 0.5],
    [3000, 0.001],
  ])('%d trials at %d: masses add up to 1, and each tail to the masses above', (trials, p) => {
    let above = 0;
    for (let k = trials; k >= 0; k -= 1) {
      expect(Math.abs(binomialSurvival(k, trials, p) - above)).toBeLessThan(1e-12);
      const lower = binomialSurvival(trials - k - 1, trials, 1 - p);
      above += binomialProbability(k, trials, p);
      expect(Math.abs(binomialSurvival(k, trials, p) + lower - 1)).toBeLessThan(1e-11);
    }
    expect(above).toBeCloseTo(1, 12);
  });

  test('what cannot be has no probability; certain and impossible trials', () => {
    expect(binomialProbability(-1, 5, 0.5)).toBe(0);
    expect(binomialProbability(6, 5, 0.5)).toBe(0);
    expect(binomialProbability(0, 0, 0.5)).toBe(1);
    expect(binomialProbability(0, 9, 0)).toBe(1);
    expect(binomialProbability(3, 9, 0)).toBe(0);
    expect(binomialProbability(9, 9, 1)).toBe(1);
    expect(binomialProbability(8, 9, 1)).toBe(0);
    expect(binomialSurvival(-1, 9, 0)).toBe(1);
    expect(binomialSurvival(0, 9, 0)).toBe(0);
    expect(binomialSurvival(8, 9, 1)).toBe(1);
    expect(binomialSurvival(9, 9, 1)).toBe(0);
    expect(binomialSurvival(5e11, 1e12, 0.5)).toBeCloseTo(0.5, 6);
  });

  test.each([
    [0.5, 3, 0.5],
    [1, 2.5, 0.5],
    [1, -1, 0.5],
    [1, 2e12, 0.5],
    [1, 3, 1.5],
    [1, 3, Number.NaN],
    [Number.NaN, 3, 0.5],
  ])('k %d, trials %d, probability %d are refused', (k, trials, probability) => {
    expect(codeOf(() => binomialProbability(k, trials, probability))).toBe('INVALID_ARGUMENT');
    expect(codeOf(() => binomialSurvival(k, trials, probability))).toBe('INVALID_ARGUMENT');
  });
});
