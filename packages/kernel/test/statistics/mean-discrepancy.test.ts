import { describe, expect, test } from 'vitest';
import { createRandom, type Random } from '../../src/numeric/random.js';
import { meanDiscrepancy } from '../../src/statistics/mean-discrepancy.js';
import { codeOf } from '../kernel/kernels.js';

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** Rows of three normal columns, the second with `correlation` to the first. */
function matrix(rows: number, seed: number, shift = 0, correlation = 0): Float64Array {
  const random = createRandom(seed);
  const values = new Float64Array(3 * rows);
  for (let row = 0; row < rows; row += 1) {
    const first = normal(random);
    values[3 * row] = first + shift;
    values[3 * row + 1] = correlation * first + Math.sqrt(1 - correlation ** 2) * normal(random);
    values[3 * row + 2] = 1e6 * normal(random);
  }
  return values;
}

const columns = 3;

describe('meanDiscrepancy', () => {
  test('without drift it rejects as often as its level says', () => {
    let rejected = 0;
    for (let pair = 0; pair < 200; pair += 1) {
      const { pValue } = meanDiscrepancy(matrix(40, 2 * pair + 1), matrix(30, 2 * pair + 2), {
        columns,
        permutations: 99,
        seed: pair,
      });
      if (pValue <= 0.05) rejected += 1;
    }
    // 10 of 200 expected, deviation 3.1.
    expect(rejected).toBeGreaterThanOrEqual(1);
    expect(rejected).toBeLessThanOrEqual(20);
  });

  test('it finds a shift of one column, whatever the units of the others', () => {
    const { statistic, pValue } = meanDiscrepancy(matrix(150, 1), matrix(150, 2, 1), { columns });
    expect(pValue).toBe(1 / 200);
    expect(statistic).toBeGreaterThan(0.02);
  });

  test('it finds a relation that no single column shows', () => {
    const { pValue } = meanDiscrepancy(matrix(300, 1), matrix(300, 2, 0, 0.9), { columns });
    expect(pValue).toBeLessThan(0.02);
  });

  test('it is the unbiased statistic of the plain definition', () => {
    const a = Float64Array.of(0, 1, 3);
    const b = Float64Array.of(2, 5, 9, 9.5);
    const all = [...a, ...b].sort((x, y) => x - y);
    const spread = all[Math.floor(0.75 * 6)]! - all[Math.floor(0.25 * 6)]!;
    const distances = all.flatMap((x, i) => all.slice(i + 1).map((y) => ((x - y) / spread) ** 2));
    const width = 2 * distances.sort((x, y) => x - y)[distances.length >> 1]!;
    const k = (x: number, y: number) => Math.exp(-(((x - y) / spread) ** 2) / width);
    const mean = (xs: Float64Array, ys: Float64Array, same: boolean) => {
      let sum = 0;
      for (const [i, x] of xs.entries()) {
        for (const [j, y] of ys.entries()) if (!same || i !== j) sum += k(x, y);
      }
      return sum / (xs.length * (ys.length - (same ? 1 : 0)));
    };
    const expected = mean(a, a, true) + mean(b, b, true) - 2 * mean(a, b, false);
    expect(meanDiscrepancy(a, b, { columns: 1 }).statistic).toBeCloseTo(expected, 13);
  });

  test('the seed fixes it, float32 rows are rows, and large matrices are sampled', () => {
    const [a, b] = [matrix(3000, 1), matrix(100, 2)];
    const options = { columns, maximumRows: 120, permutations: 19 };
    const result = meanDiscrepancy(a, b, options);
    expect(meanDiscrepancy(a, b, options)).toEqual(result);
    expect(result.rows).toEqual({ reference: 120, current: 100 });
    expect(meanDiscrepancy(a, b, { ...options, seed: 2 }).statistic).not.toBe(result.statistic);
    const single = meanDiscrepancy(Float32Array.from(a), Float32Array.from(b), options);
    expect(single.statistic).toBeCloseTo(result.statistic, 5);
  });

  test('incomplete rows are left out and counted', () => {
    const a = matrix(50, 1);
    a[4] = Number.NaN;
    a[8] = Infinity;
    const result = meanDiscrepancy(a, matrix(40, 2), { columns });
    expect(result.rows).toEqual({ reference: 48, current: 40 });
    expect(result.incomplete).toEqual({ reference: 2, current: 0 });
  });

  test.each<[string, Float64Array, Float64Array]>([
    ['no rows', new Float64Array(0), Float64Array.of(1, 2)],
    ['one row', Float64Array.of(1), Float64Array.of(1, 2)],
    ['missing rows alone', new Float64Array(9).fill(Number.NaN), Float64Array.of(1, 2)],
    ['one constant', new Float64Array(9).fill(3), new Float64Array(9).fill(3)],
  ])('%s: no evidence', (_, a, b) => {
    const { statistic, pValue } = meanDiscrepancy(a, b, { columns: 1 });
    expect({ statistic, pValue }).toEqual({ statistic: 0, pValue: 1 });
  });

  test.each<[string, number[], number[]]>([
    ['a flag that turns', [0, 0, 0, 0, 0, 0, 0, 1], [1, 1, 1, 1, 1, 1, 1, 1]],
    ['the largest doubles', [-1.7e308, 1.7e308, 0], [1.7e308, 1.7e308, 1]],
    ['subnormal values and one far away', [5e-324, 0, 5e-324, 0], [0, 5e-324, 0, 1e300]],
    ['one value far away', [1, 1, 1, 1], [1, 1, 1, 1e300]],
  ])('%s: a finite answer', (_, a, b) => {
    const result = meanDiscrepancy(Float64Array.from(a), Float64Array.from(b), { columns: 1 });
    expect(Number.isFinite(result.statistic)).toBe(true);
    expect(result.pValue > 0 && result.pValue <= 1).toBe(true);
  });

  test('what it cannot use is refused', () => {
    const rows = matrix(5, 1);
    const refused = (options: object, a = rows) =>
      codeOf(() => meanDiscrepancy(a, rows, { columns, ...options }));
    expect(refused({ columns: 0 })).toBe('INVALID_ARGUMENT');
    expect(refused({ columns: 4 })).toBe('INVALID_ARGUMENT');
    expect(refused({ maximumRows: 1 })).toBe('INVALID_ARGUMENT');
    expect(refused({ permutations: 5 })).toBe('INVALID_ARGUMENT');
    expect(refused({ seed: 0.5 })).toBe('INVALID_ARGUMENT');
    expect(refused({}, [1, 2, 3] as unknown as Float64Array)).toBe('INVALID_ARGUMENT');
  });
});
