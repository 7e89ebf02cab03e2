const largestFloat32 = 3.4028234663852886e38;

/**
 * The grid that Float32Array values are compared with: every point rounded to the nearest float32,
 * so that a value which is a grid point in double precision is still equal to it after the cast.
 *
 * Points beyond the float32 range become its largest values, so that ±Infinity stays in the end
 * cells. Points may coincide after rounding: the result is ascending, not strictly.
 */
export function roundGridToFloat32(grid: Float64Array): Float64Array {
  return grid.map((point) =>
    Math.max(-largestFloat32, Math.min(largestFloat32, Math.fround(point))),
  );
}

const word = new Float32Array(1);
const wordBits = new Int32Array(word.buffer);

/** The largest float32 that is not above a finite double: x <= edge iff x <= this, for float32 x. */
export function roundDownToFloat32(edge: number): number {
  const rounded = Math.fround(edge);
  if (rounded <= edge) return rounded;
  word[0] = rounded;
  // The next float32 below: one step towards -Infinity in the bits.
  if (rounded === 0) wordBits[0] = -0x7fff_ffff;
  else wordBits[0]! += rounded > 0 ? -1 : 1;
  return word[0]!;
}
