import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EdgeCounts, NumericArray } from '../../src/types.js';
import { ascending, codeOf, columns, kernels, normals, toAscending } from './kernels.js';

describe.each(kernels)('countEdges, $name', ({ kernel }) => {
  test('bins are closed on the right: a value equal to an edge is in the bin below it', () => {
    const { counts, missing } = kernel.countEdges(
      Float64Array.of(-1, 0, 0.5, 1, 1, 2, Number.NaN, Infinity, -Infinity),
      Float64Array.of(0, 1),
    );
    expect([...counts]).toEqual([3, 3, 2]);
    expect(missing).toBe(1);
  });

  test('float32 values are compared with the edges in double precision', () => {
    const values = Float32Array.of(0.1, 0.1);
    const below = kernel.countEdges(values, Float64Array.of(0.1)).counts;
    const at = kernel.countEdges(values, Float64Array.of(Math.fround(0.1))).counts;
    expect([...below]).toEqual([0, 2]);
    expect([...at]).toEqual([2, 0]);
  });

  test('edges beyond the float32 range still part the infinities from the rest', () => {
    const values = Float32Array.of(-Infinity, -1, 0, 1, Infinity);
    expect([...kernel.countEdges(values, Float64Array.of(-1e300, 1e300)).counts]).toEqual([
      1, 3, 1,
    ]);
  });

  test('edges next to zero part float32 zeros and subnormals', () => {
    const values = Float32Array.of(-1.4e-45, -0, 0, 1.4e-45);
    const { counts } = kernel.countEdges(values, Float64Array.of(-1e-300, 0, 1e-300));
    expect([...counts]).toEqual([1, 2, 0, 1]);
  });

  test('an empty column fills no bin', () => {
    expect(kernel.countEdges(new Float32Array(0), Float64Array.of(1))).toEqual({
      counts: new Float64Array(2),
      missing: 0,
    });
  });

  test('any column between any edges has the counts of a plain loop', () => {
    fc.assert(
      fc.property(columns(3000), ascending(1, 16), (values, edges) => {
        expect(kernel.countEdges(values, edges)).toEqual(plainCounts(values, edges));
      }),
      { numRuns: 200 },
    );
  });

  test('any column between many edges has the counts of a plain loop', () => {
    fc.assert(
      fc.property(columns(600), ascending(17, 300), (values, edges) => {
        expect(kernel.countEdges(values, edges)).toEqual(plainCounts(values, edges));
      }),
      { numRuns: 100 },
    );
  });

  test('as many edges as there may be, values on them and between', () => {
    const edges = Float64Array.from({ length: 16_384 }, (_, index) => Math.exp(index / 1000));
    const values = Float64Array.from(
      [...edges, ...edges].map((edge, i) => (i % 2 ? edge : edge * 1.0001)),
    );
    const { counts } = kernel.countEdges(values, edges);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(32_768);
    const inBin = (bin: number) =>
      values.filter((v) => v > (edges[bin - 1] ?? -Infinity) && v <= (edges[bin] ?? Infinity))
        .length;
    for (const bin of [0, 1, 2, 8000, 16_383, 16_384]) expect(counts[bin]).toBe(inBin(bin));
  });

  test('edges taken from the column itself have the counts of a plain loop', () => {
    const withValues = columns(200)
      .map((values) => ({ values, edges: toAscending(values).slice(0, 16) }))
      .filter(({ edges }) => edges.length > 0);
    fc.assert(
      fc.property(withValues, ({ values, edges }) => {
        expect(kernel.countEdges(values, edges)).toEqual(plainCounts(values, edges));
      }),
      { numRuns: 200 },
    );
  });

  test('a column longer than the staging buffer is counted whole', () => {
    const values = normals(150_001, 3);
    const edges = Float64Array.of(-1, 0, 1);
    expect(kernel.countEdges(values, edges)).toEqual(plainCounts(values, edges));
  });

  test.each([
    ['no edge', []],
    ['16385 edges', Array.from({ length: 16_385 }, (_, index) => index)],
    ['equal edges', [1, 1]],
    ['descending edges', [2, 1]],
    ['a NaN edge', [0, Number.NaN]],
    ['an infinite edge', [0, Infinity]],
    ['two zeros of different sign', [-0, 0]],
  ])('%s is refused', (_, edges) => {
    const call = (): unknown => kernel.countEdges(new Float64Array(1), Float64Array.from(edges));
    expect(codeOf(call)).toBe('INVALID_GRID');
  });

  test('the refusal names the edge, the one before it and the way out', () => {
    const call = (): unknown => kernel.countEdges(new Float64Array(1), Float64Array.of(0, 2, 1));
    expect(call).toThrow(
      'countEdges(edges)[2]: got 1; pass strictly ascending values; the one before is 2',
    );
  });
});

function plainCounts(values: NumericArray, edges: Float64Array): EdgeCounts {
  const counts = new Float64Array(edges.length + 1);
  let missing = 0;
  for (const value of values) {
    if (Number.isNaN(value)) missing += 1;
    else counts[edges.filter((edge) => value > edge).length]! += 1;
  }
  return { counts, missing };
}
