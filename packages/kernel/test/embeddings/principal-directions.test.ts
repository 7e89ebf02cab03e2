import { expect, test } from 'vitest';
import { principalDirections } from '../../src/numeric/principal-directions.js';

test('the directions of a matrix with known ones are found, the largest variance first', () => {
  // Variance 9 along (1, 1, 0) / √2, 4 along (0, 0, 1), 1 along (1, -1, 0) / √2.
  const covariance = Float64Array.of(5, 4, 0, 4, 5, 0, 0, 0, 4);
  const { directions, variances } = principalDirections(covariance, 3, 2);
  expect(variances[0]).toBeCloseTo(9, 10);
  expect(variances[1]).toBeCloseTo(4, 10);
  expect(Math.abs(directions[0]!)).toBeCloseTo(Math.SQRT1_2, 8);
  expect(directions[0]! * directions[1]!).toBeCloseTo(0.5, 8);
  expect(Math.abs(directions[5]!)).toBeCloseTo(1, 8);
});

test('a matrix of zeros, and one of fewer directions than asked for, have variances of 0', () => {
  expect(Array.from(principalDirections(new Float64Array(4), 2, 2).variances)).toEqual([0, 0]);
  const { variances } = principalDirections(Float64Array.of(2, 0, 0, 0), 2, 2);
  expect(variances[0]).toBeCloseTo(2, 12);
  expect(variances[1]).toBe(0);
});
