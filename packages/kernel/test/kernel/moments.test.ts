import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeMoments } from '../../src/numeric/moments.js';
import type { Moments, NumericArray } from '../../src/types.js';
import { codeOf, columns, kernels, normals } from './kernels.js';

const empty: Moments = {
  count: 0,
  missing: 0,
  infinite: 0,
  min: Infinity,
  max: -Infinity,
  mean: 0,
  m2: 0,
};

describe.each(kernels)('moments, $name', ({ kernel }) => {
  test('an empty column has no values, no extremes and mean 0', () => {
    expect(kernel.moments(new Float64Array(0))).toEqual(empty);
    expect(kernel.moments(new Float32Array(0))).toEqual(empty);
  });

  test('NaN is missing and leaves the other numbers alone', () => {
    const values = Float64Array.of(Number.NaN, 1, 2, Number.NaN, 3);
    expect(kernel.moments(values)).toEqual({
      count: 3,
      missing: 2,
      infinite: 0,
      min: 1,
      max: 3,
      mean: 2,
      m2: 2,
    });
  });

  test('infinities are counted, are extremes, and stay out of mean and m2', () => {
    const values = Float32Array.of(Infinity, 1, 3, -Infinity, Infinity);
    expect(kernel.moments(values)).toEqual({
      count: 5,
      missing: 0,
      infinite: 3,
      min: -Infinity,
      max: Infinity,
      mean: 2,
      m2: 2,
    });
  });

  test('a column of NaN alone is all missing', () => {
    const values = new Float64Array(1500).fill(Number.NaN);
    expect(kernel.moments(values)).toEqual({ ...empty, missing: 1500 });
  });

  test('a constant column has no spread, to the last bit', () => {
    const moments = kernel.moments(new Float64Array(5000).fill(0.1));
    expect(moments).toMatchObject({ min: 0.1, max: 0.1, mean: 0.1, m2: 0 });
  });

  test('a negative zero is a zero', () => {
    const { min, max } = kernel.moments(Float64Array.of(-0, -0));
    expect([min, max]).toEqual([0, 0]);
  });

  test('a small spread around a large mean survives, in a column that drifts too', () => {
    const noise = normals(20_000, 7);
    const drift = noise.map((value, row) => 1e6 + (row < 10_000 ? 0 : 1e5) + value);
    for (const values of [noise.map((value) => 1e6 + value), drift]) {
      const { mean, m2 } = kernel.moments(values);
      const exact = exactMoments(values);
      expect(Math.abs(mean / exact.mean - 1)).toBeLessThan(64 * Number.EPSILON);
      // The mean is stored to 1e6 * EPSILON of a standard deviation.
      expect(Math.abs(m2 / exact.m2 - 1)).toBeLessThan(1e6 * Number.EPSILON);
    }
  });

  test('values whose squares overflow give an infinite m2 and a finite mean, never NaN', () => {
    const values = Float64Array.of(1.7e308, -1.7e308, 1.7e308, -1.7e308, 1, 2);
    const { mean, m2 } = kernel.moments(values);
    expect(Number.isFinite(mean)).toBe(true);
    expect(m2).toBe(Infinity);
  });

  test('any column has the counts and extremes of a plain loop, and its moments to rounding', () => {
    fc.assert(
      fc.property(columns(3000), (values) => {
        expectMoments(kernel.moments(values), values);
      }),
      { numRuns: 200 },
    );
  });

  test('a column longer than the staging buffer is counted whole', () => {
    const values = normals(100_003, 11);
    values[50_000] = Number.NaN;
    expectMoments(kernel.moments(values), values);
    expectMoments(kernel.moments(Float32Array.from(values)), Float32Array.from(values));
  });

  test('the input is not changed', () => {
    const values = Float64Array.of(3, Number.NaN, 1);
    kernel.moments(values);
    expect([...values]).toEqual([3, Number.NaN, 1]);
  });

  test('an input that is not a float array is refused', () => {
    // @ts-expect-error a plain array is not a NumericArray
    expect(codeOf(() => kernel.moments([1, 2, 3]))).toBe('INVALID_ARGUMENT');
  });
});

describe('mergeMoments', () => {
  const { kernel } = kernels[0]!;

  test('merging two parts equals the whole: counts exactly, mean and m2 to rounding', () => {
    fc.assert(
      fc.property(columns(), fc.nat(400), (values, cut) => {
        const a = kernel.moments(values.subarray(0, cut));
        const b = kernel.moments(values.subarray(cut));
        expectMoments(mergeMoments(a, b), values);
      }),
    );
  });

  test('merging with an empty part changes nothing', () => {
    const some = kernel.moments(Float64Array.of(1, 2, 4));
    expect(mergeMoments(some, empty)).toEqual(some);
    expect(mergeMoments(empty, some)).toEqual(some);
  });
});

/** Counts and extremes are exact; the sums may differ by rounding of the largest term. */
function expectMoments(actual: Moments, values: NumericArray): void {
  const exact = exactMoments(values);
  expect(actual).toMatchObject({
    count: exact.count,
    missing: exact.missing,
    infinite: exact.infinite,
    min: exact.min,
    max: exact.max,
  });
  const finite = exact.count - exact.infinite;
  const rounding = 8 * Number.EPSILON * Math.max(1, Math.log2(finite + 1)) * exact.largest;
  expect(Math.abs(actual.mean - exact.mean)).toBeLessThanOrEqual(rounding);
  if (exact.largest > 1e150) {
    expect(actual.m2).toBeGreaterThanOrEqual(0);
    return;
  }
  // A mean that is off by `rounding` moves every deviation by as much.
  const moved = 2 * rounding * Math.sqrt(finite * exact.m2) + finite * rounding ** 2;
  expect(Math.abs(actual.m2 - exact.m2)).toBeLessThanOrEqual(1e-12 * exact.m2 + moved);
}

/** Two passes with Neumaier 1974 compensated sums, scaled so that the mean cannot overflow. */
function exactMoments(values: NumericArray): Moments & { readonly largest: number } {
  const present = [...values].filter((value) => !Number.isNaN(value)).map((value) => value + 0);
  const finite = present.filter(Number.isFinite);
  const largest = finite.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const size = Math.max(1, finite.length);
  const scale = largest > 1e200 ? 2 ** -200 : 1;
  const mean = compensatedSum(finite.map((value) => value * scale)) / size / scale;
  const m2 = compensatedSum(finite.map((value) => (value - mean) ** 2));
  const correction = compensatedSum(finite.map((value) => value - mean));
  return {
    count: present.length,
    missing: values.length - present.length,
    infinite: present.length - finite.length,
    min: present.reduce((least, value) => Math.min(least, value), Infinity),
    max: present.reduce((most, value) => Math.max(most, value), -Infinity),
    mean,
    m2: m2 - correction ** 2 / size,
    largest,
  };
}

function compensatedSum(values: readonly number[]): number {
  let sum = 0;
  let lost = 0;
  for (const value of values) {
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + lost;
}
