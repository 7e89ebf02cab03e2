import { describe, expect, test } from 'vitest';
import { fSurvival } from '../../src/distributions/fisher-snedecor.js';
import { createRandom } from '../../src/numeric/random.js';
import { chiSquareContingency } from '../../src/statistics/chi-square-contingency.js';
import { movementTest, ordinaryMovement } from '../../src/statistics/ordinary-movement.js';
import { expectRelative } from '../expect-close.js';
import fixture from '../fixtures/ordinary-movement.json' with { type: 'json' };
import { codeOf } from '../kernel/kernels.js';
import {
  type DrawShares,
  decileShares,
  dirichletShares,
  drawCounts,
  shiftedShares,
  sumOf,
} from './movement-samples.js';

const even = new Array<number>(10).fill(0.1);

describe('the estimate', () => {
  test.each(fixture.cases)('is that of whole covariance matrices', (expected) => {
    const { periods, current } = expected;
    const rows = current.reduce((sum, count) => sum + count, 0);
    const found = ordinaryMovement(periods, rows)!;
    expectRelative(found.correlation, expected.correlation, 1e-9);
    for (const side of ['reference', 'current'] as const) {
      expectRelative(found.rowsPerBlock[side], expected.rowsPerBlock[side], 1e-10);
    }
    for (const part of ['comparison', 'estimate'] as const) {
      expectRelative(found.degreesOfFreedom[part], expected.degreesOfFreedom[part], 1e-7);
    }
    const reference = sumOf(periods.map((period) => Float64Array.from(period)));
    const { statistic, pValue } = movementTest(reference, current, found);
    expectRelative(statistic, expected.test.statistic, 1e-9);
    expectRelative(pValue, expected.test.pValue, 1e-6);
  });

  test('ρ is on average that of the distribution the periods are drawn from', () => {
    const random = createRandom(3);
    const draw = dirichletShares(even, 0.02);
    let sum = 0;
    for (let trial = 0; trial < 200; trial += 1) {
      const periods = Array.from({ length: 12 }, () => drawCounts(random, draw(random), 500));
      sum += ordinaryMovement(periods, 500)!.correlation / 200;
    }
    expect(sum).toBeGreaterThan(0.019);
    expect(sum).toBeLessThan(0.021);
  });

  test('is the same whatever the order of the periods and of the bins', () => {
    const periods = [
      [100, 50, 30, 20],
      [80, 70, 30, 25],
      [120, 40, 60, 30],
      [90, 60, 20, 20],
    ];
    const found = ordinaryMovement(periods, 400)!;
    const turned = ordinaryMovement(periods.map((period) => [...period].reverse()).reverse(), 400)!;
    expectRelative(turned.correlation, found.correlation, 1e-12);
    expectRelative(turned.psi, found.psi, 1e-12);
    expectRelative(turned.degreesOfFreedom.estimate, found.degreesOfFreedom.estimate, 1e-9);
  });

  test('groups of other days count only what moves within each of them', () => {
    const monday = [
      [100, 100],
      [120, 80],
      [80, 120],
      [100, 100],
    ];
    const sunday = monday.map(([a, b]) => [a! / 4, (b! * 7) / 4]);
    const alone = ordinaryMovement(monday, 200)!;
    const both = ordinaryMovement(monday, 200, [sunday])!;
    expect(both.correlation).toBeLessThan(2 * alone.correlation);
    expect(ordinaryMovement([...monday, ...sunday], 200)!.correlation).toBeGreaterThan(
      5 * alone.correlation,
    );
    expect(both.degreesOfFreedom.estimate).toBeGreaterThan(alone.degreesOfFreedom.estimate);
  });

  test('a move of PSI 0.08 between periods is told as such', () => {
    const plus = Array.from(decileShares(0.25), (share) => 1e6 * share);
    const minus = Array.from(decileShares(-0.25), (share) => 1e6 * share);
    const { psi } = ordinaryMovement([plus, minus, plus, minus, plus, minus], 1e6)!;
    expect(psi).toBeGreaterThan(0.07);
    expect(psi).toBeLessThan(0.13);
  });
});

describe('the test against the F distribution', () => {
  const trials = 600;
  const kinds: readonly (readonly [string, DrawShares])[] = [
    ['no movement', () => Float64Array.from(even)],
    ['every bin on its own, ρ 0.002', dirichletShares(even, 0.002)],
    ['every bin on its own, ρ 0.02', dirichletShares(even, 0.02)],
    ['two bins', dirichletShares([0.7, 0.3], 0.02)],
    ['a mean that moves by 0.1 σ', shiftedShares(0.1)],
    ['a mean that moves by 0.3 σ', shiftedShares(0.3)],
  ];
  const limit = 0.05 + 2 * Math.sqrt((0.05 * 0.95) / trials);

  test.each(kinds)('rejects at most 5 %% of ordinary periods: %s', (_, draw) => {
    for (const periods of [4, 8, 26]) {
      expect(rejections(draw, draw, { periods, rows: 1000, trials })).toBeLessThanOrEqual(limit);
    }
  });

  test('the multinomial test alone would reject most of them', () => {
    const draw = shiftedShares(0.3);
    const random = createRandom(11);
    let rejected = 0;
    for (let trial = 0; trial < 200; trial += 1) {
      const periods = Array.from({ length: 8 }, () => drawCounts(random, draw(random), 1000));
      const current = drawCounts(random, draw(random), 1000);
      if (chiSquareContingency(sumOf(periods), current).pValue < 0.05) rejected += 1;
    }
    expect(rejected / 200).toBeGreaterThan(0.7);
  });

  test.each([
    [8, 'finds a shift of 1 σ where periods move by 0.1 σ', 0.1, 1],
    [26, 'finds a shift of 1.5 σ where periods move by 0.3 σ', 0.3, 1.5],
  ])('with %i periods, it %s', (periods, _, deviation, shift) => {
    const shifted: DrawShares = () => decileShares(shift);
    const power = rejections(shiftedShares(deviation), shifted, {
      periods,
      rows: 1000,
      trials: 200,
    });
    expect(power).toBeGreaterThan(0.95);
  });

  test('more movement never makes a shift more significant', () => {
    const reference = [400, 300, 200, 100];
    const current = [90, 80, 70, 60];
    let before = 0;
    for (const block of [1, 2, 5, 20, 100]) {
      const { pValue } = movementTest(reference, current, {
        rowsPerBlock: { reference: block, current: block },
        degreesOfFreedom: { comparison: 3, estimate: 12 },
      });
      expect(pValue).toBeGreaterThan(before);
      before = pValue;
    }
  });
});

describe('what cannot be estimated', () => {
  test('fewer than three periods with rows have no ordinary movement', () => {
    expect(ordinaryMovement([], 10)).toBeUndefined();
    expect(ordinaryMovement([[5, 5]], 10)).toBeUndefined();
    expect(
      ordinaryMovement(
        [
          [5, 5],
          [0, 0],
          [4, 6],
        ],
        10,
      ),
    ).toBeUndefined();
  });

  test('periods that are equal, or have one row each, do not move', () => {
    const equal = ordinaryMovement(
      [
        [1e9, 2e9],
        [1e9, 2e9],
        [1e9, 2e9],
      ],
      1e9,
    )!;
    expect(equal.correlation).toBe(0);
    expect(equal.psi).toBeCloseTo(0, 12);
    const single = Array.from({ length: 20 }, (_, index) => [index % 2, 1 - (index % 2)]);
    expect(ordinaryMovement(single, 1)!.correlation).toBe(0);
  });

  test('rows that are all in one bin do not move, and rows elsewhere are then significant', () => {
    const found = ordinaryMovement(
      [
        [0, 900],
        [0, 800],
        [0, 1000],
      ],
      300,
    )!;
    expect(found).toMatchObject({ correlation: 0, psi: 0 });
    expect(movementTest([0, 2700], [0, 300], found).pValue).toBe(1);
    expect(movementTest([0, 2700], [150, 150], found).pValue).toBeLessThan(0.01);
  });

  test('a current sample without rows is never significant', () => {
    const periods = [
      [50, 50],
      [60, 40],
      [40, 60],
    ];
    const found = ordinaryMovement(periods, 0)!;
    expect(movementTest([150, 150], [0, 0], found)).toEqual({ statistic: 0, pValue: 1 });
  });

  test('counts of different lengths and negative rows are errors', () => {
    expect(codeOf(() => ordinaryMovement([[1, 2], [1], [1, 2]], 5))).toBe('INVALID_COUNTS');
    expect(codeOf(() => ordinaryMovement([[1, 2]], -1))).toBe('INVALID_ARGUMENT');
  });
});

describe('fSurvival', () => {
  test.each(fixture.survival)(
    'P(F > $x) at $numerator and $denominator is that of scipy',
    ({ x, numerator, denominator, value }) => {
      expectRelative(fSurvival(x, numerator, denominator), value, 1e-10);
    },
  );

  test('the ends, and the chi-square limit', () => {
    expect(fSurvival(0, 3, 4)).toBe(1);
    expect(fSurvival(Infinity, 3, 4)).toBe(0);
    expectRelative(fSurvival(2, 5, Infinity), fSurvival(2, 5, 9e6), 1e-5);
    expect(codeOf(() => fSurvival(Number.NaN, 1, 1))).toBe('INVALID_ARGUMENT');
    expect(codeOf(() => fSurvival(1, 0, 1))).toBe('INVALID_ARGUMENT');
    expect(codeOf(() => fSurvival(1, 1, 0))).toBe('INVALID_ARGUMENT');
  });
});

function rejections(
  reference: DrawShares,
  current: DrawShares,
  size: { readonly periods: number; readonly rows: number; readonly trials: number },
): number {
  const random = createRandom(7);
  let rejected = 0;
  for (let trial = 0; trial < size.trials; trial += 1) {
    const periods = Array.from({ length: size.periods }, () =>
      drawCounts(random, reference(random), size.rows),
    );
    const sample = drawCounts(random, current(random), size.rows);
    const movement = ordinaryMovement(periods, size.rows)!;
    if (movementTest(sumOf(periods), sample, movement).pValue < 0.05) rejected += 1;
  }
  return rejected / size.trials;
}
