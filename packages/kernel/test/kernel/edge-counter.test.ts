import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EdgeCounter } from '../../src/kernel/counters.js';
import { createCounterHeap } from '../../src/kernel/wasm/counter-heap.js';
import { createWasmEdgeCounter } from '../../src/kernel/wasm/wasm-edge-counter.js';
import type { NumericArray } from '../../src/types.js';
import { ascending, codeOf, columns, kernels, normals } from './kernels.js';

function binsOf(counter: EdgeCounter, column: number, edges: Float64Array): number[] {
  const bins = new Float64Array(edges.length + 1);
  counter.addBinsTo(column, bins);
  return [...bins];
}

describe.each(kernels)('createEdgeCounter, $name', ({ kernel, createEdgeCounter }) => {
  test('rows of any matrix count as their columns do one by one', () => {
    const matrix = fc
      .tuple(
        fc.integer({ min: 1, max: 9 }),
        columns(900),
        fc.array(ascending(0, 16), { minLength: 9, maxLength: 9 }),
      )
      .map(([width, values, edges]) => ({
        rows: Math.floor(values.length / width),
        data: values.subarray(0, values.length - (values.length % width)),
        edges: edges.slice(0, width),
      }));
    fc.assert(
      fc.property(matrix, fc.integer({ min: 1, max: 300 }), ({ rows, data, edges }, batch) => {
        const counter = createEdgeCounter(edges);
        const width = edges.length;
        for (let row = 0; row < rows; row += batch) {
          const part = Math.min(batch, rows - row);
          counter.count(data.subarray(row * width, (row + part) * width), part);
        }
        expect(counter.rows).toBe(rows);
        for (const [index, ofColumn] of edges.entries()) {
          const column = columnOf(data, index, width);
          expect(binsOf(counter, index, ofColumn)).toEqual(plainBins(column, ofColumn));
          const moments = counter.moments(index);
          const alone = kernel.moments(column);
          expect({ ...moments, mean: 0, m2: 0 }).toEqual({ ...alone, mean: 0, m2: 0 });
          expect(close(moments.mean, alone.mean, Math.sqrt(alone.m2))).toBe(true);
          expect(close(moments.m2, alone.m2, alone.m2)).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('moments keep their digits at an offset of a billion deviations', () => {
    const counter = createEdgeCounter([Float64Array.of(0), Float64Array.of(1)]);
    const values = Float64Array.from(normals(4000, 9), (value, index) =>
      index % 2 === 0 ? 1e9 + value : value,
    );
    for (let row = 0; row < 2000; row += 1) counter.count(values.subarray(2 * row, 2 * row + 2), 1);
    const { mean, m2 } = counter.moments(0);
    const alone = kernel.moments(columnOf(values, 0, 2));
    expect(Math.abs(mean / alone.mean - 1)).toBeLessThan(1e-15);
    // A value of this size has seven digits behind the point.
    expect(Math.abs(m2 / alone.m2 - 1)).toBeLessThan(1e-8);
  });

  test('float32 values are compared with the edges in double precision', () => {
    const edges = Float64Array.of(0.1, Math.fround(0.3));
    const counter = createEdgeCounter([edges]);
    counter.count(Float32Array.of(0.1, 0.3, Number.NaN, Infinity, -Infinity), 5);
    expect(binsOf(counter, 0, edges)).toEqual([1, 2, 1]);
    expect(counter.missing(0)).toBe(1);
  });

  test('both float types mix; a reset keeps the edges', () => {
    const edges = [Float64Array.of(0), new Float64Array(0), Float64Array.of(-1, 0, 1)];
    const counter = createEdgeCounter(edges);
    counter.count(Float64Array.of(-1, 0, 2), 1);
    counter.count(Float32Array.of(1, 5, -3), 1);
    expect(edges.map((of, column) => binsOf(counter, column, of))).toEqual([
      [1, 1],
      [2],
      [1, 0, 0, 1],
    ]);
    counter.reset();
    expect(counter.rows).toBe(0);
    counter.count(Float32Array.of(1, 5, -3), 1);
    expect(binsOf(counter, 2, edges[2]!)).toEqual([1, 0, 0, 0]);
  });

  test('no columns have rows but no counts', () => {
    const counter = createEdgeCounter([]);
    counter.count(new Float32Array(0), 7);
    expect(counter.rows).toBe(7);
    expect(codeOf(() => counter.missing(0))).toBe('INVALID_ARGUMENT');
  });

  test('what it cannot count is refused', () => {
    const many = Float64Array.from({ length: 17 }, (_, index) => index);
    expect(codeOf(() => createEdgeCounter([many]))).toBe('INVALID_GRID');
    expect(codeOf(() => createEdgeCounter([Float64Array.of(1, 1)]))).toBe('INVALID_GRID');
    const counter = createEdgeCounter([Float64Array.of(0)]);
    expect(codeOf(() => counter.count(Float64Array.of(1, 2), 1))).toBe('INVALID_ARGUMENT');
    expect(() => counter.addBinsTo(0, new Float64Array(3))).toThrow(
      'addBinsTo(target).length: got 3; pass 2 bins, one per edge and one',
    );
    expect(codeOf(() => counter.addBinsTo(1, new Float64Array(2)))).toBe('INVALID_ARGUMENT');
  });
});

test('a memory that cannot hold the counters is an error', () => {
  const edges = Array.from({ length: 4000 }, () => Float64Array.of(0));
  expect(
    codeOf(() => createWasmEdgeCounter(edges, createCounterHeap({ maximumBytes: 200_000 }))),
  ).toBe('OUT_OF_MEMORY');
});

function columnOf(data: NumericArray, index: number, width: number): NumericArray {
  return data.filter((_, at) => at % width === index);
}

function plainBins(values: NumericArray, edges: Float64Array): number[] {
  const bins = new Array<number>(edges.length + 1).fill(0);
  for (const value of values) {
    if (!Number.isNaN(value)) bins[edges.filter((edge) => value > edge).length]! += 1;
  }
  return bins;
}

function close(a: number, b: number, scale: number): boolean {
  return a === b || Math.abs(a - b) <= 1e-9 * (Math.abs(scale) + Math.abs(b));
}
