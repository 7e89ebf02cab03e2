import { describe, expect, test } from 'vitest';
import { normalSurvival } from '../../src/distributions/normal.js';
import { createRandom } from '../../src/numeric/random.js';
import { mannKendall } from '../../src/statistics/mann-kendall.js';
import { expectRelative } from '../expect-close.js';
import fixture from '../fixtures/mann-kendall.json' with { type: 'json' };
import { codeOf } from '../kernel/kernels.js';

describe('mannKendall', () => {
  test.each(fixture.cases)('$name: the results are those of the oracle', (expected) => {
    const { statistic, pValue, slope } = mannKendall(expected.values);
    expectRelative(statistic, expected.statistic, 4e-16);
    // The oracle subtracts from 1.
    expect(Math.abs(pValue - expected.pValue)).toBeLessThan(4e-16);
    expectRelative(slope, expected.slope, 1e-13);
    const autocorrelated = mannKendall(expected.values, { autocorrelated: true });
    expectRelative(autocorrelated.statistic, expected.autocorrelatedStatistic, 1e-12);
    expect(autocorrelated.pValue).toBe(2 * normalSurvival(Math.abs(autocorrelated.statistic)));
  });

  test('autocorrelated noise is called a trend no more often than the level says', () => {
    const random = createRandom(1);
    const normal = (): number =>
      Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    let [rejected, rejectedAsIndependent] = [0, 0];
    for (let series = 0; series < 2000; series += 1) {
      let value = normal();
      const values = Array.from({ length: 40 }, () => (value = 0.6 * value + 0.8 * normal()));
      if (mannKendall(values, { autocorrelated: true }).pValue < 0.01) rejected += 1;
      if (mannKendall(values).pValue < 0.01) rejectedAsIndependent += 1;
    }
    // Chance exceeds 35 of 2000 at .01 once in a thousand seeds.
    expect(rejected).toBeLessThanOrEqual(35);
    expect(rejectedAsIndependent).toBeGreaterThan(200);
  });

  test('a monotone map keeps the test, a mirrored series turns its sign', () => {
    const { values, statistic } = fixture.cases[1]!;
    expectRelative(mannKendall(values.map(Math.exp)).statistic, statistic, 4e-16);
    expectRelative(mannKendall(values.toReversed()).statistic, -statistic, 4e-16);
    expect(mannKendall(values.toReversed()).slope).toBe(-mannKendall(values).slope);
  });

  test('missing values are left out, and the slope keeps their place in time', () => {
    const line = [0, 1, Number.NaN, 3, 4, Number.NaN, 6];
    const { statistic, slope } = mannKendall(line);
    expect(slope).toBe(1);
    expect(statistic).toBe(mannKendall([0, 1, 2, 3, 4]).statistic);
  });

  test('values at both ends of the doubles do not overflow', () => {
    const largest = Number.MAX_VALUE;
    const { statistic, slope } = mannKendall([-largest, -largest, 0, largest, largest]);
    expect(statistic).toBeGreaterThan(0);
    expect(slope).toBeGreaterThan(0);
  });

  test.each([
    [[], 0],
    [[3], 0],
    [[3, 5], 2],
    [Array(9).fill(4), 0],
    [Array(9).fill(Number.NaN), 0],
  ])('%j shows no trend', (values, slope) => {
    expect(mannKendall(values, { autocorrelated: true })).toEqual({
      statistic: 0,
      pValue: 1,
      slope,
    });
  });

  test('impossible arguments are refused by their place', () => {
    expect(codeOf(() => mannKendall([1, Number.POSITIVE_INFINITY]))).toBe('INVALID_ARGUMENT');
    expect(() => mannKendall([1, Number.POSITIVE_INFINITY])).toThrow('mannKendall(values)[1]');
  });
});
