import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createGridCounter } from '../../src/kernel/create-counters.js';
import type { NumericArray } from '../../src/types.js';
import { ascending, codeOf } from './kernels.js';

const implementations = ['wasm', 'typescript'] as const;

describe.each(implementations)('ties up to rounding errors, %s', (implementation) => {
  function count(grid: ArrayLike<number>, values: NumericArray, ties: 'exact' | 'rounding') {
    const points = Float64Array.from(grid);
    const counter = createGridCounter([points], { implementation, ties });
    counter.count(values, values.length);
    const bins = new Float64Array(2 * points.length + 1);
    counter.addBinsTo(0, bins);
    return [...bins];
  }

  test('the last bits of a sum or product do not matter', () => {
    const tenths = [0.1, 0.2, 0.3, 0.7];
    const values = Float64Array.of(0.1 + 0.2, 0.3, 1 - 0.9, 0.1 * 3, (0.7 * 3) / 3, 0.8 - 0.1);
    expect(count(tenths, values, 'rounding')).toEqual([0, 1, 0, 0, 0, 3, 0, 2, 0]);
    expect(count(tenths, values, 'exact')).not.toEqual(count(tenths, values, 'rounding'));
    expect(count([0.1], Float64Array.of(0.1 + 1e-15, 0.1 - 1e-15), 'rounding')).toEqual([0, 2, 0]);
    expect(count([0, 1], Float64Array.of(0.1 + 0.2 - 0.3), 'rounding')).toEqual([0, 1, 0, 0, 0]);
  });

  test('a float32 that was written as a double is the value that it was', () => {
    const thirds = Float64Array.from({ length: 300 }, (_, index) => (index + 1) / 3);
    const expected = count(thirds, thirds, 'exact');
    expect(count(thirds, Float64Array.from(Float32Array.from(thirds)), 'rounding')).toEqual(
      expected,
    );
    expect(count(thirds, Float32Array.from(thirds), 'rounding')).toEqual(expected);
  });

  test('values that are really apart stay apart', () => {
    expect(count([0.1], Float64Array.of(0.1 + 1e-9, 0.1 - 1e-12), 'rounding')).toEqual([1, 0, 1]);
    const close = [1, 1 + 1e-9, 1 + 2e-9];
    expect(count(close, Float64Array.from(close), 'rounding')).toEqual([0, 1, 0, 1, 0, 1, 0]);
    const neighbours = [1, 1 + 2 ** -52, 1 + 2 ** -51];
    expect(count(neighbours, Float64Array.from(neighbours), 'rounding')).toEqual(
      count(neighbours, Float64Array.from(neighbours), 'exact'),
    );
  });

  test('whole numbers are equal only to themselves, however far apart the points are', () => {
    const whole = fc.integer({ min: -(2 ** 53), max: 2 ** 53 });
    fc.assert(
      fc.property(
        fc.uniqueArray(whole, { minLength: 1, maxLength: 40 }),
        fc.array(fc.tuple(fc.nat({ max: 39 }), fc.integer({ min: -3, max: 3 })), { maxLength: 40 }),
        (points, steps) => {
          const grid = Float64Array.from(points).sort();
          const values = Float64Array.from(steps, ([at, step]) => grid[at % grid.length]! + step);
          expect(count(grid, values, 'rounding')).toEqual(count(grid, values, 'exact'));
        },
      ),
      { numRuns: 200 },
    );
  });

  test('every row is counted once, and points are at themselves, on any grid', () => {
    fc.assert(
      fc.property(ascending(0, 60), (grid) => {
        const values = Float64Array.of(-Infinity, ...grid, Infinity, Number.NaN);
        const bins = count(grid, values, 'rounding');
        expect(bins).toEqual(count(grid, values, 'exact'));
      }),
      { numRuns: 200 },
    );
  });

  test('values further from a point than a thousandth of the gap are counted as without it', () => {
    const between = fc.double({ min: 0.001, max: 0.2, noNaN: true });
    fc.assert(
      fc.property(ascending(2, 40), fc.array(between, { maxLength: 40 }), (grid, shares) => {
        const values = Float64Array.from(shares, (share, index) => {
          const at = index % (grid.length - 1);
          const room = Math.min(
            grid[at + 1]! - grid[at]!,
            (grid[at + 2] ?? Infinity) - grid[at + 1]!,
          );
          const value = grid[at + 1]! - share * room;
          return Math.fround(grid[at + 1]!) === value || !(value > grid[at]!) ? Number.NaN : value;
        });
        expect(count(grid, values, 'rounding')).toEqual(count(grid, values, 'exact'));
      }),
      { numRuns: 200 },
    );
  });

  test('a wrong target, column or grid is an error as for the exact counter', () => {
    const create = (grid: Float64Array) => () =>
      createGridCounter([grid], { implementation, ties: 'rounding' });
    expect(codeOf(create(Float64Array.of(2, 1)))).toBe('INVALID_GRID');
    const counter = create(Float64Array.of(0.1, 0.2))();
    expect(codeOf(() => counter.addBinsTo(0, new Float64Array(4)))).toBe('INVALID_ARGUMENT');
    expect(codeOf(() => counter.addBinsTo(1, new Float64Array(5)))).toBe('INVALID_ARGUMENT');
  });
});
