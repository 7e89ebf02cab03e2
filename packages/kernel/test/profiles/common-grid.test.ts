import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/index.js';
import { commonGrid, mergeProfiles, numericProfile } from '../../src/profiles/index.js';

function uniform(rows: number, seed: number, shift = 0): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: rows }, () => random.next() + shift);
}

describe('a common grid', () => {
  it('holds every value of parts with few of them', () => {
    const parts = [Float64Array.of(3, 1), Float64Array.of(2, 3)].map((part) =>
      numericProfile(part),
    );
    expect(commonGrid(parts)).toEqual(Float64Array.of(1, 2, 3));
  });

  it('is that of the part where there is one only, and empty where no part has a value', () => {
    const part = numericProfile(uniform(5000, 1));
    expect(commonGrid([part])).toEqual(part.grid);
    expect(commonGrid([numericProfile(Float64Array.of(Number.NaN))])).toHaveLength(0);
  });

  it('spreads the rows of all parts evenly, from the lowest to the highest', () => {
    const columns = [uniform(40_000, 1), uniform(10_000, 2, 5)];
    const grid = commonGrid(
      columns.map((column) => numericProfile(column)),
      256,
    );
    expect(grid.length).toBeLessThanOrEqual(256);
    const [a, b] = columns.map((column) => numericProfile(column, { grid }));
    const { counts, min, max } = mergeProfiles(a!, b!);
    expect([grid[0], grid.at(-1)]).toEqual([min, max]);
    // Twice the even share: the points of a part represent the rows below them.
    expect(Math.max(...counts)).toBeLessThan((2 * 50_000) / 255);
  });

  it('does not depend on the order of the parts', () => {
    const parts = [1, 2, 3].map((seed) => numericProfile(uniform(3000, seed, seed / 4)));
    expect(commonGrid([...parts].reverse(), 100)).toEqual(commonGrid(parts, 100));
  });

  it('refuses no part at all, and a number of points out of range', () => {
    expect(() => commonGrid([])).toThrow(/commonGrid\(profiles\)/);
    expect(() => commonGrid([numericProfile(Float64Array.of(1))], 1)).toThrow(/gridPoints/);
  });

  it('is float32 where a part is, so that a value is one point however it was stored', () => {
    const values = [0.1, 1 / 3, 9.99];
    const parts = [Float64Array, Float32Array].map((type) => numericProfile(type.from(values)));
    expect(commonGrid(parts)).toEqual(Float64Array.from(Float32Array.from(values)));
    expect(commonGrid([parts[0]!])).toEqual(Float64Array.from(values));
  });
});
