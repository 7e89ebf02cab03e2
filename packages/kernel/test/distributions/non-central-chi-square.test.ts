import { describe, expect, test } from 'vitest';
import { chiSquareSurvival } from '../../src/distributions/chi-square.js';
import { nonCentralChiSquareSurvival } from '../../src/distributions/non-central-chi-square.js';
import { normalSurvival } from '../../src/distributions/normal.js';
import { expectRelative } from '../expect-close.js';
import fixture from '../fixtures/non-central-chi-square.json' with { type: 'json' };
import { codeOf } from '../kernel/kernels.js';

describe('nonCentralChiSquareSurvival', () => {
  test.each(fixture.cases)(
    'P(X > $x) at $degreesOfFreedom and $nonCentrality is the oracle to 1e-10',
    ({ x, degreesOfFreedom, nonCentrality, value }) => {
      expectRelative(nonCentralChiSquareSurvival(x, degreesOfFreedom, nonCentrality), value, 1e-10);
    },
  );

  test('without non-centrality it is the central distribution', () => {
    for (const x of [0.1, 3, 50, 900]) {
      expect(nonCentralChiSquareSurvival(x, 4, 0)).toBe(chiSquareSurvival(x, 4));
      expectRelative(nonCentralChiSquareSurvival(x, 4, 1e-14), chiSquareSurvival(x, 4), 1e-11);
    }
  });

  test('with one degree of freedom it is a shifted normal value squared', () => {
    for (const [x, shift] of [
      [1, 0.5],
      [30, 2],
      [900, 10],
      [1e4, 90],
    ] as const) {
      const root = Math.sqrt(x);
      const expected = normalSurvival(root - shift) + normalSurvival(root + shift);
      expectRelative(nonCentralChiSquareSurvival(x, 1, shift * shift), expected, 1e-10);
    }
  });

  test('it is 1 up to zero, 0 at infinity, and never rises with x', () => {
    expect(nonCentralChiSquareSurvival(-1, 3, 2)).toBe(1);
    expect(nonCentralChiSquareSurvival(0, 3, 2)).toBe(1);
    expect(nonCentralChiSquareSurvival(Infinity, 3, 2)).toBe(0);
    expect(nonCentralChiSquareSurvival(1e9, 3, 2)).toBe(0);
    expect(nonCentralChiSquareSurvival(9e8, 3, 1e9)).toBeCloseTo(1, 12);
    expect(nonCentralChiSquareSurvival(1e9, 3, 9e8)).toBe(0);
    let previous = 1;
    for (let x = 0; x < 400; x += 0.5) {
      const value = nonCentralChiSquareSurvival(x, 9, 40);
      expect(value).toBeLessThanOrEqual(previous);
      previous = value;
    }
  });

  test.each([
    [Number.NaN, 1, 1],
    [1, 0, 1],
    [1, Number.NaN, 1],
    [1, 1, -1],
    [1, 1, 2e9],
    [2e9, 1, 1],
  ])('x %d, %d degrees of freedom, non-centrality %d are refused', (x, freedom, centre) => {
    expect(codeOf(() => nonCentralChiSquareSurvival(x, freedom, centre))).toBe('INVALID_ARGUMENT');
  });
});
