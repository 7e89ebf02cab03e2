import { describe, expect, test } from 'vitest';
import { andersonDarlingSurvival } from '../../src/distributions/anderson-darling.js';
import { cramerVonMisesSurvival } from '../../src/distributions/cramer-von-mises.js';
import { expectRelative } from '../expect-close.js';
import anderson from '../fixtures/anderson-darling-survival.json' with { type: 'json' };
import cramer from '../fixtures/cramer-von-mises-survival.json' with { type: 'json' };

describe('cramerVonMisesSurvival', () => {
  test.each(cramer.cases)('P(ω² > $x) is the oracle to 1e-10', ({ x, value }) => {
    expectRelative(cramerVonMisesSurvival(x), value, 1e-10);
  });

  test('it falls from 1 to 0, and nowhere rises', () => {
    expect(cramerVonMisesSurvival(-Infinity)).toBe(1);
    expect(cramerVonMisesSurvival(0)).toBe(1);
    expect(cramerVonMisesSurvival(1e6)).toBe(0);
    let previous = 1 + 1e-13;
    for (let x = 0.003; x < 3; x += 0.003) {
      const value = cramerVonMisesSurvival(x);
      expect(value).toBeLessThanOrEqual(previous + 1e-13);
      previous = value;
    }
  });
});

describe('andersonDarlingSurvival', () => {
  test.each(anderson.cases)('P(A² > $x) of $samples samples is the oracle to 1e-10', (of) => {
    expectRelative(andersonDarlingSurvival(of.x, of.samples), of.value, 1e-10);
  });

  test.each([2, 3, 4, 7, 30])(
    'of %d samples it falls from 1 to 0, and nowhere rises',
    (samples) => {
      expect(andersonDarlingSurvival(0, samples)).toBe(1);
      expect(andersonDarlingSurvival(1e6, samples)).toBe(0);
      let previous = 1 + 1e-13;
      for (let x = 0.02; x < 40; x *= 1.05) {
        const value = andersonDarlingSurvival(x, samples);
        expect(value).toBeLessThanOrEqual(previous + 1e-12);
        previous = value;
      }
    },
  );
});
