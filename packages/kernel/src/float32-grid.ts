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
