import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/index.js';
import { createValueSketch, numericProfile, profileFromSketch } from '../../src/profiles/index.js';
import { ksFromBins } from '../../src/statistics/index.js';

function sketchOf(values: Float64Array) {
  const sketch = createValueSketch();
  sketch.recordAll(values);
  return sketch;
}

function normals(rows: number, seed: number, shift = 0): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from(
    { length: rows },
    () =>
      shift + Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next()),
  );
}

describe('the profile of a sketch', () => {
  it('counts on its grid what counting the values on that grid counts', () => {
    const value = fc.oneof(
      fc.integer({ min: -40, max: 40 }),
      fc.double({ min: -1e3, max: 1e3, noNaN: true }),
      fc.constantFrom(0, -0, 1, 2, 4, -4, 0.5, -0.25, Number.NaN, Infinity, -Infinity, 1e12, -1e12),
    );
    fc.assert(
      fc.property(fc.array(value, { maxLength: 200 }), (list) => {
        const values = Float64Array.from(list);
        const profile = profileFromSketch(sketchOf(values));
        const counted = numericProfile(values, { grid: profile.grid });
        expect(profile.counts).toEqual(counted.counts);
        expect(profile).toMatchObject({
          count: counted.count,
          missing: counted.missing,
          infinite: counted.infinite,
          min: counted.min,
          max: counted.max,
        });
      }),
    );
  });

  it.each([8, 64, 1024])('has at most %i points and keeps all rows', (points) => {
    const values = normals(20_000, 1);
    const profile = profileFromSketch(sketchOf(values), points);
    expect(profile.grid.length).toBeLessThanOrEqual(points);
    expect(profile.counts.reduce((sum, rows) => sum + rows, 0)).toBe(20_000);
    expect(profile.counts).toEqual(numericProfile(values, { grid: profile.grid }).counts);
  });

  it('finds the distance of two samples that their rows have, but for the width of a bucket', () => {
    const profile = profileFromSketch(sketchOf(normals(20_000, 1)));
    const rows = normals(20_000, 2, 0.3);
    const current = numericProfile(rows, { grid: profile.grid });
    const { statistic, resolution } = ksFromBins(profile.counts, current.counts);
    const exact = numericProfile(normals(20_000, 1));
    const whole = ksFromBins(exact.counts, numericProfile(rows, { grid: exact.grid }).counts);
    expect(Math.abs(statistic - whole.statistic)).toBeLessThan(
      0.005 + resolution + whole.resolution,
    );
    expect(Math.abs(profile.mean)).toBeLessThan(0.03);
    expect(profile.m2 / profile.count).toBeCloseTo(1, 1);
  });

  it('of nothing, or of no number, is empty', () => {
    expect(profileFromSketch(createValueSketch())).toMatchObject({ count: 0, min: null });
    const profile = profileFromSketch(sketchOf(Float64Array.of(Number.NaN, Infinity)));
    expect(profile).toMatchObject({ count: 1, missing: 1, infinite: 1, min: null });
    expect(profile.grid).toHaveLength(0);
  });
});
