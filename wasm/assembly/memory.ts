/**
 * The caller owns the memory: it passes raw addresses of an arena that starts here or higher.
 * Nothing is allocated inside, there is no garbage collector, and the release build has no static
 * data.
 */
export const heapBase: usize = __heap_base;

/** Values handled at a time, so that several passes over them stay in the first-level cache. */
// @ts-ignore: decorator
@inline
export const BLOCK: i32 = 1024;

/** The sum of the two lanes of 64-bit counters that were decremented by comparison masks. */
// @ts-ignore: decorator
@inline
export function sumMasks64(masks: v128): i64 {
  return -(i64x2.extract_lane(masks, 0) + i64x2.extract_lane(masks, 1));
}

/** Copies `length` float32 values that are `stride` bytes apart as doubles in a row. */
// @ts-ignore: decorator
@inline
export function gatherF32(source: usize, stride: usize, length: i32, target: usize): void {
  const end = target + ((<usize>length) << 3);
  while (target < end) {
    store<f64>(target, <f64>load<f32>(source));
    source += stride;
    target += 8;
  }
}

/** Copies float32 values in a row as doubles in a row, two at a time. */
// @ts-ignore: decorator
@inline
export function widenF32(source: usize, length: i32, target: usize): void {
  const end = target + ((<usize>length) << 3);
  const paired = target + ((<usize>(length & ~1)) << 3);
  for (; target < paired; target += 16) {
    v128.store(target, f64x2.promote_low_f32x4(v128.load64_zero(source)));
    source += 8;
  }
  if (target < end) store<f64>(target, <f64>load<f32>(source));
}

/** Copies `length` doubles that are `stride` bytes apart in a row. */
// @ts-ignore: decorator
@inline
export function gatherF64(source: usize, stride: usize, length: i32, target: usize): void {
  const end = target + ((<usize>length) << 3);
  while (target < end) {
    store<f64>(target, load<f64>(source));
    source += stride;
    target += 8;
  }
}

/** Moves the values that are not NaN to the front; returns how many there are. */
export function dropMissing(values: usize, length: i32): i32 {
  assert(length >= 0 && (values & 7) == 0);
  let target = values;
  const end = values + ((<usize>length) << 3);
  for (let at = values; at < end; at += 8) {
    const value = load<f64>(at);
    store<f64>(target, value);
    target += (<usize>(value == value)) << 3;
  }
  return <i32>((target - values) >> 3);
}
