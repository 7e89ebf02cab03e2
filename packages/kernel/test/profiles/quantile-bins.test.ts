import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextBelow } from '../../src/numeric/next-below.js';
import { numericProfile } from '../../src/profiles/numeric-profile.js';
import type { NumericProfile } from '../../src/profiles/profile.js';
import { binCounts, quantileBins } from '../../src/profiles/quantile-bins.js';
import { codeOf, columns, kernels, normals } from '../kernel/kernels.js';

const below = -Number.MIN_VALUE;

function profileOf(values: Iterable<number>): NumericProfile {
  return numericProfile(Float64Array.from(values));
}

describe('quantileBins', () => {
  test('ten bins of a smooth column hold a tenth each, to the resolution of the grid', () => {
    const profile = profileOf(normals(50_000, 3));
    const edges = quantileBins(profile);
    expect(edges.length).toBe(9);
    for (const rows of binCounts(profile.grid, profile.counts, edges)) {
      expect(Math.abs(rows - 5000)).toBeLessThanOrEqual(100);
    }
  });

  test('an edge is the least grid point at or below which its share lies', () => {
    expect(quantileBins(profileOf([1, 2, 3, 4, 5, 6, 7, 8]), 4)).toEqual(Float64Array.of(2, 4, 6));
  });

  test('a constant gets the bins below, equal and above', () => {
    const profile = profileOf([5, 5, 5]);
    const edges = quantileBins(profile);
    expect(edges).toEqual(Float64Array.of(nextBelow(5), 5));
    const current = numericProfile(Float64Array.of(4.999, 5, 5, 5.001, 6, 7), {
      grid: profile.grid,
    });
    expect(binCounts(profile.grid, current.counts, edges)).toEqual(Float64Array.of(1, 2, 3));
  });

  test('a flag gets a bin each for its values and one on either side', () => {
    const flags = profileOf(Array.from({ length: 100 }, (_, row) => (row < 30 ? 0 : 1)));
    expect(quantileBins(flags)).toEqual(Float64Array.of(below, 0, 1));
  });

  test('a frequent value has its own bin, and the other rows are divided into the bins left', () => {
    const zeros = Array.from({ length: 1000 }, (_, row) => (row < 940 ? 0 : row));
    const profile = profileOf(zeros);
    const edges = quantileBins(profile);
    expect(edges).toEqual(Float64Array.of(below, 0, 946, 953, 959, 966, 973, 979, 986, 993));
    const rows = binCounts(profile.grid, profile.counts, edges);
    expect(rows).toEqual(Float64Array.of(0, 940, 7, 7, 6, 7, 7, 6, 7, 7, 6));
  });

  test('a frequent value between others is separated from both sides', () => {
    const values = [-3, -2, -1, 0, 0, 0, 0, 0, 0, 1, 2, 3];
    const profile = profileOf(values);
    const edges = quantileBins(profile, 4);
    expect(edges).toEqual(Float64Array.of(-2, below, 0, 1));
    expect(binCounts(profile.grid, profile.counts, edges)).toEqual(Float64Array.of(2, 1, 6, 1, 2));
  });

  test('bins of distinct values do not depend on a frequent value beyond them', () => {
    const values = Array.from({ length: 1000 }, (_, row) => row + 1);
    const alone = quantileBins(profileOf(values), 9);
    const edges = quantileBins(profileOf([...values, ...new Array<number>(9000).fill(0)]), 10);
    expect(edges).toEqual(Float64Array.of(below, 0, ...alone));
  });

  test('few rows beside a frequent value are divided into bins of ten', () => {
    const values = Array.from({ length: 1000 }, (_, row) => (row < 975 ? 0 : row));
    expect(quantileBins(profileOf(values))).toEqual(Float64Array.of(below, 0, 987));
  });

  test('many infinite rows have a bin of their own', () => {
    const profile = profileOf([...new Array<number>(30).fill(Infinity), 1, 2, 3, 4]);
    const edges = quantileBins(profile, 4);
    expect(edges.at(-1)).toBe(4);
    expect(binCounts(profile.grid, profile.counts, edges).at(-1)).toBe(30);
  });

  test('no finite value leaves one bin', () => {
    const profile = profileOf([Number.NaN, Infinity]);
    expect(quantileBins(profile)).toEqual(new Float64Array(0));
    expect(binCounts(profile.grid, profile.counts, new Float64Array(0))).toEqual(
      Float64Array.of(1),
    );
  });

  test('the lowest double has nothing below it', () => {
    expect(quantileBins(profileOf([-Number.MAX_VALUE]))).toEqual(
      Float64Array.of(-Number.MAX_VALUE),
    );
  });

  test.each([1, 0, 2.5, Number.NaN, 5000])('%d bins are refused', (bins) => {
    expect(codeOf(() => quantileBins(profileOf([1]), bins))).toBe('INVALID_ARGUMENT');
  });
});

describe('binCounts', () => {
  test.each(kernels)('bins add up to what counting the rows gives, $name', ({ kernel }) => {
    const bins = fc.integer({ min: 2, max: 16 });
    fc.assert(
      fc.property(columns(), columns(), bins, (reference, current, count) => {
        const profile = numericProfile(Float64Array.from(reference), { kernel, gridPoints: 30 });
        const edges = quantileBins(profile, count);
        expect(edges.length).toBeLessThanOrEqual(2 * count);
        if (edges.length === 0) return;
        const values = Float64Array.from(current);
        const { counts } = numericProfile(values, { kernel, grid: profile.grid });
        const direct = kernel.countEdges(values, edges);
        expect(binCounts(profile.grid, counts, edges)).toEqual(direct.counts);
      }),
    );
  });

  test.each([
    ['inside a gap', [1.5], '[0]: got 1.5; pass edges that are grid points'],
    ['below the grid', [0], '[0]: got 0'],
    ['above the grid', [4], '[0]: got 4'],
    ['that falls', [2, 1], '[1]: got 1; pass strictly ascending edges; the one before is 2'],
    ['that is NaN', [Number.NaN], '[0]: got NaN'],
  ])('an edge %s is refused', (_, edges, message) => {
    const grid = Float64Array.of(1, 2, 3);
    const call = (): unknown => binCounts(grid, new Float64Array(7), Float64Array.from(edges));
    expect(codeOf(call)).toBe('INVALID_GRID');
    expect(call).toThrow(`binCounts(edges)${message}`);
  });

  test('bins of another length are refused', () => {
    const grid = Float64Array.of(1, 2, 3);
    const call = (): unknown => binCounts(grid, [1, 2, 3], new Float64Array(0));
    expect(codeOf(call)).toBe('INVALID_COUNTS');
  });
});
