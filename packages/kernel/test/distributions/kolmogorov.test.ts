import { describe, expect, test } from 'vitest';
import { kolmogorovSurvival } from '../../src/distributions/kolmogorov.js';
import { expectRelative } from '../expect-close.js';
import tail from '../fixtures/kolmogorov-tail.json' with { type: 'json' };
import { codeOf } from '../kernel/kernels.js';

describe('kolmogorovSurvival', () => {
  test.each(tail.cases)(
    'the tail at $n observations and distance $statistic is the sum in 60 digits to 1e-10',
    ({ n, statistic, pValue }) => {
      expectRelative(kolmogorovSurvival(statistic, n), pValue, 1e-10);
    },
  );

  test('it never rises as the distance grows, across every change of method', () => {
    for (const n of [1, 2, 3, 10, 100, 140, 141, 1000, 99_999, 100_001, 1e6, 2 ** 33]) {
      let previous = 1;
      for (let z = 0.01; z < 6; z += 0.01) {
        const d = z / Math.sqrt(n);
        if (d > 1) break;
        const value = kolmogorovSurvival(d, n);
        expect(value).toBeGreaterThanOrEqual(0);
        // The two sides of a change of method may differ by the error of either.
        expect(value).toBeLessThanOrEqual(previous + 1e-7);
        previous = value;
      }
    }
  });

  test('two to the power of 52 observations are close to the limiting distribution', () => {
    // Kolmogorov 1933: 2 Σ (-1)^(k - 1) exp(-2 k² z²).
    for (const z of [0.5, 0.8, 1, 1.3581, 2, 4]) {
      let limit = 0;
      for (let k = 1; k < 40; k += 1) limit -= 2 * (-1) ** k * Math.exp(-2 * k * k * z * z);
      expectRelative(kolmogorovSurvival(z / 2 ** 26, 2 ** 52), limit, 1e-6);
    }
  });
});

test.each([
  [Number.NaN, 5],
  [-0.1, 5],
  [1.1, 5],
  [0.5, 0],
  [0.5, 2.5],
  [0.5, Number.NaN],
])('a distance of %d of %d observations is refused', (d, n) => {
  expect(codeOf(() => kolmogorovSurvival(d, n))).toBe('INVALID_ARGUMENT');
});
