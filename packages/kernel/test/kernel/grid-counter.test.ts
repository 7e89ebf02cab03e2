import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GridCounter } from '../../src/kernel/counters.js';
import { roundGridToFloat32 } from '../../src/numeric/float32-grid.js';
import type { NumericArray } from '../../src/types.js';
import { codeOf, columns, createRandom, kernels, normals, toAscending } from './kernels.js';

describe.each(kernels)('createGridCounter, $name', ({ kernel, createGridCounter }) => {
  test('values land in the gap between points or at a point', () => {
    const counter = createGridCounter([Float64Array.of(1, 2)]);
    counter.count(Float64Array.of(0, 1, 1, 1.5, 2, 3, 3, 3), 8);
    expect(binsOf(counter, 0, 2)).toEqual([1, 2, 1, 1, 3]);
  });

  test('NaN is missing, infinities fall in the end bins, zeros of both signs are equal', () => {
    const counter = createGridCounter([Float64Array.of(-0, 1)]);
    counter.count(Float64Array.of(Number.NaN, Infinity, -Infinity, -Infinity, 0, -0), 6);
    expect(binsOf(counter, 0, 2)).toEqual([2, 2, 0, 0, 1]);
    expect(counter.missing(0)).toBe(1);
    expect(counter.moments(0)).toMatchObject({ count: 5, missing: 1, infinite: 3 });
  });

  test('rows are row-major: each column meets its own grid', () => {
    const counter = createGridCounter([Float64Array.of(0), Float64Array.of(10)]);
    counter.count(Float32Array.of(0, 9, 1, 10, 2, 11), 3);
    expect(binsOf(counter, 0, 1)).toEqual([0, 1, 2]);
    expect(binsOf(counter, 1, 1)).toEqual([1, 1, 1]);
    expect(counter.rows).toBe(3);
  });

  test('a float32 value that was a grid point before the cast is equal to it', () => {
    const grid = Float64Array.of(0.1, 0.2, 0.3);
    const counter = createGridCounter([grid]);
    counter.count(Float32Array.from(grid), 3);
    counter.count(grid, 3);
    expect(binsOf(counter, 0, 3)).toEqual([0, 2, 0, 2, 0, 2, 0]);
  });

  test('points that round to one float32 value share it at their middle', () => {
    const two = Float64Array.of(1, 1 + 1e-12, 5);
    const three = Float64Array.of(1, 1 + 1e-12, 1 + 2e-12);
    const counter = createGridCounter([two, three]);
    counter.count(Float32Array.of(1, 1), 1);
    expect(binsOf(counter, 0, 3)).toEqual([0, 0, 1, 0, 0, 0, 0]);
    expect(binsOf(counter, 1, 3)).toEqual([0, 0, 0, 1, 0, 0, 0]);
  });

  test('points beyond the float32 range leave the infinities in the end bins', () => {
    const counter = createGridCounter([Float64Array.of(-1e300, 0, 1e300)]);
    counter.count(Float32Array.of(-Infinity, -3e38, 0, 3e38, Infinity), 5);
    expect(binsOf(counter, 0, 3)).toEqual([1, 0, 1, 1, 1, 0, 1]);
  });

  test('a grid without points counts every value in its one bin', () => {
    const counter = createGridCounter([new Float64Array(0)]);
    counter.count(Float64Array.of(1, Number.NaN, -Infinity), 3);
    expect(binsOf(counter, 0, 0)).toEqual([2]);
    expect(counter.missing(0)).toBe(1);
  });

  test('no columns at all still count rows', () => {
    const counter = createGridCounter([]);
    counter.count(new Float32Array(0), 4);
    expect([counter.columns, counter.rows]).toEqual([0, 4]);
  });

  test('no rows change nothing', () => {
    const counter = createGridCounter([Float64Array.of(1)]);
    counter.count(new Float32Array(0), 0);
    counter.flush();
    expect(counter.rows).toBe(0);
    expect(counter.moments(0)).toMatchObject({ count: 0, min: Infinity, max: -Infinity, mean: 0 });
  });

  test('any values on a grid of themselves and others have the bins of a plain loop', () => {
    fc.assert(
      fc.property(columns(1200), columns(300), fc.boolean(), (values, others, isFloat32) => {
        const grid = toAscending([...others, ...values.subarray(0, 100)]);
        const data = isFloat32 ? Float32Array.from(values) : Float64Array.from(values);
        const counter = createGridCounter([grid]);
        counter.count(data, data.length);
        expect(binsOf(counter, 0, grid.length)).toEqual(plainBins(grid, data));
        expect(counter.missing(0)).toBe([...data].filter(Number.isNaN).length);
        const { count, missing, infinite, min, max } = kernel.moments(data);
        expect(counter.moments(0)).toMatchObject({ count, missing, infinite, min, max });
      }),
      { numRuns: 300 },
    );
  });

  const random = createRandom(9);
  const uniform = Float64Array.from({ length: 3000 }, random);
  test.each([
    ['normal', normals(3000, 1), 1024],
    ['log-normal', normals(3000, 2).map((value) => Math.exp(3 * value)), 1024],
    ['two far clusters', uniform.map((value, row) => (row % 2 ? 1e9 : -1e9) + value), 1024],
    ['points that outliers squeeze into few bins', uniform.map((v, r) => (r < 3 ? 1e300 : v)), 700],
    ['both signs over many orders', normals(3000, 3).map((value) => value ** 9), 1024],
    ['neighbouring doubles', uniform.map((value) => 1 + Math.floor(value * 2000) * 2 ** -52), 1024],
    ['subnormals', uniform.map((value) => Math.floor(value * 900) * 5e-324), 1024],
    ['the whole range of a double', uniform.map((value) => (value - 0.5) * 1.7e308 * 2), 1024],
    ['integers', uniform.map((value) => Math.floor(value * 12)), 1024],
    ['as many points as allowed', normals(20_000, 4), 16_384],
  ])('a shape that a table may not suit is counted right: %s', (_, values, points) => {
    const grid = toAscending(values.filter((value, row) => row % 2 === 0 && value)).slice(
      0,
      points,
    );
    for (const data of [values, Float32Array.from(values)]) {
      const counter = createGridCounter([grid]);
      counter.count(data, data.length);
      expect(binsOf(counter, 0, grid.length)).toEqual(plainBins(grid, data));
    }
  });

  test('the bins do not depend on how rows are cut into calls, nor on mixing float types', () => {
    const matrix = Float32Array.from(normals(3000 * 3, 21)).map((v, at) =>
      at % 97 ? v : Number.NaN,
    );
    const grids = [0, 1, 2].map((column) =>
      toAscending(matrix.filter((_, at) => at % 3 === column).subarray(0, 200)),
    );
    const whole = createGridCounter(grids);
    whole.count(matrix, 3000);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(700), fc.boolean()), { maxLength: 12 }),
        fc.boolean(),
        (parts, readBetween) => {
          const counter = createGridCounter(grids);
          let row = 0;
          for (const [length, isFloat64] of [...parts, [3000, false] as const]) {
            const end = Math.min(3000, row + length);
            const part = matrix.slice(row * 3, end * 3);
            counter.count(isFloat64 ? Float64Array.from(part) : part, end - row);
            expect(counter.rows).toBe(end);
            if (readBetween) counter.missing(0);
            row = end;
          }
          for (const [column, grid] of grids.entries()) {
            expect(binsOf(counter, column, grid.length)).toEqual(
              binsOf(whole, column, grid.length),
            );
            expect(counter.missing(column)).toBe(whole.missing(column));
            const { mean, m2 } = whole.moments(column);
            expect(counter.moments(column).mean).toBeCloseTo(mean, 12);
            expect(Math.abs(counter.moments(column).m2 / m2 - 1)).toBeLessThan(1e-12);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  test('a row wider than the buffer is counted', () => {
    const width = 20_000;
    const counter = createGridCounter(Array.from({ length: width }, () => Float64Array.of(0.5)));
    const data = Float64Array.from({ length: 2 * width }, (_, at) => at % 2);
    counter.count(data, 2);
    expect(binsOf(counter, 0, 1)).toEqual([2, 0, 0]);
    expect(binsOf(counter, width - 1, 1)).toEqual([0, 0, 2]);
  });

  test('neither the data nor the grids are retained', () => {
    const grid = Float64Array.of(1, 2);
    const counter = createGridCounter([grid]);
    grid.fill(7);
    const data = Float32Array.of(1, 2);
    counter.count(data, 2);
    data.fill(9);
    expect(binsOf(counter, 0, 2)).toEqual([0, 1, 0, 1, 0]);
    expect([...data]).toEqual([9, 9]);
  });

  test('bins are added to what the target holds', () => {
    const counter = createGridCounter([Float64Array.of(1)]);
    counter.count(Float64Array.of(1), 1);
    const target = Float64Array.of(5, 5, 5);
    counter.addBinsTo(0, target);
    expect([...target]).toEqual([5, 6, 5]);
  });

  test('a reset drops counts and waiting rows and keeps the grids', () => {
    const counter = createGridCounter([Float64Array.of(1)]);
    counter.count(new Float64Array(300).fill(1), 300);
    counter.count(Float64Array.of(Number.NaN, 2), 2);
    counter.reset();
    expect(counter.rows).toBe(0);
    expect(binsOf(counter, 0, 1)).toEqual([0, 0, 0]);
    expect(counter.moments(0)).toMatchObject({ count: 0, missing: 0, min: Infinity, m2: 0 });
    counter.count(Float64Array.of(1), 1);
    expect(binsOf(counter, 0, 1)).toEqual([0, 1, 0]);
  });

  test('counters do not disturb each other or the kernel they came from', () => {
    const a = createGridCounter([Float64Array.of(1)]);
    const b = createGridCounter([Float64Array.of(1)]);
    a.count(Float64Array.of(1), 1);
    kernel.sort(normals(5000, 2));
    b.count(Float64Array.of(2), 1);
    expect(binsOf(a, 0, 1)).toEqual([0, 1, 0]);
    expect(binsOf(b, 0, 1)).toEqual([0, 0, 1]);
  });

  test.each([
    ['rows that do not fit the data', [1, 2, 3], 1],
    ['a part of a row', [1], 0.5],
    ['fewer than no rows', [], -1],
  ])('%s are refused and counted nowhere', (_, data, rows) => {
    const counter = createGridCounter([Float64Array.of(1), Float64Array.of(1)]);
    expect(codeOf(() => counter.count(Float64Array.from(data), rows))).toBe('INVALID_ARGUMENT');
    expect(counter.rows).toBe(0);
  });

  test('the refusal of a wrong length says which length was needed', () => {
    const counter = createGridCounter([Float64Array.of(1), Float64Array.of(1)]);
    expect(() => counter.count(new Float32Array(3), 2)).toThrow(
      'count(data).length: got 3; pass rows x columns = 2 x 2 = 4 values, row-major',
    );
  });

  test('an unknown column and a target of another length are refused', () => {
    const counter = createGridCounter([Float64Array.of(1)]);
    expect(codeOf(() => counter.moments(1))).toBe('INVALID_ARGUMENT');
    expect(codeOf(() => counter.missing(-1))).toBe('INVALID_ARGUMENT');
    expect(codeOf(() => counter.addBinsTo(0.5, new Float64Array(3)))).toBe('INVALID_ARGUMENT');
    expect(codeOf(() => counter.addBinsTo(0, new Float64Array(2)))).toBe('INVALID_ARGUMENT');
  });

  test.each([
    ['equal points', [1, 1]],
    ['descending points', [2, 1]],
    ['a NaN point', [Number.NaN]],
    ['an infinite point', [1, Infinity]],
    ['too many points', Array.from({ length: 16_385 }, (_, index) => index)],
  ])('a grid with %s is refused by column', (_, points) => {
    const grids = [Float64Array.of(0), Float64Array.from(points)];
    expect(codeOf(() => createGridCounter(grids))).toBe('INVALID_GRID');
    expect(() => createGridCounter(grids)).toThrow('createGridCounter(grids)[1]');
  });
});

function binsOf(counter: GridCounter, column: number, points: number): number[] {
  const counts = new Float64Array(2 * points + 1);
  counter.addBinsTo(column, counts);
  return [...counts];
}

/** The layout by its definition, one value at a time. */
function plainBins(grid: Float64Array, values: NumericArray): number[] {
  const points = values instanceof Float32Array ? roundGridToFloat32(grid) : grid;
  const bins = new Array<number>(2 * grid.length + 1).fill(0);
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    let below = 0;
    let end = points.length;
    while (below < end) {
      const middle = (below + end) >> 1;
      if (points[middle]! < value) below = middle + 1;
      else end = middle;
    }
    let notAbove = below;
    while (points[notAbove] === value) notAbove += 1;
    bins[below + notAbove]! += 1;
  }
  return bins;
}
