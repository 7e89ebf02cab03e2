import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { andersonDarlingSurvival } from '../../src/distributions/anderson-darling.js';
import { cramerVonMisesSurvival } from '../../src/distributions/cramer-von-mises.js';
import { incompleteGamma } from '../../src/distributions/gamma.js';
import { incompleteBeta } from '../../src/distributions/incomplete-beta.js';
import { nonCentralChiSquareSurvival } from '../../src/distributions/non-central-chi-square.js';
import { andersonDarling } from '../../src/statistics/anderson-darling.js';
import { cramerVonMises } from '../../src/statistics/cramer-von-mises.js';

afterEach(() => vi.restoreAllMocks());

/** Every magnitude between two positive numbers alike. */
function magnitude(least: number, most: number): fc.Arbitrary<number> {
  return fc
    .double({ min: Math.log(least), max: Math.log(most), noNaN: true })
    .map((logarithm) => Math.min(most, Math.max(least, Math.exp(logarithm))));
}

const folders = ['distributions', 'statistics', 'compatibility', 'numeric', 'profiles'];

test.each(folders)('every loop of %s has a bound', (folder) => {
  const place = new URL(`../../src/${folder}/`, import.meta.url);
  for (const file of readdirSync(place).filter((name) => name.endsWith('.ts'))) {
    const source = readFileSync(new URL(file, place), 'utf8');
    expect(source, file).not.toMatch(/for \([^;)]*;\s*;|while \(true\)/);
  }
});

describe.each([
  ['Cramér and von Mises', (x: number) => cramerVonMisesSurvival(x)],
  ['Anderson and Darling', (x: number) => andersonDarlingSurvival(x, 2)],
  ['Anderson and Darling, 40 samples', (x: number) => andersonDarlingSurvival(x, 40)],
])('the limit of %s', (_, survival) => {
  test('takes a few thousand steps anywhere, and is a probability', () => {
    const steps = vi.spyOn(Math, 'atan2');
    fc.assert(
      fc.property(magnitude(1e-3, Number.MAX_VALUE), (x) => {
        steps.mockClear();
        const p = survival(x);
        expect(p >= 0 && p <= 1).toBe(true);
        expect(steps.mock.calls.length).toBeLessThan(5000);
      }),
      { numRuns: 300 },
    );
  });

  test('falls in the far tail until it is 0 to the last double', () => {
    let before = survival(50);
    for (let x = 51; x < 900; x += 1) {
      const p = survival(x);
      expect(p).toBeLessThanOrEqual(before);
      before = p;
    }
    expect(survival(1e5)).toBe(0);
    expect(survival(Infinity)).toBe(0);
  });
});

test('two samples any distance apart have an answer, 0 or as small as it should be', () => {
  for (const rows of [4, 21, 1000, 1e6, 1e9]) {
    for (const share of [0.5, 0.9, 0.999, 1]) {
      const moved = Math.round(rows * share);
      const [a, b] = [
        [rows, 0],
        [rows - moved, moved],
      ];
      for (const { pValue } of [cramerVonMises(a!, b!), andersonDarling([a!, b!])]) {
        expect(pValue >= 0 && pValue <= 1).toBe(true);
        if (rows >= 1000) expect(pValue).toBeLessThan(1e-30);
      }
    }
  }
});

describe('incomplete functions end within the terms that they say, with both tails', () => {
  test('gamma', () => {
    fc.assert(
      fc.property(magnitude(1e-290, 1e8), magnitude(1e-6, 1e6), fc.boolean(), (a, x, near) => {
        const { lower, upper } = incompleteGamma(a, near ? a * (1 + 1e-3 * Math.log(x)) : x);
        expect(lower >= 0 && upper >= 0).toBe(true);
        expect(Math.abs(lower + upper - 1)).toBeLessThan(1e-12);
      }),
    );
  });

  test('beta', () => {
    const abs = vi.spyOn(Math, 'abs');
    fc.assert(
      fc.property(
        magnitude(1e-4, 1e8),
        magnitude(1e-4, 1e8),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.boolean(),
        (a, b, u, near) => {
          abs.mockClear();
          const x = near ? (a / (a + b)) * (0.99 + 0.02 * u * (b / (a + b))) : u;
          const { lower, upper } = incompleteBeta(a, b, x, 1 - x);
          expect(abs.mock.calls.length).toBeLessThan(600 + 150 * Math.sqrt(Math.max(a, b)));
          expect(lower >= 0 && upper >= 0).toBe(true);
          expect(Math.abs(lower + upper - 1)).toBeLessThan(1e-12);
        },
      ),
    );
  });

  test('non-central chi-square', () => {
    const value = magnitude(1e-6, 1e6);
    fc.assert(
      fc.property(value, value, value, (x, degreesOfFreedom, nonCentrality) => {
        const p = nonCentralChiSquareSurvival(x, degreesOfFreedom, nonCentrality);
        expect(p >= 0 && p <= 1).toBe(true);
      }),
    );
  });
});
