import { describe, expect, it } from 'vitest';
import { bucketLabel } from '../../src/metrics/bucket-label.js';

describe('bucketLabel', () => {
  it.each([
    [0, '0.0'],
    [-0, '0.0'],
    [1, '1.0'],
    [-3, '-3.0'],
    [0.25, '0.25'],
    [100, '100.0'],
    [999_999, '999999.0'],
    [1_000_000, '1e+06'],
    [2_592_000, '2.592e+06'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [-1.5e-7, '-1.5e-07'],
    [1e100, '1e+100'],
    [Number.POSITIVE_INFINITY, '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
  ])('writes %f as %s, like Prometheus 3', (value, label) => {
    expect(bucketLabel(value)).toBe(label);
  });

  it('writes a text that reads back as the same number', () => {
    for (const value of [0.1, 1 / 3, 123_456.789, 5e-324, 1.7e308]) {
      expect(Number(bucketLabel(value))).toBe(value);
    }
  });
});
