import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/index.js';
import { binMoments, numericProfile } from '../../src/profiles/index.js';

describe('the moments of bins', () => {
  it('are exact where every row is on a grid point', () => {
    const { grid, counts, mean, m2 } = numericProfile(
      Float64Array.of(1e6, 1e6 + 1, 1e6 + 5, 1e6 + 1),
    );
    const found = binMoments(grid, counts);
    expect(found.mean).toBeCloseTo(mean, 9);
    expect(found.m2).toBeCloseTo(m2, 9);
  });

  it('are close to those of the rows on a grid of many points', () => {
    const random = createRandom(1);
    const profile = numericProfile(Float64Array.from({ length: 50_000 }, () => random.next() ** 2));
    const found = binMoments(profile.grid, profile.counts);
    expect(Math.abs(found.mean - profile.mean)).toBeLessThan(1e-4);
    expect(Math.abs(found.m2 / profile.m2 - 1)).toBeLessThan(1e-3);
  });

  it('put rows beyond an end on it, rows in a gap in its middle, and are 0 without any', () => {
    const grid = Float64Array.of(0, 10);
    expect(binMoments(grid, [1, 0, 1, 0, 1])).toEqual({ mean: 5, m2: 50 });
    expect(binMoments(grid, [0, 0, 0, 0, 0])).toEqual({ mean: 0, m2: 0 });
    expect(binMoments(new Float64Array(0), [3])).toEqual({ mean: 0, m2: 0 });
  });

  it('stay finite for the largest doubles', () => {
    const grid = Float64Array.of(-Number.MAX_VALUE, Number.MAX_VALUE);
    const { mean, m2 } = binMoments(grid, [0, 5, 1, 5, 0]);
    expect(Number.isFinite(mean)).toBe(true);
    expect(m2).toBe(Number.MAX_VALUE);
  });
});
