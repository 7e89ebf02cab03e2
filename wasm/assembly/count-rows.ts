import { countGrid } from './count-grid';
import { LOOKUP_BYTES, MOMENTS_BYTES } from './layout';
import { BLOCK, dropMissing, gatherF32, gatherF64, widenF32 } from './memory';
import { addBlock } from './moments';

/**
 * Counts a row-major matrix, a block of rows at a time and in it column by column, so that one
 * table at a time is in the cache. `scratch` holds one block of doubles. The data may be changed.
 */
export function countRowsF64(
  data: usize,
  rows: i32,
  columns: i32,
  lookups: usize,
  totals: usize,
  scratch: usize,
): void {
  const stride = (<usize>columns) << 3;
  while (rows > 0) {
    const block = min(rows, BLOCK);
    // A single column is contiguous already.
    if (columns == 1) countColumn(data, block, 0, lookups, totals);
    else for (let column: i32 = 0; column < columns; column += 1) {
      gatherF64(data + ((<usize>column) << 3), stride, block, scratch);
      countColumn(scratch, block, column, lookups, totals);
    }
    data += (<usize>block) * stride;
    rows -= block;
  }
}

/** The same for float32 values, with lookups of grids that are rounded to float32. */
export function countRowsF32(
  data: usize,
  rows: i32,
  columns: i32,
  lookups: usize,
  totals: usize,
  scratch: usize,
): void {
  const stride = (<usize>columns) << 2;
  while (rows > 0) {
    const block = min(rows, BLOCK);
    for (let column: i32 = 0; column < columns; column += 1) {
      if (columns == 1) widenF32(data, block, scratch);
      else gatherF32(data + ((<usize>column) << 2), stride, block, scratch);
      countColumn(scratch, block, column, lookups, totals);
    }
    data += (<usize>block) * stride;
    rows -= block;
  }
}

// @ts-ignore: decorator
@inline
function countColumn(
  values: usize,
  length: i32,
  column: i32,
  lookups: usize,
  totals: usize,
): void {
  const present = addBlock(values, length, totals + <usize>column * MOMENTS_BYTES);
  const kept = present == length ? length : dropMissing(values, length);
  const end = values + ((<usize>kept) << 3);
  countGrid(lookups + <usize>column * LOOKUP_BYTES, values, end);
}
