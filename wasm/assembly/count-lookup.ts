import { countGrid } from './count-grid';
import { BLOCK, dropMissing, gatherF64, widenF32 } from './memory';

/** Counts a column into the bins of one lookup; returns how many are NaN. */
export function countLookupF64(values: usize, length: i32, lookup: usize, scratch: usize): i32 {
  let missing: i32 = 0;
  while (length > 0) {
    const block = min(length, BLOCK);
    gatherF64(values, 8, block, scratch);
    missing += countBlock(lookup, scratch, block);
    values += (<usize>block) << 3;
    length -= block;
  }
  return missing;
}

/** The same for float32 values, compared with the points in double precision. */
export function countLookupF32(values: usize, length: i32, lookup: usize, scratch: usize): i32 {
  let missing: i32 = 0;
  while (length > 0) {
    const block = min(length, BLOCK);
    widenF32(values, block, scratch);
    missing += countBlock(lookup, scratch, block);
    values += (<usize>block) << 2;
    length -= block;
  }
  return missing;
}

// @ts-ignore: decorator
@inline
function countBlock(lookup: usize, values: usize, length: i32): i32 {
  const present = dropMissing(values, length);
  countGrid(lookup, values, values + ((<usize>present) << 3));
  return length - present;
}
