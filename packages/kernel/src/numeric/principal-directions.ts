import { createRandom } from './random.js';

/** The directions in which a covariance is largest, and what is left in the others. */
export interface PrincipalDirections {
  /** Orthonormal, the largest variance first; `count` rows of the size of the covariance. */
  readonly directions: Float64Array;
  /** The variance along each direction. */
  readonly variances: Float64Array;
}

const iterations = 20;

/**
 * The `count` directions of largest variance of a covariance matrix, size x size, by subspace
 * iteration. Directions with nearly the same variance may be mixed, which leaves their sum the
 * same. O(size² x count).
 *
 * Source: Golub and Van Loan 2013, Matrix Computations, section 8.2.4.
 *
 * @param count At most `size`.
 */
export function principalDirections(
  covariance: Float64Array,
  size: number,
  count: number,
): PrincipalDirections {
  const random = createRandom(1);
  let directions: Float64Array = Float64Array.from(
    { length: count * size },
    () => random.next() - 0.5,
  );
  orthonormalize(directions, size, count);
  for (let iteration = 0; iteration < iterations; iteration += 1) {
    directions = product(covariance, directions, size, count);
    orthonormalize(directions, size, count);
  }
  const images = product(covariance, directions, size, count);
  const variances = new Float64Array(count);
  for (let row = 0; row < count; row += 1) {
    variances[row] = Math.max(0, dot(directions, images, row * size, row * size, size));
  }
  return { directions, variances };
}

/** Each row times the symmetric matrix. */
function product(
  matrix: Float64Array,
  rows: Float64Array,
  size: number,
  count: number,
): Float64Array {
  const result = new Float64Array(count * size);
  for (let row = 0; row < count; row += 1) {
    for (let column = 0; column < size; column += 1) {
      result[row * size + column] = dot(matrix, rows, column * size, row * size, size);
    }
  }
  return result;
}

/** Gram-Schmidt, twice, so that rounding does not remain; a row without a rest becomes 0. */
function orthonormalize(rows: Float64Array, size: number, count: number): void {
  for (let row = 0; row < count; row += 1) {
    const at = row * size;
    const before = Math.sqrt(dot(rows, rows, at, at, size));
    for (let pass = 0; pass < 2; pass += 1) {
      for (let other = 0; other < row; other += 1) {
        const share = dot(rows, rows, at, other * size, size);
        for (let index = 0; index < size; index += 1) {
          rows[at + index]! -= share * rows[other * size + index]!;
        }
      }
    }
    const length = Math.sqrt(dot(rows, rows, at, at, size));
    const scale = length > 1e-12 * before ? 1 / length : 0;
    for (let index = 0; index < size; index += 1) rows[at + index]! *= scale;
  }
}

function dot(a: Float64Array, b: Float64Array, fromA: number, fromB: number, size: number): number {
  let sum = 0;
  for (let index = 0; index < size; index += 1) sum += a[fromA + index]! * b[fromB + index]!;
  return sum;
}
