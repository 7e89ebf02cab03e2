import { describe, expect, test } from 'vitest';
import { normalQuantile, normalSurvival } from '../../src/distributions/normal.js';
import { expectRelative } from '../expect-close.js';
import quantiles from '../fixtures/normal-quantile.json' with { type: 'json' };
import survivals from '../fixtures/normal-survival.json' with { type: 'json' };
import { codeOf } from '../kernel/kernels.js';

describe('normalSurvival', () => {
  test.each(survivals.cases)('P(Z > $z) is the oracle to 1e-12', ({ z, value }) => {
    expectRelative(normalSurvival(z), value, 1e-12);
  });

  test('it is 1 at minus infinity, 0 at infinity, and NaN is refused', () => {
    expect(normalSurvival(-Infinity)).toBe(1);
    expect(normalSurvival(Infinity)).toBe(0);
    expect(normalSurvival(1e200)).toBe(0);
    expect(codeOf(() => normalSurvival(Number.NaN))).toBe('INVALID_ARGUMENT');
  });
});

describe('normalQuantile', () => {
  test.each(quantiles.cases)(
    'the $probability quantile is the oracle to 1e-14',
    ({ probability, value }) => {
      expectRelative(normalQuantile(probability), value, 1e-14);
    },
  );

  test('the ends are infinite, and a value that is not a probability is refused', () => {
    expect(normalQuantile(0)).toBe(-Infinity);
    expect(normalQuantile(1)).toBe(Infinity);
    for (const probability of [-1e-9, 1.5, Number.NaN]) {
      expect(codeOf(() => normalQuantile(probability))).toBe('INVALID_ARGUMENT');
    }
  });
});
