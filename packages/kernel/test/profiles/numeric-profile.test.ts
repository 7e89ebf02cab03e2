import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { numericProfile } from '../../src/profiles/numeric-profile.js';
import { codeOf, columns, kernels, normals, toAscending } from '../kernel/kernels.js';

describe.each(kernels)('numericProfile, $name', ({ kernel }) => {
  test('few distinct values are all grid points, with every row at one of them', () => {
    const values = Float64Array.of(3, 1, 2, 1, Number.NaN, -0, 3, 1);
    expect(numericProfile(values, { kernel })).toEqual({
      type: 'numeric',
      count: 7,
      missing: 1,
      infinite: 0,
      min: 0,
      max: 3,
      mean: expect.closeTo(11 / 7, 12),
      m2: expect.closeTo(25 - 121 / 7, 12),
      grid: Float64Array.of(0, 1, 2, 3),
      counts: Float64Array.of(0, 1, 0, 3, 0, 1, 0, 2, 0),
    });
  });

  test('many distinct values get a grid with about equally many rows in each gap', () => {
    const values = normals(100_000, 7).map((z) => Math.exp(2 * z));
    const { grid, counts, min, max } = numericProfile(values, { kernel, gridPoints: 500 });
    expect(grid.length).toBeLessThanOrEqual(500);
    expect(grid.length).toBeGreaterThan(495);
    expect(grid[0]).toBe(min);
    expect(grid.at(-1)).toBe(max);
    const gaps = Array.from({ length: grid.length - 2 }, (_, j) => counts[2 * j + 2]!);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(100_000 / 499);
    expect(Math.min(...gaps)).toBe(Math.max(...gaps));
  });

  test('a value that many rows share is a point and takes no points from the others', () => {
    const values = Float64Array.from({ length: 10_000 }, (_, i) => (i < 9000 ? 0 : i));
    const { grid, counts } = numericProfile(values, { kernel, gridPoints: 101 });
    expect(grid[0]).toBe(0);
    expect(counts[1]).toBe(9000);
    expect(Math.max(...counts.filter((_, bin) => bin % 2 === 0))).toBeLessThanOrEqual(10);
  });

  test('infinite values are rows of the end bins and of nothing else', () => {
    const values = Float64Array.of(Infinity, 5, -Infinity, 7, Infinity);
    expect(numericProfile(values, { kernel })).toEqual({
      type: 'numeric',
      count: 5,
      missing: 0,
      infinite: 3,
      min: 5,
      max: 7,
      mean: 6,
      m2: 2,
      grid: Float64Array.of(5, 7),
      counts: Float64Array.of(1, 1, 0, 1, 2),
    });
  });

  test('values that differ by rounding errors only are one point where that is asked for', () => {
    const values = Float64Array.of(0.1 + 0.2, 0.3, Math.fround(0.7), 0.7, 0.8 - 0.1, 3, 3);
    const { grid, counts } = numericProfile(values, { kernel, ties: 'rounding' });
    expect(grid.length).toBe(3);
    expect([...counts]).toEqual([0, 2, 0, 3, 0, 2, 0]);
    const again = numericProfile(values, { kernel, grid, ties: 'rounding' });
    expect(again).toEqual({ ...again, grid, counts });
    expect(numericProfile(values, { kernel }).grid.length).toBe(6);
  });

  test.each([
    ['no rows', [], 0, 0, 0],
    ['all missing', [Number.NaN, Number.NaN], 0, 2, 0],
    ['all infinite', [Infinity, -Infinity], 2, 0, 2],
  ])('%s: no grid, no extremes, mean 0', (_, list, count, missing, infinite) => {
    const profile = numericProfile(Float64Array.from(list), { kernel });
    expect(profile).toEqual({
      type: 'numeric',
      count,
      missing,
      infinite,
      min: null,
      max: null,
      mean: 0,
      m2: 0,
      grid: new Float64Array(0),
      counts: Float64Array.of(count),
    });
  });

  test('values whose squares overflow keep finite moments', () => {
    const values = Float64Array.of(Number.MAX_VALUE, -Number.MAX_VALUE, Number.MAX_VALUE);
    const { mean, m2 } = numericProfile(values, { kernel });
    expect(mean / Number.MAX_VALUE).toBeCloseTo(1 / 3, 12);
    expect(m2).toBe(Number.MAX_VALUE);
  });

  test('any column: the bins hold every row, and the counts are those of its own grid', () => {
    fc.assert(
      fc.property(columns(), fc.integer({ min: 2, max: 60 }), (values, gridPoints) => {
        const profile = numericProfile(values, { kernel, gridPoints });
        expect(profile.grid.length).toBeLessThanOrEqual(gridPoints);
        expect(profile.counts.reduce((rows, count) => rows + count, 0)).toBe(profile.count);
        expect(profile.count + profile.missing).toBe(values.length);
        expect(profile.grid[0] ?? null).toBe(profile.min);
        expect(profile.grid.at(-1) ?? null).toBe(profile.max);
        const distinct = toAscending(values);
        if (distinct.length <= gridPoints) expect(profile.grid).toEqual(distinct);
        const again = numericProfile(values, { kernel, grid: profile.grid });
        expect(again).toEqual(profile);
      }),
    );
  });

  test('another grid counts what lies on it, between its points and outside', () => {
    const grid = Float64Array.of(0, 10);
    const profile = numericProfile(Float64Array.of(-5, 0, 3, 4, 10, 99, 100), { kernel, grid });
    expect(profile.grid).toEqual(grid);
    expect(profile.grid).not.toBe(grid);
    expect(profile.counts).toEqual(Float64Array.of(1, 1, 2, 1, 2));
    expect([profile.min, profile.max]).toEqual([-5, 100]);
  });

  test('a column of float32 is profiled on its own values', () => {
    const { grid } = numericProfile(Float32Array.of(0.1, 0.2), { kernel });
    expect(grid).toEqual(Float64Array.of(Math.fround(0.1), Math.fround(0.2)));
  });

  test.each([1, 0, 2.5, Number.NaN, 1e6])('a grid of %d points is refused', (gridPoints) => {
    const call = (): unknown => numericProfile(new Float64Array(1), { kernel, gridPoints });
    expect(codeOf(call)).toBe('INVALID_ARGUMENT');
  });

  test('a grid that does not ascend and values of another kind are refused', () => {
    const grid = Float64Array.of(1, 1);
    expect(codeOf(() => numericProfile(new Float64Array(1), { kernel, grid }))).toBe(
      'INVALID_GRID',
    );
    // @ts-expect-error a plain array is not a NumericArray
    expect(codeOf(() => numericProfile([1, 2], { kernel }))).toBe('INVALID_ARGUMENT');
  });
});
