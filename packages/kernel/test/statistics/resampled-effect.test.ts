import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/numeric/random.js';
import { numericProfile } from '../../src/profiles/numeric-profile.js';
import { ksFromBins } from '../../src/statistics/ks-from-bins.js';
import { populationStabilityIndex, psiNoiseFloor } from '../../src/statistics/psi.js';
import { resampledNoiseFloor } from '../../src/statistics/resampled-noise-floor.js';
import { sampleMultinomial } from '../../src/statistics/sample-multinomial.js';
import type { StatisticOn } from '../../src/statistics/statistic.js';
import { codeOf } from '../kernel/kernels.js';

const psi: StatisticOn<'bins'> = {
  name: 'psi',
  appliesTo: ['numeric', 'categorical'],
  input: 'bins',
  compute: (reference, current) => ({ score: populationStabilityIndex(reference, current) }),
};

const ks: StatisticOn<'profile'> = {
  name: 'ks',
  appliesTo: ['numeric'],
  input: 'profile',
  compute: (reference, current) => ({
    score: ksFromBins(reference.counts, current.counts).statistic,
  }),
};

const shares = new Float64Array(10).fill(0.1);
const sample = (size: number, seed: number) => {
  const counts = new Float64Array(shares.length);
  sampleMultinomial(createRandom(seed), shares, size, counts);
  return counts;
};

describe('resampledNoiseFloor', () => {
  test.each([
    [10_000, 1000],
    [2000, 2000],
    [1_000_000_000, 500],
  ])('of the population stability index, n = %d and m = %d, is its closed form', (n, m) => {
    const floor = resampledNoiseFloor(psi, sample(n, 1), sample(m, 2), { draws: 4000 });
    // The quantile of 4000 draws has a standard error of about 2 %; the distribution itself is a limit.
    expect(floor / psiNoiseFloor(n, m, 10)).toBeGreaterThan(0.9);
    expect(floor / psiNoiseFloor(n, m, 10)).toBeLessThan(1.1);
  });

  test('samples without drift pass it as often as it says', () => {
    let above = 0;
    for (let pair = 0; pair < 300; pair += 1) {
      const reference = sample(2000, 2 * pair);
      const current = sample(300, 2 * pair + 1);
      const floor = resampledNoiseFloor(psi, reference, current, { draws: 199, seed: pair });
      if (psi.compute(reference, current).score > floor) above += 1;
    }
    // 15 of 300 expected, deviation 3.8.
    expect(above).toBeGreaterThanOrEqual(4);
    expect(above).toBeLessThanOrEqual(28);
  });

  test('draws the bins of numeric profiles: the 5 % point of the Kolmogorov distribution', () => {
    const values = Float64Array.from({ length: 2000 }, (_, row) => row);
    const reference = numericProfile(values, { gridPoints: 500 });
    const current = numericProfile(values, { grid: reference.grid });
    const floor = resampledNoiseFloor(ks, reference, current, { draws: 2000 });
    expect(floor / (1.358 * Math.sqrt(2 / 2000))).toBeGreaterThan(0.94);
    expect(floor / (1.358 * Math.sqrt(2 / 2000))).toBeLessThan(1.06);
  });

  test('the seed fixes it, and the samples may change places', () => {
    const [a, b] = [sample(500, 1), sample(500, 2)];
    expect(resampledNoiseFloor(psi, a, b)).toBe(resampledNoiseFloor(psi, a, b));
    expect(resampledNoiseFloor(psi, a, b, { seed: 2 })).not.toBe(resampledNoiseFloor(psi, a, b));
    expect(resampledNoiseFloor(psi, a, b)).toBe(resampledNoiseFloor(psi, b, a));
  });

  test('falls with the level and is Infinity where there are too few draws', () => {
    const [a, b] = [sample(500, 1), sample(500, 2)];
    const floors = [0.01, 0.05, 0.5].map((alpha) => resampledNoiseFloor(psi, a, b, { alpha }));
    expect(floors[0]).toBeGreaterThan(floors[1]!);
    expect(floors[1]).toBeGreaterThan(floors[2]!);
    expect(resampledNoiseFloor(psi, a, b, { alpha: 0.001, draws: 200 })).toBe(Infinity);
    expect(resampledNoiseFloor(psi, [0, 0], [1, 2])).toBe(Infinity);
    expect(resampledNoiseFloor(psi, [1, 2], [0, 0])).toBe(Infinity);
  });

  test('one bin alone has no noise', () => {
    expect(resampledNoiseFloor(psi, [100], [20])).toBe(0);
  });

  test('refuses what it cannot use', () => {
    expect(codeOf(() => resampledNoiseFloor(psi, [1, 2], [1]))).toBe('INVALID_COUNTS');
    expect(codeOf(() => resampledNoiseFloor(psi, [1], [1], { alpha: 0 }))).toBe('INVALID_ARGUMENT');
    expect(codeOf(() => resampledNoiseFloor(psi, [1], [1], { draws: 19 }))).toBe(
      'INVALID_ARGUMENT',
    );
    expect(codeOf(() => resampledNoiseFloor(psi, [1], [1], { seed: -1 }))).toBe('INVALID_ARGUMENT');
  });
});
