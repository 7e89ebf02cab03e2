import { type FeatureBlock, numberOf } from '../prediction.js';
import type { BlockPlan } from './block-plan.js';

/** Gathers the numeric features of a batch: rows x columns, row-major. Valid until the next call. */
export type NumericMatrix = (
  blocks: readonly FeatureBlock[],
  rows: number,
) => Float32Array | Float64Array;

/**
 * A block that is the whole matrix in a fitting type is returned as it is; otherwise values are
 * copied into an array that is reused. Values that are missing, or of another type, become NaN.
 *
 * A float32 value equals a double only after both were rounded. So one such column, in a block or
 * in the reference, makes the whole matrix float32; rounding keeps the order and the ties of the
 * others.
 *
 * @param columns Number of numeric features.
 * @param hasFloat32Reference Whether the grid of a reference has float32 values.
 * @param found Receives the column of each value that is not a number, and the rows of each column
 *   that are not there.
 */
export function createNumericMatrix(
  columns: number,
  hasFloat32Reference: boolean,
  planOf: (names: readonly string[]) => BlockPlan,
  found: {
    readonly onInvalid: (column: number) => void;
    readonly onAbsent: (column: number, rows: number) => void;
  },
): NumericMatrix {
  const isPresent = new Uint8Array(columns);
  let staging64 = new Float64Array(0);
  let staging32 = new Float32Array(0);

  function stagingFor(isFloat32: boolean, size: number): Float32Array | Float64Array {
    if (isFloat32 && staging32.length < size) staging32 = new Float32Array(size);
    if (!isFloat32 && staging64.length < size) staging64 = new Float64Array(size);
    return isFloat32 ? staging32.subarray(0, size) : staging64.subarray(0, size);
  }

  return (blocks, rows) => {
    const [first] = blocks;
    if (
      blocks.length === 1 &&
      (first!.data instanceof Float32Array ||
        (first!.data instanceof Float64Array && !hasFloat32Reference)) &&
      planOf(first!.names).isMatrix
    ) {
      return first!.data;
    }
    const isFloat32 =
      hasFloat32Reference ||
      blocks.some(
        ({ names, data }) => data instanceof Float32Array && planOf(names).numeric.length > 0,
      );
    const matrix = stagingFor(isFloat32, rows * columns);
    // A feature that no block has is missing in every row.
    matrix.fill(Number.NaN);
    isPresent.fill(0);
    for (const { names, data } of blocks) {
      const isFloat = data instanceof Float32Array || data instanceof Float64Array;
      for (const { position, column } of planOf(names).numeric) {
        isPresent[column] = 1;
        for (let row = 0; row < rows; row += 1) {
          const value = data[row * names.length + position];
          const number = isFloat ? (value as number) : numberOf(value);
          if (value === undefined) found.onAbsent(column, 1);
          if (number === undefined) found.onInvalid(column);
          else matrix[row * columns + column] = number;
        }
      }
    }
    for (let column = 0; column < columns; column += 1) {
      if (isPresent[column] === 0) found.onAbsent(column, rows);
    }
    return matrix;
  };
}
