import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/numeric/random.js';
import { sampleMultinomial } from '../../src/statistics/sample-multinomial.js';

describe('sampleMultinomial', () => {
  // Shares that take both ways of drawing a binomial, and its mirror image.
  const weights = Float64Array.of(3, 0, 700, 1e-3, 250, 47);
  const total = weights.reduce((sum, weight) => sum + weight, 0);

  test.each([0, 1, 7, 1000, 1_000_000, 2 ** 40])('a sample of %d rows has them all', (size) => {
    const random = createRandom(3);
    const counts = new Float64Array(weights.length);
    for (let draw = 0; draw < 50; draw += 1) {
      sampleMultinomial(random, weights, size, counts);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(size);
      expect(counts[1]).toBe(0);
      expect(counts.every((count) => Number.isInteger(count) && count >= 0)).toBe(true);
    }
  });

  test.each([20, 400, 1_000_000])('%d rows: mean, variance and covariance', (size) => {
    const random = createRandom(5);
    const draws = 20_000;
    const counts = new Float64Array(weights.length);
    const sums = new Float64Array(weights.length);
    const squares = new Float64Array(weights.length);
    let product = 0;
    for (let draw = 0; draw < draws; draw += 1) {
      sampleMultinomial(random, weights, size, counts);
      for (const [bin, count] of counts.entries()) {
        const deviation = count - (size * weights[bin]!) / total;
        sums[bin]! += deviation;
        squares[bin]! += deviation * deviation;
      }
      const share = (bin: number) => (size * weights[bin]!) / total;
      product += (counts[2]! - share(2)) * (counts[4]! - share(4));
    }
    for (const [bin, weight] of weights.entries()) {
      const share = weight / total;
      const variance = size * share * (1 - share);
      // Five standard errors: of a mean, and of a variance with the binomial's kurtosis.
      expect(Math.abs(sums[bin]! / draws)).toBeLessThanOrEqual(5 * Math.sqrt(variance / draws));
      const spread = Math.sqrt((2 * variance ** 2 + variance) / draws);
      expect(Math.abs(squares[bin]! / draws - variance)).toBeLessThanOrEqual(5 * spread);
    }
    const covariance = (-size * weights[2]! * weights[4]!) / total ** 2;
    const scale = (size * Math.sqrt(weights[2]! * weights[4]!)) / total;
    expect(Math.abs(product / draws - covariance)).toBeLessThan((5 * scale) / Math.sqrt(draws));
  });

  test('counts of 3 rows in two bins follow the binomial probabilities', () => {
    const random = createRandom(11);
    const counts = new Float64Array(2);
    const seen = new Float64Array(4);
    for (let draw = 0; draw < 80_000; draw += 1) {
      sampleMultinomial(random, Float64Array.of(1, 3), 3, counts);
      seen[counts[0]!]! += 1;
    }
    const expected = [27, 27, 9, 1].map((share) => (80_000 * share) / 64);
    const statistic = expected.reduce((sum, e, k) => sum + (seen[k]! - e) ** 2 / e, 0);
    expect(statistic).toBeLessThan(16.3); // chi-square(3), p 0.001
  });

  test('counts of 1000 rows at 3 % follow the binomial probabilities', () => {
    const random = createRandom(12);
    const counts = new Float64Array(2);
    const draws = 100_000;
    const seen = new Float64Array(1001);
    for (let draw = 0; draw < draws; draw += 1) {
      sampleMultinomial(random, Float64Array.of(3, 97), 1000, counts);
      seen[counts[0]!]! += 1;
    }
    let statistic = 0;
    let degrees = -1;
    let log = 1000 * Math.log(0.97);
    for (let k = 0; k <= 60; k += 1) {
      const e = draws * Math.exp(log);
      log += Math.log(((1000 - k) * 0.03) / ((k + 1) * 0.97));
      if (e < 20) continue;
      statistic += (seen[k]! - e) ** 2 / e;
      degrees += 1;
    }
    expect(degrees).toBeGreaterThan(25);
    expect(statistic).toBeLessThan(degrees + 4 * Math.sqrt(2 * degrees));
  });
});
