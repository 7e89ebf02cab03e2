import { describe, expect, test } from 'vitest';
import { normalSurvival } from '../../src/distributions/normal.js';
import { studentTSurvival } from '../../src/distributions/student-t.js';
import { expectRelative } from '../expect-close.js';
import fixture from '../fixtures/student-t-survival.json' with { type: 'json' };
import { codeOf } from '../kernel/kernels.js';

describe('studentTSurvival', () => {
  test.each(fixture.cases)(
    'P(T > $t) at $degreesOfFreedom degrees of freedom is the oracle to 1e-11',
    ({ t, degreesOfFreedom, value }) => {
      expectRelative(studentTSurvival(t, degreesOfFreedom), value, 1e-11);
    },
  );

  test('both tails add up to 1, half on each side', () => {
    for (const degreesOfFreedom of [0.001, 1, 5, 9999, 10_000, 1e12, 1e300, Infinity]) {
      expect(studentTSurvival(0, degreesOfFreedom)).toBeCloseTo(0.5, 14);
      expect(studentTSurvival(Infinity, degreesOfFreedom)).toBe(0);
      expect(studentTSurvival(-Infinity, degreesOfFreedom)).toBe(1);
      for (const t of [0.3, 2, 40]) {
        const both = studentTSurvival(t, degreesOfFreedom) + studentTSurvival(-t, degreesOfFreedom);
        expect(both).toBeCloseTo(1, 15);
      }
    }
  });

  test('one degree of freedom is the Cauchy distribution, two have a closed form', () => {
    for (const t of [1e-9, 0.2, 1, 7, 1e6, 1e100, 1e150]) {
      expectRelative(studentTSurvival(t, 1), Math.atan2(1, t) / Math.PI, 1e-13);
      const root = Math.sqrt(2 + t * t);
      expectRelative(studentTSurvival(t, 2), 1 / (root * (root + t)), 1e-13);
    }
  });

  test('it never rises with t, nor jumps where the method changes', () => {
    for (const degreesOfFreedom of [0.5, 3, 9999.9, 10_000, 1e7]) {
      let previous = 0.5000001;
      for (let t = 0; t < 45; t += 0.05) {
        const value = studentTSurvival(t, degreesOfFreedom);
        expect(value).toBeLessThanOrEqual(previous);
        previous = value;
      }
    }
    for (const t of [0.1, 2, 20]) {
      expectRelative(studentTSurvival(t, 9999.999999), studentTSurvival(t, 10_000), 1e-9);
      expectRelative(studentTSurvival(t, 9e19), normalSurvival(t), 1e-12);
    }
  });

  test.each([
    [Number.NaN, 1],
    [1, Number.NaN],
    [1, 0],
    [1, -3],
  ])('t %d with %d degrees of freedom is refused', (t, degreesOfFreedom) => {
    expect(codeOf(() => studentTSurvival(t, degreesOfFreedom))).toBe('INVALID_ARGUMENT');
  });
});
