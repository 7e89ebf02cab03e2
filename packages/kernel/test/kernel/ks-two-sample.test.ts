import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NumericArray } from '../../src/types.js';
import fixture from '../fixtures/ks-two-sample.json' with { type: 'json' };
import { codeOf, columns, kernels, normals } from './kernels.js';

describe.each(kernels)('ksTwoSample, $name', ({ kernel }) => {
  test.each(fixture.cases)('the distance is that of scipy, bit for bit: $name', (expected) => {
    const a = Float64Array.from(expected.a, Number);
    const b = Float64Array.from(expected.b, Number);
    expect(kernel.ksTwoSample(a, b).statistic).toBe(expected.statistic);
    expect(kernel.ksTwoSample(b, a).statistic).toBe(expected.statistic);
  });

  test('equal samples have distance 0 and disjoint ones distance 1', () => {
    const low = Float64Array.of(1, 2, 3);
    expect(kernel.ksTwoSample(low, low)).toEqual({ statistic: 0, n: 3, m: 3 });
    const high = Float64Array.of(4, 5);
    expect(kernel.ksTwoSample(low, high)).toEqual({ statistic: 1, n: 3, m: 2 });
  });

  test('ties count in one step, not one half at a time', () => {
    const a = Float64Array.of(0, 0, 0, 1);
    const b = Float64Array.of(0, 0, 1, 1);
    expect(kernel.ksTwoSample(a, b).statistic).toBe(0.25);
  });

  test('a tie that ends one sample is left by the other before the distance is taken', () => {
    const a = Float64Array.of(1, 2, 2);
    const b = Float64Array.of(2, 2, 2, 3);
    expect(kernel.ksTwoSample(a, b).statistic).toBe(1 / 3);
    expect(kernel.ksTwoSample(b, a).statistic).toBe(1 / 3);
  });

  test('NaN is skipped, zeros of both signs are equal, infinities are values', () => {
    const a = Float64Array.of(Number.NaN, -0, Infinity);
    const b = Float32Array.of(0, Infinity, Number.NaN, Number.NaN);
    expect(kernel.ksTwoSample(a, b)).toEqual({ statistic: 0, n: 2, m: 2 });
  });

  test('an empty sample gives distance 0 and its size', () => {
    const none = Float64Array.of(Number.NaN);
    expect(kernel.ksTwoSample(none, Float64Array.of(1))).toEqual({ statistic: 0, n: 0, m: 1 });
  });

  test('any two samples have the distance of the definition, to the last bit', () => {
    fc.assert(
      fc.property(columns(150), columns(150), (a, b) => {
        expect(kernel.ksTwoSample(a, b)).toEqual(plainKs(a, b));
      }),
      { numRuns: 200 },
    );
  });

  test('samples that share many values have the distance of the definition', () => {
    const pair = columns(300).map((values) => [values.subarray(0, 120), values.subarray(90)]);
    fc.assert(
      fc.property(pair, ([a, b]) => {
        expect(kernel.ksTwoSample(a!, b!)).toEqual(plainKs(a!, b!));
      }),
      { numRuns: 100 },
    );
  });

  test('long samples have the distance of the definition', () => {
    const a = normals(2000, 1);
    const b = normals(1500, 2).map((value) => value * 1.2 + 0.1);
    expect(kernel.ksTwoSample(a, b)).toEqual(plainKs(a, b));
  });

  test('an input that is not a float array is refused by name', () => {
    const a = new Float64Array(1);
    // @ts-expect-error null is not a NumericArray
    const call = (): unknown => kernel.ksTwoSample(a, null);
    expect(codeOf(call)).toBe('INVALID_ARGUMENT');
    expect(call).toThrow('ksTwoSample(b): got null; pass a Float64Array or a Float32Array');
  });
});

/** Both distribution functions at every value of either sample; a whole number of 1 / lcm(n, m). */
function plainKs(a: NumericArray, b: NumericArray): { statistic: number; n: number; m: number } {
  const [x, y] = [a, b].map((values) => [...values].filter((value) => !Number.isNaN(value)));
  const n = x!.length;
  const m = y!.length;
  let statistic = 0;
  if (n > 0 && m > 0) {
    for (const at of new Set([...x!, ...y!])) {
      const i = x!.filter((value) => value <= at).length;
      const j = y!.filter((value) => value <= at).length;
      statistic = Math.max(statistic, Math.abs(i / n - j / m));
    }
    const steps = (n / greatestCommonDivisor(n, m)) * m;
    statistic = Math.round(statistic * steps) / steps;
  }
  return { statistic, n, m };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
