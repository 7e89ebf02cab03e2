import { increment } from './counters';
import { SORT_TABLES_BYTES } from './layout';

/*
 * Least-significant-digit radix sort of doubles as order-preserving 64-bit keys.
 *
 * Only the top bits of the range that the keys really span are distributed, nine at a time (more
 * write streams miss the first-level cache); a key left out of order is next to its place, and
 * one insertion pass puts it there. Keys that agree in their top bits make that pass long: it
 * gives up after eight moves a value and all digits are distributed instead.
 */
const DIGIT_BITS: u32 = 9;
const BUCKETS: usize = 512;
const DIGIT_MASK: u64 = 511;
const TABLE_BYTES: usize = 2048;
const INSERTION_LENGTH: i32 = 96;
const THREE_DIGITS_LENGTH: i32 = 16384;
const SIGN: u64 = 0x8000000000000000;

/**
 * Turns doubles into ascending keys in place, NaN dropped, and returns how many there are.
 * `scratch` is as long as the values; `tables` holds 8 KiB.
 */
export function sortKeys(values: usize, length: i32, scratch: usize, tables: usize): i32 {
  assert(length >= 0 && ((values | scratch) & 7) == 0);
  let lowest: u64 = u64.MAX_VALUE;
  let highest: u64 = 0;
  let target = values;
  const end = values + ((<usize>length) << 3);
  for (let at = values; at < end; at += 8) {
    const value = load<f64>(at);
    if (value != value) continue;
    // Adding 0 makes -0 equal to 0; negative doubles count downwards, so all their bits flip.
    const bits = reinterpret<u64>(value + 0);
    const key = bits ^ (<u64>((<i64>bits) >> 63) | SIGN);
    store<u64>(target, key);
    target += 8;
    lowest = min(lowest, key);
    highest = max(highest, key);
  }
  const count = <i32>((target - values) >> 3);
  if (count < 2 || lowest == highest) return count;
  if (count <= INSERTION_LENGTH) {
    insertKeys(values, target, i32.MAX_VALUE);
    return count;
  }

  const spanned = <u32>64 - <u32>clz(highest - lowest);
  const digits: u32 = count < THREE_DIGITS_LENGTH ? 3 : 4;
  const shift = spanned > digits * DIGIT_BITS ? spanned - digits * DIGIT_BITS : 0;
  countDigits(values, target, lowest, shift, tables);
  let source = values;
  let other = scratch;
  for (let digit: u32 = 0; digit < digits; digit += 1) {
    const table = tables + <usize>digit * TABLE_BYTES;
    if (distribute(source, count, other, lowest, shift + digit * DIGIT_BITS, table)) {
      const swapped = source;
      source = other;
      other = swapped;
    }
  }
  const bytes = (<usize>count) << 3;
  if (shift > 0 && !insertKeys(source, source + bytes, count << 3)) {
    for (let low: u32 = 0; low < spanned; low += DIGIT_BITS) {
      memory.fill(tables, 0, TABLE_BYTES);
      for (let at = source; at < source + bytes; at += 8) {
        increment(tables, digitOf((load<u64>(at) - lowest) >> low));
      }
      if (distribute(source, count, other, lowest, low, tables)) {
        const swapped = source;
        source = other;
        other = swapped;
      }
    }
  }
  if (source != values) memory.copy(values, source, bytes);
  return count;
}

/** Turns keys back into doubles, in place. */
export function keysToDoubles(keys: usize, length: i32): void {
  const end = keys + ((<usize>length) << 3);
  for (let at = keys; at < end; at += 8) {
    const key = load<u64>(at);
    store<u64>(at, key ^ (<u64>((<i64>~key) >> 63) | SIGN));
  }
}

/** All four tables in one pass over the keys. */
function countDigits(at: usize, end: usize, lowest: u64, shift: u32, tables: usize): void {
  memory.fill(tables, 0, SORT_TABLES_BYTES);
  for (; at < end; at += 8) {
    const key = (load<u64>(at) - lowest) >> shift;
    increment(tables, digitOf(key));
    increment(tables + TABLE_BYTES, digitOf(key >> 9));
    increment(tables + 2 * TABLE_BYTES, digitOf(key >> 18));
    increment(tables + 3 * TABLE_BYTES, digitOf(key >> 27));
  }
}

// @ts-ignore: decorator
@inline
function digitOf(key: u64): i32 {
  return <i32>(key & DIGIT_MASK);
}

/** Moves keys to `target` in the order of one digit; false when all share the digit. */
function distribute(
  source: usize,
  count: i32,
  target: usize,
  lowest: u64,
  shift: u32,
  table: usize,
): bool {
  const first = (<usize>(((load<u64>(source) - lowest) >> shift) & DIGIT_MASK)) << 2;
  if (load<u32>(table + first) == <u32>count) return false;
  let address = <u32>target;
  for (let bucket: usize = 0; bucket < BUCKETS; bucket += 1) {
    const entry = table + (bucket << 2);
    const size = load<u32>(entry);
    store<u32>(entry, address);
    address += size << 3;
  }
  const end = source + ((<usize>count) << 3);
  for (let at = source; at < end; at += 8) {
    const key = load<u64>(at);
    const entry = table + ((<usize>(((key - lowest) >> shift) & DIGIT_MASK)) << 2);
    const place = load<u32>(entry);
    assert(place >= <u32>target && place < <u32>target + (<u32>count << 3));
    store<u64>(<usize>place, key);
    store<u32>(entry, place + 8);
  }
  return true;
}

/** Insertion sort that gives up after `moves` moves and then leaves a permutation behind. */
function insertKeys(keys: usize, end: usize, moves: i32): bool {
  for (let at = keys + 8; at < end; at += 8) {
    const key = load<u64>(at);
    let place = at;
    while (place > keys && load<u64>(place - 8) > key) {
      store<u64>(place, load<u64>(place - 8));
      place -= 8;
    }
    if (place != at) {
      store<u64>(place, key);
      moves -= <i32>((at - place) >> 3);
      if (moves < 0) return false;
    }
  }
  return true;
}
