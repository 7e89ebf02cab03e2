import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import fixture from '../fixtures/quantiles.json' with { type: 'json' };
import { plainTieGroups } from '../statistics/tie-groups.js';
import { codeOf, columns, kernels, normals } from './kernels.js';

describe.each(kernels)('quantiles, $name', ({ kernel }) => {
  test.each(fixture.cases)('those of numpy to the last bit', (of) => {
    const values = Float64Array.from(of.values);
    expect([...kernel.quantiles(values, of.probabilities)]).toEqual(of.quantiles);
  });

  test('lie between the extremes, rise with the probability, and are never NaN', () => {
    const probabilities = [0, 0.1, 0.25, 0.5, 0.9, 1];
    fc.assert(
      fc.property(columns(200), (values) => {
        const quantiles = kernel.quantiles(values, probabilities);
        const { count, min, max } = kernel.moments(values);
        if (count === 0) {
          expect(quantiles.length).toBe(0);
          return;
        }
        expect(quantiles[0]).toBe(min);
        expect(quantiles.at(-1)).toBe(max);
        expect(quantiles.every((value, i) => i === 0 || value >= quantiles[i - 1]!)).toBe(true);
      }),
    );
  });

  test('infinities are the values themselves, the nearer one between two', () => {
    const values = Float64Array.of(-Infinity, 1, Infinity, Number.NaN);
    expect([...kernel.quantiles(values, [0, 0.2, 0.3, 0.5, 0.8, 1])]).toEqual([
      -Infinity,
      -Infinity,
      1,
      1,
      Infinity,
      Infinity,
    ]);
    expect([...kernel.quantiles(Float64Array.of(-1.7e308, 1.7e308), [0.5])]).toEqual([0]);
  });

  test('a probability outside [0, 1] is refused by its place', () => {
    for (const probability of [-0.1, 1.1, Number.NaN]) {
      expect(codeOf(() => kernel.quantiles(new Float64Array(0), [0.5, probability]))).toBe(
        'INVALID_ARGUMENT',
      );
    }
    expect(codeOf(() => kernel.quantiles([1] as unknown as Float64Array, [0.5]))).toBe(
      'INVALID_ARGUMENT',
    );
  });
});

describe.each(kernels)('tieGroups, $name', ({ kernel }) => {
  test('are the counts of a plain loop at every distinct value', () => {
    fc.assert(
      fc.property(columns(300), columns(300), (a, b) => {
        expect(kernel.tieGroups(a, b)).toEqual(plainTieGroups(a, b));
      }),
      { numRuns: 200 },
    );
  });

  test('long columns, empty ones and ties of a whole column', () => {
    const [a, b] = [normals(50_000, 1), normals(30_000, 2).map((v) => Math.round(v * 100) / 100)];
    expect(kernel.tieGroups(a, b)).toEqual(plainTieGroups(a, b));
    const nothing = new Float64Array(0);
    expect(kernel.tieGroups(nothing, nothing)).toEqual(plainTieGroups([], []));
    expect(kernel.tieGroups(nothing, b)).toEqual(plainTieGroups([], b));
    const constant = new Float64Array(5000).fill(Infinity);
    expect(kernel.tieGroups(constant, constant)).toEqual({
      values: Float64Array.of(Infinity),
      reference: Float64Array.of(5000),
      current: Float64Array.of(5000),
    });
  });

  test('refuse a value that is not a column', () => {
    const values = new Float64Array(1);
    expect(codeOf(() => kernel.tieGroups(values, [1] as unknown as Float64Array))).toBe(
      'INVALID_ARGUMENT',
    );
  });
});
