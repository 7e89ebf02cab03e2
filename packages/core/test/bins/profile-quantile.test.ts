import { numericProfile } from '@modelmeter/kernel/profiles';
import { describe, expect, it } from 'vitest';
import { profileQuantile } from '../../src/bins/profile-quantile.js';

describe('profileQuantile', () => {
  const grid = Float64Array.of(0, 10, 20);
  const of = (...values: number[]) => numericProfile(Float64Array.from(values), { grid });

  it('is exact on a grid point and interpolated between two', () => {
    expect(profileQuantile(of(0, 10, 10, 20), 0.5)).toBe(10);
    expect(profileQuantile(of(2, 4, 6, 8), 0.5)).toBe(5);
  });

  it('is the minimum or maximum outside the grid', () => {
    expect(profileQuantile(of(-7, -5), 0.5)).toBe(-7);
    expect(profileQuantile(of(30, 40), 0.9)).toBe(40);
  });

  it('is undefined without rows', () => {
    expect(profileQuantile(of(), 0.5)).toBeUndefined();
    expect(profileQuantile(numericProfile(Float64Array.of(Number.NaN)), 0.5)).toBeUndefined();
  });
});
