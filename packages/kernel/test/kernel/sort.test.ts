import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NumericArray } from '../../src/types.js';
import { codeOf, columns, createRandom, kernels, normals } from './kernels.js';

describe.each(kernels)('sort, $name', ({ kernel }) => {
  test('values come out ascending, without NaN, with zeros of one sign', () => {
    const sorted = kernel.sort(Float64Array.of(2, Number.NaN, -0, -Infinity, 0, 5e-324, Infinity));
    expect([...sorted]).toEqual([-Infinity, 0, 0, 5e-324, 2, Infinity]);
  });

  test('an empty column and one of NaN alone give no values', () => {
    expect(kernel.sort(new Float64Array(0))).toEqual(new Float64Array(0));
    expect(kernel.sort(new Float32Array(3).fill(Number.NaN))).toEqual(new Float64Array(0));
  });

  test('any column comes out as the sort of the language orders it', () => {
    fc.assert(
      fc.property(columns(3000), (values) => {
        expect(kernel.sort(values)).toEqual(plainSort(values));
      }),
      { numRuns: 300 },
    );
  });

  const random = createRandom(5);
  const uniform = Float64Array.from({ length: 40_000 }, random);
  test.each([
    ['normal', normals(40_000, 1)],
    ['log-normal', normals(40_000, 2).map((value) => Math.exp(3 * value))],
    ['uniform', uniform],
    ['ascending', uniform.toSorted()],
    ['descending', uniform.toSorted().reverse()],
    ['integers with ties', uniform.map((value) => Math.floor(value * 30))],
    ['one outlier that takes the top digits', uniform.map((v, row) => (row === 9 ? 1e300 : v))],
    [
      'values that differ in their last bits only, and an outlier',
      uniform.map((value, row) => (row === 9 ? -1e300 : 1 + Math.floor(value * 4e4) * 2 ** -52)),
    ],
    ['bytes of float32', Float32Array.from(uniform)],
  ])('a long column is ordered: %s', (_, values) => {
    expect(kernel.sort(values)).toEqual(plainSort(values));
    expect(kernel.sort(values.subarray(0, 900))).toEqual(plainSort(values.subarray(0, 900)));
  });

  test('an input that is not a float array is refused', () => {
    // @ts-expect-error an Int32Array is not a NumericArray
    expect(codeOf(() => kernel.sort(new Int32Array(3)))).toBe('INVALID_ARGUMENT');
  });
});

function plainSort(values: NumericArray): Float64Array {
  return Float64Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .map((value) => value + 0)
    .sort();
}
