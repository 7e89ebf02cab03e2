import { describe, expect, test } from 'vitest';
import {
  hypergeometricProbability,
  hypergeometricSurvival,
} from '../../src/distributions/hypergeometric.js';
import { expectRelative } from '../expect-close.js';
import fixture from '../fixtures/hypergeometric.json' with { type: 'json' };
import { codeOf } from '../kernel/kernels.js';

describe('the hypergeometric distribution', () => {
  test.each(fixture.cases)(
    'P(X = $k) and P(X > $k) of $draws draws from $population with $successes are the oracle',
    ({ k, population, successes, draws, mass, tail }) => {
      const value = hypergeometricProbability(k, population, successes, draws);
      if (mass === undefined) expect(value).toBeLessThanOrEqual(1e-300);
      else expectRelative(value, mass, 1e-11);
      if (tail !== undefined) {
        expectRelative(hypergeometricSurvival(k, population, successes, draws), tail, 1e-10);
      }
    },
  );

  test.each([
    [20, 7, 12],
    [300, 150, 40],
    [50, 0, 10],
    [50, 50, 10],
    [50, 10, 0],
    [50, 10, 50],
    [1, 1, 1],
    [0, 0, 0],
  ])('population %d with %d successes, %d draws: tails are the masses above', (N, K, n) => {
    let above = 0;
    for (let k = N; k >= 0; k -= 1) {
      expect(Math.abs(hypergeometricSurvival(k, N, K, n) - above)).toBeLessThan(1e-12);
      expectRelative(
        hypergeometricProbability(k, N, K, n),
        hypergeometricProbability(k, N, n, K),
        1e-12,
      );
      above += hypergeometricProbability(k, N, K, n);
    }
    expect(above).toBeCloseTo(1, 12);
    expect(hypergeometricSurvival(-1, N, K, n)).toBe(1);
    expect(hypergeometricProbability(-1, N, K, n)).toBe(0);
  });

  test.each([
    [0.5, 10, 3, 3],
    [1, 10, 11, 3],
    [1, 10, 3, 11],
    [1, -1, 0, 0],
    [1, 2e15, 3, 3],
    [Number.NaN, 10, 3, 3],
  ])('k %d, population %d, successes %d, draws %d are refused', (k, N, K, n) => {
    expect(codeOf(() => hypergeometricProbability(k, N, K, n))).toBe('INVALID_ARGUMENT');
    expect(codeOf(() => hypergeometricSurvival(k, N, K, n))).toBe('INVALID_ARGUMENT');
  });
});
