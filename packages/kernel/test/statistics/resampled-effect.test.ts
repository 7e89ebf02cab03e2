import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/numeric/random.js';
import { numericProfile } from '../../src/profiles/numeric-profile.js';
import { hellingerDistance } from '../../src/statistics/hellinger.js';
import { ksFromBins } from '../../src/statistics/ks-from-bins.js';
import { populationStabilityIndex, psiEffect } from '../../src/statistics/psi.js';
import { resampledEffect } from '../../src/statistics/resampled-effect.js';
import { sampleMultinomial } from '../../src/statistics/sample-multinomial.js';
import type { StatisticOn } from '../../src/statistics/statistic.js';
import { codeOf } from '../kernel/kernels.js';
import { coverageOf, equalTenths, shiftedTenths } from './effect-coverage.js';

function onBins(score: (reference: Float64Array, current: Float64Array) => number) {
  return {
    name: 'any',
    appliesTo: ['numeric', 'categorical'],
    input: 'bins',
    compute: (reference, current) => ({
      score: score(Float64Array.from(reference), Float64Array.from(current)),
    }),
  } satisfies StatisticOn<'bins'>;
}

const psi = onBins((reference, current) => populationStabilityIndex(reference, current));
const hellinger = onBins((reference, current) => hellingerDistance(reference, current));

const ks: StatisticOn<'profile'> = {
  name: 'ks',
  appliesTo: ['numeric'],
  input: 'profile',
  compute: (reference, current) => ({
    score: ksFromBins(reference.counts, current.counts).statistic,
  }),
};

function sample(shares: Float64Array, size: number, seed: number): Float64Array {
  const counts = new Float64Array(shares.length);
  sampleMultinomial(createRandom(seed), shares, size, counts);
  return counts;
}

describe('resampledEffect', () => {
  test.each([0, 0.25, 0.5, 1])(
    'of the population stability index is that of its formula, shift %d',
    (shift) => {
      const reference = sample(equalTenths, 4000, 1);
      const current = sample(shiftedTenths(shift), 1000, 2);
      const expected = psiEffect(reference, current);
      const found = resampledEffect(psi, reference, current, { draws: 1000 });
      const width = expected.high - expected.low;
      expect(Math.abs(found.estimate - expected.estimate)).toBeLessThan(0.2 * width);
      expect(Math.abs(found.low - expected.low)).toBeLessThan(0.2 * width);
      expect(Math.abs(found.high - expected.high)).toBeLessThan(0.2 * width);
    },
  );

  test.each([
    [equalTenths, 0.9],
    [shiftedTenths(0.5), 0.9],
  ])('covers the distance between the populations: %#', (shares, least) => {
    const { inside } = coverageOf(
      (reference, current) => resampledEffect(hellinger, reference, current),
      hellingerDistance,
      [equalTenths, shares],
      [1000, 300],
      100,
    );
    expect(inside).toBeGreaterThanOrEqual(least);
  });

  test('draws the bins of numeric profiles', () => {
    const values = Float64Array.from({ length: 2000 }, (_, row) => row);
    const reference = numericProfile(values, { gridPoints: 200 });
    const shifted = numericProfile(
      values.map((value) => value + 400),
      { grid: reference.grid },
    );
    const { estimate, low, high } = resampledEffect(ks, reference, shifted);
    expect(estimate).toBeGreaterThan(0.18);
    expect(estimate).toBeLessThan(0.22);
    expect(low).toBeGreaterThan(0.13);
    expect(high).toBeLessThan(0.27);
  });

  test('the seed fixes it, and the samples may change places', () => {
    const [a, b] = [sample(equalTenths, 500, 1), sample(shiftedTenths(0.5), 500, 2)];
    expect(resampledEffect(hellinger, a, b)).toEqual(resampledEffect(hellinger, a, b));
    expect(resampledEffect(hellinger, a, b, { seed: 2 })).not.toEqual(
      resampledEffect(hellinger, a, b),
    );
    const turned = resampledEffect(hellinger, b, a).estimate;
    expect(Math.abs(turned - resampledEffect(hellinger, a, b).estimate)).toBeLessThan(0.02);
  });

  test('equal samples have no effect, bounded by what chance gives', () => {
    const { estimate, low, high } = resampledEffect(hellinger, [500, 500], [500, 500]);
    expect([estimate, low]).toEqual([0, 0]);
    expect(high).toBeGreaterThan(0);
    expect(high).toBeLessThan(0.1);
  });

  test('may be of any size without rows', () => {
    const unknown = { estimate: 0, low: 0, high: Infinity };
    expect(resampledEffect(psi, [0, 0], [1, 2])).toEqual(unknown);
    expect(resampledEffect(psi, [1, 2], [0, 0])).toEqual(unknown);
  });

  test('refuses what it cannot use', () => {
    expect(codeOf(() => resampledEffect(psi, [1, 2], [1]))).toBe('INVALID_COUNTS');
    expect(codeOf(() => resampledEffect(psi, [1], [1], { draws: 39 }))).toBe('INVALID_ARGUMENT');
    expect(codeOf(() => resampledEffect(psi, [1], [1], { seed: -1 }))).toBe('INVALID_ARGUMENT');
  });
});
