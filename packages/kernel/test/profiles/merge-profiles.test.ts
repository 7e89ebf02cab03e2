import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { categoricalProfile } from '../../src/profiles/categorical-profile.js';
import { mergeProfiles } from '../../src/profiles/merge-profiles.js';
import { numericProfile } from '../../src/profiles/numeric-profile.js';
import type { NumericProfile } from '../../src/profiles/profile.js';
import type { NumericArray } from '../../src/types.js';
import { ascending, codeOf, columns, kernels } from '../kernel/kernels.js';

describe.each(kernels)('mergeProfiles of numbers, $name', ({ kernel }) => {
  const profile = (values: NumericArray, grid: Float64Array): NumericProfile =>
    numericProfile(values, { kernel, grid });

  test('merging two shards is profiling their rows together', () => {
    fc.assert(
      fc.property(columns(), columns(), ascending(0, 50), (a, b, grid) => {
        const left = Float64Array.from(a);
        const right = Float64Array.from(b);
        const merged = mergeProfiles(profile(left, grid), profile(right, grid));
        const replay = profile(Float64Array.of(...left, ...right), grid);
        expectSame(merged, replay);
      }),
    );
  });

  test('the order of three shards does not matter', () => {
    fc.assert(
      fc.property(columns(), columns(), columns(), ascending(0, 20), (a, b, c, grid) => {
        const [x, y, z] = [a, b, c].map((values) => profile(Float64Array.from(values), grid));
        const forwards = mergeProfiles(mergeProfiles(x!, y!), z!);
        expectSame(mergeProfiles(x!, mergeProfiles(y!, z!)), forwards);
        expectSame(mergeProfiles(mergeProfiles(z!, y!), x!), forwards);
      }),
    );
  });

  test('an empty shard changes nothing', () => {
    const grid = Float64Array.of(1, 2);
    const rows = profile(Float64Array.of(0, 1, 1.5, 9, Number.NaN, Infinity), grid);
    const empty = profile(new Float64Array(0), grid);
    expect(mergeProfiles(rows, empty)).toEqual(rows);
    expect(mergeProfiles(empty, rows)).toEqual(rows);
  });

  test('another grid is refused with the first point that differs', () => {
    const values = new Float64Array(1);
    const a = profile(values, Float64Array.of(1, 2, 3));
    const b = profile(values, Float64Array.of(1, 2.5, 3));
    const short = profile(values, Float64Array.of(1, 2));
    expect(codeOf(() => mergeProfiles(a, b))).toBe('PROFILE_MISMATCH');
    expect(() => mergeProfiles(a, b)).toThrow('mergeProfiles(b).grid[1]: got 2.5; the first has 2');
    expect(() => mergeProfiles(a, short)).toThrow('grid.length: got 2; the first has 3');
  });
});

/** Counts and extremes to the last bit; moments as far as the rounding of their largest value. */
function expectSame(actual: NumericProfile, expected: NumericProfile): void {
  const { mean, m2, ...counts } = actual;
  const { mean: expectedMean, m2: expectedM2, ...expectedCounts } = expected;
  expect(counts).toEqual(expectedCounts);
  const largest = Math.max(Math.abs(expected.min ?? 0), Math.abs(expected.max ?? 0));
  expect(Math.abs(mean - expectedMean)).toBeLessThanOrEqual(1e-12 * largest);
  if (expectedM2 === Number.MAX_VALUE || m2 === Number.MAX_VALUE) {
    expect(Math.min(m2, expectedM2)).toBeGreaterThan(Number.MAX_VALUE / 2);
    return;
  }
  const scale = expected.count * (1e-7 * largest) ** 2;
  expect(Math.abs(m2 - expectedM2)).toBeLessThanOrEqual(1e-12 * expectedM2 + 1e-2 * scale);
}

describe('mergeProfiles of categories', () => {
  const categories = ['a', 'b', 'c'];
  const value = fc.constantFrom('a', 'b', 'c', 'x', '', null, undefined);
  const column = fc.array(value, { maxLength: 50 });

  test('merging two shards is profiling their rows together, in any order', () => {
    fc.assert(
      fc.property(column, column, (a, b) => {
        const left = categoricalProfile(a, { categories });
        const right = categoricalProfile(b, { categories });
        const replay = categoricalProfile([...a, ...b], { categories });
        expect(mergeProfiles(left, right)).toEqual(replay);
        expect(mergeProfiles(right, left)).toEqual(replay);
      }),
    );
  });

  test('a vocabulary in another order is the same vocabulary', () => {
    const a = categoricalProfile(['a', 'a', 'b'], { categories: ['a', 'b'] });
    const b = categoricalProfile(['b', 'b', 'b'], { categories: ['b', 'a'] });
    const merged = mergeProfiles(a, b);
    expect(merged.categories).toEqual(['a', 'b']);
    expect(merged.counts).toEqual(Float64Array.of(2, 4));
  });

  test('another vocabulary, or another type, is refused', () => {
    const a = categoricalProfile(['a', 'b']);
    const b = categoricalProfile(['a', 'c']);
    const short = categoricalProfile(['a']);
    expect(codeOf(() => mergeProfiles(a, b))).toBe('PROFILE_MISMATCH');
    expect(() => mergeProfiles(a, b)).toThrow('the first has "b"');
    expect(() => mergeProfiles(a, short)).toThrow('categories.length: got 1; the first has 2');
    const numbers = numericProfile(new Float64Array(1));
    expect(codeOf(() => mergeProfiles(a, numbers))).toBe('PROFILE_MISMATCH');
    expect(() => mergeProfiles(a, numbers)).toThrow('type: got "numeric"');
  });
});
