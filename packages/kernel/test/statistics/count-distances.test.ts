import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Counts } from '../../src/checks/counts.js';
import { chiSquareSurvival } from '../../src/distributions/chi-square.js';
import { chiSquareContingency } from '../../src/statistics/chi-square-contingency.js';
import { cramersV } from '../../src/statistics/cramers-v.js';
import { gTest } from '../../src/statistics/g-test.js';
import { hellingerDistance } from '../../src/statistics/hellinger.js';
import { jensenShannonDivergence } from '../../src/statistics/jensen-shannon.js';
import { kullbackLeibler } from '../../src/statistics/kullback-leibler.js';
import { lInfinity } from '../../src/statistics/l-infinity.js';
import { populationStabilityIndex } from '../../src/statistics/psi.js';
import { totalVariationDistance } from '../../src/statistics/total-variation.js';
import { expectRelative } from '../expect-close.js';
import counts from '../fixtures/counts.json' with { type: 'json' };
import { codeOf } from '../kernel/kernels.js';
import { countPairs } from './count-pairs.js';

const six: readonly [Counts, Counts] = [
  [16, 18, 16, 14, 12, 12],
  [16, 16, 16, 16, 16, 8],
];

describe.each(counts.cases)('$reference against $current, in 60 digits', (expected) => {
  const { reference, current } = expected;

  test('the G test', () => {
    const { statistic, pValue, degreesOfFreedom } = gTest(reference, current);
    expectRelative(statistic, expected.gTest.statistic, 1e-11);
    expectRelative(pValue, expected.gTest.pValue, 1e-10);
    expect(degreesOfFreedom).toBe(expected.chiSquare.degreesOfFreedom);
  });

  test('the distances', () => {
    // A share is rounded to half an ulp: what is left of close shares keeps 1e-16 of a share.
    expect(Math.abs(hellingerDistance(reference, current) - expected.hellinger)).toBeLessThan(
      1e-15,
    );
    expect(
      Math.abs(totalVariationDistance(reference, current) - expected.totalVariation),
    ).toBeLessThan(1e-15);
    expect(Math.abs(lInfinity(reference, current) - expected.lInfinity)).toBeLessThan(1e-15);
    expect(
      Math.abs(kullbackLeibler(reference, current) - expected.smoothedKullbackLeibler),
    ).toBeLessThan(1e-15 * (1 + 10 * expected.smoothedKullbackLeibler));
    // Differences of close shares cancel: 1e-16 of a share over a difference of 1e-5.
    expectRelative(cramersV(reference, current), expected.cramersV, 1e-11);
  });
});

describe('published vectors', () => {
  test('of six categories', () => {
    expect(hellingerDistance(...six)).toBeCloseTo(0.06812, 4);
    expect(kullbackLeibler(six[0], six[1], { smoothing: 0 })).toBeCloseTo(0.018909677, 9);
  });

  test('of three categories', () => {
    // A goodness-of-fit G, 2 m KL of the second shares from the first taken as exact.
    const statistic = 2 * 18 * kullbackLeibler([4, 6, 8], [5, 5, 8], { smoothing: 0 });
    expect(chiSquareSurvival(statistic, 2)).toBeCloseTo(0.8176, 4);
    // The first sample has chance in it as well, so the two-sample test sees less.
    expect(gTest([5, 5, 8], [4, 6, 8]).pValue).toBeCloseTo(0.9038, 4);
  });

  test('of the largest difference', () => {
    expect(lInfinity([2, 2, 2, 0], [2, 2, 2, 1])).toBeCloseTo(1 / 7, 15);
    expect(lInfinity([2, 2, 2], [0, 5, 0])).toBeCloseTo(0.67, 2);
    expect(lInfinity([0, 0.9, 0.1], [0.3, 0.7, 0])).toBeCloseTo(0.3, 15);
    expect(hellingerDistance([1, 1, 1, 1, 0], [1, 1, 1, 0, 1])).toBeCloseTo(0.5, 15);
  });

  test('of the association', () => {
    expect(cramersV([200, 800], [400, 600])).toBeCloseTo(0.218, 3);
    expect(cramersV([200, 800], [400, 600], { biasCorrected: true })).toBeCloseTo(0.217, 3);
  });
});

const symmetric: Readonly<Record<string, (a: Counts, b: Counts) => number>> = {
  gTest: (a, b) => gTest(a, b).statistic,
  hellingerDistance,
  totalVariationDistance,
  lInfinity,
  'noise-subtracted lInfinity': (a, b) => lInfinity(a, b, { subtractNoise: true }),
  cramersV,
  'bias-corrected cramersV': (a, b) => cramersV(a, b, { biasCorrected: true }),
};

const all = { ...symmetric, kullbackLeibler };

describe.each(Object.entries(all))('%s', (name, distance) => {
  test('is 0 or more, finite, and 0 for equal shares', () => {
    fc.assert(
      fc.property(countPairs(), ([reference, current]) => {
        const value = distance(reference, current);
        expect(value >= 0 && value < Infinity).toBe(true);
        expect(distance(reference, reference)).toBe(0);
      }),
    );
  });

  test('does not depend on the order of the bins, nor on bins that are empty in both samples', () => {
    fc.assert(
      fc.property(countPairs(), ([reference, current]) => {
        const value = distance(reference, current);
        const reversed = distance([...reference].reverse(), [...current].reverse());
        expect(Math.abs(reversed - value)).toBeLessThanOrEqual(1e-12 * (1 + value));
        if (name === 'kullbackLeibler') return; // the smoothing gives an empty bin rows
        const padded = distance([...reference, 0], [0, ...current].slice(1).concat(0));
        expect(padded).toBe(value);
      }),
    );
  });

  test('an empty sample and a single bin say nothing', () => {
    expect(distance([0, 0], [3, 4])).toBe(0);
    expect(distance([3, 4], [0, 0])).toBe(0);
    expect(distance([7], [900])).toBe(0);
  });

  test('refuses samples over different bins, and values that are not counts', () => {
    expect(codeOf(() => distance([1, 2], [1]))).toBe('INVALID_COUNTS');
    expect(codeOf(() => distance([1, Number.NaN], [1, 2]))).toBe('INVALID_COUNTS');
    expect(codeOf(() => distance([], []))).toBe('INVALID_COUNTS');
    expect(codeOf(() => distance([1, 2], [-1, 2]))).toBe('INVALID_COUNTS');
  });
});

test.each(Object.entries(symmetric))('%s is the same when the samples change places', (_, of) => {
  fc.assert(
    fc.property(countPairs(), ([reference, current]) => {
      const value = of(reference, current);
      expect(Math.abs(of(current, reference) - value)).toBeLessThanOrEqual(1e-12 * value);
    }),
  );
});

describe('inequalities between the distances', () => {
  const slack = 1 + 1e-9;
  test('H² <= TV <= √2 H, TV² <= KL / 2, JS <= TV ln 2, L∞ <= TV, KL below the index', () => {
    fc.assert(
      fc.property(countPairs(), ([reference, current]) => {
        const hellinger = hellingerDistance(reference, current);
        const variation = totalVariationDistance(reference, current);
        const tiny = 1e-14;
        expect(hellinger ** 2).toBeLessThanOrEqual(variation * slack + tiny);
        expect(variation).toBeLessThanOrEqual(Math.SQRT2 * hellinger * slack + tiny);
        expect(lInfinity(reference, current)).toBeLessThanOrEqual(variation * slack + tiny);
        expect(jensenShannonDivergence(reference, current)).toBeLessThanOrEqual(
          variation * Math.LN2 * slack + tiny,
        );
        const smoothed = (sample: readonly number[]) => sample.map((count) => count + 0.5);
        const [a, b] = [smoothed(reference), smoothed(current)];
        const empty = reference.every((count) => count === 0) || current.every((c) => c === 0);
        const divergence = kullbackLeibler(reference, current);
        if (!empty) {
          expect(totalVariationDistance(a, b) ** 2).toBeLessThanOrEqual(divergence / 2 + tiny);
        }
        expect(divergence).toBeLessThanOrEqual(
          populationStabilityIndex(reference, current, { smoothing: 0.5 }) * slack + tiny,
        );
      }),
    );
  });

  test('both directions of the divergence add up to the stability index', () => {
    fc.assert(
      fc.property(countPairs(), ([reference, current]) => {
        const sum = kullbackLeibler(reference, current) + kullbackLeibler(current, reference);
        const index = populationStabilityIndex(reference, current, { smoothing: 0.5 });
        expect(Math.abs(sum - index)).toBeLessThanOrEqual(1e-11 * index + 1e-15);
      }),
    );
  });
});

describe('gTest', () => {
  test('approaches the chi-square statistic for small shifts of many rows', () => {
    const reference = [1e9, 2e9, 3e9];
    const current = [1e9 + 5e4, 2e9 - 9e4, 3e9 + 4e4];
    const { statistic } = chiSquareContingency(reference, current);
    expectRelative(gTest(reference, current).statistic, statistic, 1e-4);
  });

  test('one row in four billion keeps its digits', () => {
    const n = 2 ** 32;
    // Σ (observed - expected)² / expected, four bins half a row off n expected ones.
    expectRelative(gTest([n, n], [n + 1, n - 1]).statistic, 1 / n, 1e-6);
  });
});

describe('options', () => {
  test('noise is taken off, and never below nothing', () => {
    const [a, b] = [
      [400, 600],
      [500, 500],
    ];
    expect(lInfinity(a!, b!, { subtractNoise: true })).toBeCloseTo(
      0.1 - 1.8 * Math.sqrt(2 / 1000),
      15,
    );
    expect(lInfinity([40, 60], [50, 50], { subtractNoise: true })).toBe(0);
  });

  test('a divergence without smoothing is infinite where the current sample lacks a bin', () => {
    expect(kullbackLeibler([1, 1], [2, 0], { smoothing: 0 })).toBe(Infinity);
    expect(kullbackLeibler([2, 0], [1, 1], { smoothing: 0 })).toBeCloseTo(Math.LN2, 15);
    expect(kullbackLeibler([2, 0], [1, 1], { smoothing: 0, base: 2 })).toBeCloseTo(1, 15);
  });

  test('chance alone gives no bias-corrected association', () => {
    expect(cramersV([10, 12], [11, 11], { biasCorrected: true })).toBe(0);
    expect(cramersV([1, 0], [0, 0], { biasCorrected: true })).toBe(0);
    expect(cramersV([1, 0], [0, 1], { biasCorrected: true })).toBeLessThanOrEqual(1);
    expect(cramersV([1e6, 0], [0, 1e6], { biasCorrected: true })).toBeCloseTo(1, 5);
  });

  test('impossible options are refused', () => {
    const { NaN: nan } = Number;
    expect(codeOf(() => kullbackLeibler([1], [1], { smoothing: -1 }))).toBe('INVALID_ARGUMENT');
    expect(codeOf(() => kullbackLeibler([1], [1], { base: nan }))).toBe('INVALID_ARGUMENT');
    expect(codeOf(() => kullbackLeibler([1], [1], { base: 1 }))).toBe('INVALID_ARGUMENT');
  });
});
