import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { uniformEdges } from '../../src/numeric/uniform-edges.js';
import type { NumericArray, UniformCounts } from '../../src/types.js';
import fixture from '../fixtures/histogram.json' with { type: 'json' };
import { codeOf, columns, kernels, normals } from './kernels.js';

test.each(fixture.cases)('edges from $minimum to $maximum are those of numpy', (of) => {
  expect([...uniformEdges(of.minimum, of.maximum, of.bins)]).toEqual(of.edges);
});

describe.each(kernels)('countUniform, $name', ({ kernel }) => {
  test.each(fixture.cases)('$bins bins from $minimum to $maximum count as numpy does', (of) => {
    const values = Float64Array.from(of.values);
    const result = kernel.countUniform(values, of.minimum, of.maximum, of.bins);
    expect([...result.counts]).toEqual(of.counts);
  });

  test('the last bin has its upper edge; values outside and missing values are counted separately', () => {
    const values = Float64Array.of(-0, 0, 0.5, 1, 1.5, -1e-300, Infinity, -Infinity, Number.NaN);
    expect(kernel.countUniform(values, 0, 1, 2)).toEqual({
      counts: Float64Array.of(2, 2),
      below: 2,
      above: 2,
      missing: 1,
    });
  });

  test('whole numbers on whole edges are in the bin above the edge', () => {
    const values = Float64Array.from({ length: 100_003 }, (_, row) => row % 50);
    const { counts } = kernel.countUniform(values, 0, 50, 50);
    expect([...counts]).toEqual(
      Array.from({ length: 50 }, (_, bin) => (bin < 100_003 % 50 ? 2001 : 2000)),
    );
  });

  test('any column over any range has the counts of a plain loop', () => {
    const range = fc.oneof(
      fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: 0, max: 20 })),
      fc.tuple(
        fc.double({ min: -4, max: 4, noNaN: true }),
        // Bins of a few doubles each are numpy's affair: see the fixture and the test below.
        fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 9, noNaN: true })),
      ),
    );
    const bins = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1000, max: 1100 }));
    fc.assert(
      fc.property(columns(2000), range, bins, (values, [low, width], count) => {
        expect(kernel.countUniform(values, low, low + width, count)).toEqual(
          plainCounts(values, low, low + width, count),
        );
      }),
      { numRuns: 200 },
    );
  });

  test('values at and next to every edge have the counts of a plain loop', () => {
    for (const [low, high, bins] of [
      [0.1, 0.7, 6],
      [-1e9, 1e9, 333],
      [1e15, 1e15 + 640, 1280],
      [1 / 3, 2 / 3, 4096],
    ] as const) {
      const edges = uniformEdges(low, high, bins);
      const around = [...edges].flatMap((edge) => [edge, nextUp(edge), -nextUp(-edge)]);
      const values = Float64Array.from(around);
      expect(kernel.countUniform(values, low, high, bins)).toEqual(
        plainCounts(values, low, high, bins),
      );
    }
  });

  test('a column longer than the staging buffer is counted whole', () => {
    const values = normals(150_001, 3);
    expect(kernel.countUniform(values, -2, 2, 10)).toEqual(plainCounts(values, -2, 2, 10));
    const single = Float32Array.from(values);
    expect(kernel.countUniform(single, -2, 2, 10)).toEqual(plainCounts(single, -2, 2, 10));
  });

  test('an empty column fills no bin, one point is widened by a half', () => {
    const nothing = { counts: new Float64Array(3), below: 0, above: 0, missing: 0 };
    expect(kernel.countUniform(new Float64Array(0), 0, 1, 3)).toEqual(nothing);
    const { counts } = kernel.countUniform(Float64Array.of(4.5, 5, 5.5), 5, 5, 2);
    expect([...counts]).toEqual([1, 2]);
  });

  test('bins narrower than the doubles are apart count every value once', () => {
    for (const [low, high, bins] of [
      [1, 1 + 2 ** -51, 50],
      [1e300, 1e300, 3],
      [0, 5e-324, 7],
    ] as const) {
      const values = Float64Array.of(low, low, high, -Infinity, Infinity, Number.NaN);
      const { counts, ...outside } = kernel.countUniform(values, low, high, bins);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(3);
      expect(outside).toEqual({ below: 1, above: 1, missing: 1 });
    }
  });

  test('the ends of the doubles are a range', () => {
    const values = Float64Array.of(-1.7e308, 0, 1.7e308, 5e-324, 1e-323);
    const tiny = kernel.countUniform(values, 0, 1e-323, 2);
    expect(tiny).toEqual({ counts: Float64Array.of(1, 2), below: 1, above: 1, missing: 0 });
    const huge = kernel.countUniform(values, -8e307, 8e307, 4);
    expect(huge).toEqual({ counts: Float64Array.of(0, 0, 3, 0), below: 1, above: 1, missing: 0 });
  });

  test.each([
    [0, 1, 0],
    [0, 1, 1.5],
    [0, 1, 70_000],
    [1, 0, 3],
    [Number.NaN, 1, 3],
    [0, Infinity, 3],
    [-1.7e308, 1.7e308, 3],
  ])('a range from %d to %d in %d bins is refused', (low, high, bins) => {
    const call = (): unknown => kernel.countUniform(new Float64Array(1), low, high, bins);
    expect(codeOf(call)).toBe('INVALID_ARGUMENT');
  });
});

function plainCounts(values: NumericArray, low: number, high: number, bins: number): UniformCounts {
  const edges = uniformEdges(low, high, bins);
  const result = { counts: new Float64Array(bins), below: 0, above: 0, missing: 0 };
  for (const value of values) {
    if (Number.isNaN(value)) result.missing += 1;
    else if (value < edges[0]!) result.below += 1;
    else if (value > edges[bins]!) result.above += 1;
    else {
      let bin = bins - 1;
      while (value < edges[bin]!) bin -= 1;
      result.counts[bin]! += 1;
    }
  }
  return result;
}

function nextUp(value: number): number {
  const bits = new BigInt64Array(new Float64Array([value + 0]).buffer);
  bits[0]! += value >= 0 ? 1n : -1n;
  return new Float64Array(bits.buffer)[0]!;
}
