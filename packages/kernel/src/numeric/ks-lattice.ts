/** Up to this size of the larger sample p-values count lattice paths, as scipy's do. */
export const largestExactSize = 10_000;

/**
 * The double nearest to the distance i/n - j/m that two rounded shares gave.
 *
 * Distances of whole samples are multiples of 1 / lcm(n, m); the difference of two shares is off
 * by a rounding. scipy's ks_2samp corrects it for sizes up to 10 000 and leaves it beyond, and so
 * does this. Distances of counts that are not whole stay as they are.
 */
export function onLattice(distance: number, n: number, m: number): number {
  if (Math.max(n, m) > largestExactSize || n === 0 || m === 0) return distance;
  if (!Number.isInteger(n) || !Number.isInteger(m)) return distance;
  const multiple = (n / greatestCommonDivisor(n, m)) * m;
  return Math.round(distance * multiple) / multiple;
}

export function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
