import { numericProfile } from '@modelmeter/kernel/profiles';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { profileQuantile } from '../../src/bins/profile-quantile.js';

describe('profileQuantile', () => {
  const grid = Float64Array.of(0, 10, 20);
  const of = (...values: number[]) => numericProfile(Float64Array.from(values), { grid });

  it('is exact on a grid point, and the gap between two', () => {
    expect(profileQuantile(of(0, 10, 10, 20), 0.5)).toEqual({ low: 10, high: 10 });
    expect(profileQuantile(of(-1, 2, 4, 6, 28), 0.5)).toEqual({ low: 0, high: 10 });
  });

  it('lies between the grid and the smallest or largest value beyond it', () => {
    expect(profileQuantile(of(-167, -3, -2, 5), 0.5)).toEqual({ low: -167, high: 0 });
    expect(profileQuantile(of(-7, -5), 0.5)).toEqual({ low: -7, high: -5 });
    expect(profileQuantile(of(5, 30, 40), 0.9)).toEqual({ low: 20, high: 40 });
  });

  it('may be infinite where values are', () => {
    expect(profileQuantile(of(-Infinity, -5, 3), 0.5)).toEqual({ low: -Infinity, high: 0 });
    expect(profileQuantile(of(Infinity, Infinity), 0.5)).toEqual({ low: 20, high: Infinity });
  });

  it('is undefined without rows', () => {
    expect(profileQuantile(of(), 0.5)).toBeUndefined();
    expect(profileQuantile(numericProfile(Float64Array.of(Number.NaN)), 0.5)).toBeUndefined();
  });

  it('holds the quantile of the rows, whatever the grid', () => {
    const value = fc.oneof(
      fc.integer({ min: -30, max: 30 }),
      fc.double({ min: -100, max: 100, noNaN: true }),
      fc.constantFrom(Infinity, -Infinity),
    );
    const share = fc.double({ min: 0.01, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), share, (values, part) => {
        const sorted = Float64Array.from(values).sort();
        const quantile = sorted[Math.ceil(part * values.length) - 1]!;
        const { low, high } = profileQuantile(of(...values), part)!;
        expect(low <= quantile && quantile <= high).toBe(true);
      }),
    );
  });
});
