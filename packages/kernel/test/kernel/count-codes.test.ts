import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CodeArray, CodeCounts } from '../../src/types.js';
import { codeOf, kernels } from './kernels.js';

const types = [
  Int8Array,
  Int16Array,
  Int32Array,
  Uint8Array,
  Uint8ClampedArray,
  Uint16Array,
  Uint32Array,
];

describe.each(kernels)('countCodes, $name', ({ kernel }) => {
  test('negative codes are missing, codes beyond the cardinality unseen', () => {
    expect(kernel.countCodes(Int32Array.of(0, 2, 2, -1, 3, 1_000_000_000, -2147483648), 3)).toEqual(
      {
        counts: Float64Array.of(1, 0, 2),
        missing: 2,
        unseen: 2,
      },
    );
    expect(kernel.countCodes(Uint32Array.of(4294967295, 1), 2)).toEqual({
      counts: Float64Array.of(0, 1),
      missing: 0,
      unseen: 1,
    });
    expect(kernel.countCodes(Uint8Array.of(255, 0), 300).counts[255]).toBe(1);
    expect(kernel.countCodes(Int8Array.of(-128, 127, 5), 100)).toMatchObject({
      missing: 1,
      unseen: 1,
    });
  });

  test.each(types.map((type) => [type.name, type] as const))('%s: a plain loop', (_, type) => {
    const codes = fc.array(
      fc.oneof(fc.integer({ min: -3, max: 40 }), fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 })),
      { maxLength: 300 },
    );
    fc.assert(
      fc.property(codes, fc.integer({ min: 1, max: 60 }), (list, cardinality) => {
        const array = type.from(list);
        expect(kernel.countCodes(array, cardinality)).toEqual(plainCounts(array, cardinality));
      }),
    );
  });

  test('a column longer than the staging buffer is counted whole', () => {
    for (const type of [Int32Array, Uint8Array]) {
      const codes = new type(600_003).map((_: number, row: number) => row % 7);
      expect(kernel.countCodes(codes, 5)).toEqual(plainCounts(codes, 5));
    }
  });

  test.each([1022, 1023, 1024, 5000])('one frequent code among %d', (cardinality) => {
    const codes = Int16Array.from({ length: 20_000 }, (_, row) =>
      row % 3 === 0 ? ((row * 7) % (cardinality + 9)) - 4 : 1,
    );
    expect(kernel.countCodes(codes, cardinality)).toEqual(plainCounts(codes, cardinality));
  });

  test('no codes, many codes', () => {
    expect(kernel.countCodes(new Int16Array(0), 2)).toEqual({
      counts: new Float64Array(2),
      missing: 0,
      unseen: 0,
    });
    const codes = Int32Array.from({ length: 1000 }, (_, row) => row * 1000);
    const { counts, missing, unseen } = kernel.countCodes(codes, 1_000_000);
    expect([counts.length, missing, unseen]).toEqual([1_000_000, 0, 0]);
    expect(counts.every((count, code) => count === (code % 1000 === 0 ? 1 : 0))).toBe(true);
  });

  test('a wrong code array and a wrong number of codes are refused', () => {
    const call = (codes: unknown, cardinality: number) =>
      codeOf(() => kernel.countCodes(codes as CodeArray, cardinality));
    expect(call([1, 2], 3)).toBe('INVALID_ARGUMENT');
    expect(call(new Float64Array(2), 3)).toBe('INVALID_ARGUMENT');
    expect(call(new DataView(new ArrayBuffer(4)), 3)).toBe('INVALID_ARGUMENT');
    expect(call(new Int8Array(2), 0)).toBe('INVALID_ARGUMENT');
    expect(call(new Int8Array(2), 2e6)).toBe('INVALID_ARGUMENT');
  });
});

function plainCounts(codes: CodeArray, cardinality: number): CodeCounts {
  const counts = new Float64Array(cardinality);
  let missing = 0;
  let unseen = 0;
  for (const code of codes) {
    if (code < 0) missing += 1;
    else if (code >= cardinality) unseen += 1;
    else counts[code]! += 1;
  }
  return { counts, missing, unseen };
}
