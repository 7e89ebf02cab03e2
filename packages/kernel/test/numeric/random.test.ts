import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/numeric/random.js';

describe('createRandom', () => {
  test('a seed fixes the stream, another seed gives another one', () => {
    const stream = (seed: number) => {
      const random = createRandom(seed);
      return Array.from({ length: 100 }, () => random.next());
    };
    expect(stream(7)).toEqual(stream(7));
    expect(stream(8)).not.toEqual(stream(7));
    // Neighbouring seeds have nothing in common: the filler mixes them first.
    expect(stream(8).filter((value) => stream(7).includes(value))).toEqual([]);
  });

  test.each([0, 1, 2 ** 32 - 1])('seed %d fills [0, 1) evenly, pairs of values too', (seed) => {
    const random = createRandom(seed);
    const side = 16;
    const bins = new Float64Array(side * side);
    const draws = 256_000;
    for (let draw = 0; draw < draws; draw += 1) {
      bins[random.integer(side) * side + Math.floor(random.next() * side)]! += 1;
    }
    const expected = draws / bins.length;
    const statistic = bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // Chi-square with 255 degrees of freedom: mean 255, deviation 22.6.
    expect(statistic).toBeGreaterThan(255 - 5 * 22.6);
    expect(statistic).toBeLessThan(255 + 5 * 22.6);
  });

  test('values lie in [0, 1) and keep 53 bits', () => {
    const random = createRandom(1);
    let lowest = 1;
    let highest = 0;
    let fine = 0;
    for (let draw = 0; draw < 100_000; draw += 1) {
      const value = random.next();
      lowest = Math.min(lowest, value);
      highest = Math.max(highest, value);
      if ((value * 2 ** 53) % 2 === 1) fine += 1;
    }
    expect(lowest).toBeGreaterThanOrEqual(0);
    expect(highest).toBeLessThan(1);
    expect(fine / 100_000).toBeCloseTo(0.5, 1);
  });
});
