import { increment } from './counters';

/*
 * Counts of whole-number codes. Codes from the cardinality up share one more counter, and negative
 * ones do too, since they are large when read as unsigned; these are counted apart by their sign.
 * Four sub-histograms keep one frequent code from waiting for its own last increment.
 */

/**
 * Adds to tables of `cardinality + 1` counters, `stride` bytes apart, or 0 where the codes are too
 * many for four; returns how many codes are negative.
 */
export function countCodesI32(
  codes: usize,
  length: i32,
  cardinality: i32,
  counters: usize,
  stride: usize,
): i32 {
  const counters1 = counters + stride;
  const counters2 = counters1 + stride;
  const counters3 = counters2 + stride;
  const last = i32x4.splat(cardinality);
  const end = codes + ((<usize>length) << 2);
  const grouped = codes + ((<usize>(length & ~3)) << 2);
  let negative = i32x4.splat(0);
  for (; codes < grouped; codes += 16) {
    const four = v128.load(codes);
    negative = i32x4.sub(negative, i32x4.shr_s(four, 31));
    const bounded = i32x4.min_u(four, last);
    increment(counters, i32x4.extract_lane(bounded, 0));
    increment(counters1, i32x4.extract_lane(bounded, 1));
    increment(counters2, i32x4.extract_lane(bounded, 2));
    increment(counters3, i32x4.extract_lane(bounded, 3));
  }
  let below =
    i32x4.extract_lane(negative, 0) +
    i32x4.extract_lane(negative, 1) +
    i32x4.extract_lane(negative, 2) +
    i32x4.extract_lane(negative, 3);
  for (; codes < end; codes += 4) {
    const code = load<i32>(codes);
    below += code < 0 ? 1 : 0;
    increment(counters, <i32>min<u32>(<u32>code, <u32>cardinality));
  }
  return below;
}

/** The same for bytes, none of which is negative: four tables of 256 counters hold them all. */
export function countCodesU8(codes: usize, length: i32, counters: usize): void {
  const counters1 = counters + 1024;
  const counters2 = counters + 2048;
  const counters3 = counters + 3072;
  const end = codes + <usize>length;
  const grouped = codes + <usize>(length & ~7);
  for (; codes < grouped; codes += 8) {
    const eight = load<u64>(codes);
    increment(counters, <i32>(eight & 255));
    increment(counters1, <i32>((eight >> 8) & 255));
    increment(counters2, <i32>((eight >> 16) & 255));
    increment(counters3, <i32>((eight >> 24) & 255));
    increment(counters, <i32>((eight >> 32) & 255));
    increment(counters1, <i32>((eight >> 40) & 255));
    increment(counters2, <i32>((eight >> 48) & 255));
    increment(counters3, <i32>(eight >> 56));
  }
  for (; codes < end; codes += 1) increment(counters, <i32>load<u8>(codes));
}
