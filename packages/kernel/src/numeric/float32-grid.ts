const largestFloat32 = 3.4028234663852886e38;

/**
 * The grid that Float32Array values are compared with: every point rounded to the nearest float32,
 * so that a value which is a grid point in double precision is still equal to it after the cast.
 *
 * Points beyond the float32 range become its largest values, so that ±Infinity stays in the end
 * bins. Points may coincide after rounding: the result is ascending, not strictly.
 */
export function roundGridToFloat32(grid: Float64Array): Float64Array {
  return grid.map((point) =>
    Math.max(-largestFloat32, Math.min(largestFloat32, Math.fround(point))),
  );
}

/**
 * Whether a grid was chosen from float32 values: every point is one, and some are what a decimal
 * became when it was stored so (0.1 as 0.10000000149011612). Whole numbers and short fractions such
 * as 0.5 are the same in both precisions, so they do not count. O(points).
 *
 * Doubles that are compared with such a grid must be rounded to float32, by `new
 * Float32Array(doubles)`: 0.1 is its point 0.10000000149011612, and would otherwise not equal it.
 */
export function isFloat32Grid(grid: Float64Array): boolean {
  return (
    grid.every((point) => Math.fround(point) === point) &&
    grid.some((point) => !Number.isInteger(point) && Number(point.toPrecision(9)) !== point)
  );
}

const word = new Float32Array(1);
const wordBits = new Int32Array(word.buffer);

/**
 * The largest float32 that is not above a finite double: x <= edge iff x <= this, for float32 x.
 */
export function roundDownToFloat32(edge: number): number {
  const rounded = Math.fround(edge);
  if (rounded <= edge) return rounded;
  word[0] = rounded;
  // The next float32 below: one step towards -Infinity in the bits.
  if (rounded === 0) wordBits[0] = -0x7fff_ffff;
  else wordBits[0]! += rounded > 0 ? -1 : 1;
  return word[0]!;
}
