import { increment } from './counters';
import { BLOCK, widenF32 } from './memory';
import { ROUNDING } from './rounding';

/*
 * Counts between equally spaced edges. The bin is a multiplication away, but a value at an edge may
 * round to the wrong side of it: wherever the product is within `slack` of a whole number, the
 * value is compared with the edges themselves. Four sub-histograms take four values at once.
 *
 * Counters of one sub-histogram: below (NaN too), the bins, above. `stride` is their length in
 * bytes, or 0 where the bins are too many for four. `edges` holds the lower edge of each of them: a
 * NaN, the edges of the bins, the next double above the last, and a NaN; nothing is below or above
 * a NaN.
 */

export function countUniformF64(
  values: usize,
  length: i32,
  edges: usize,
  bins: i32,
  scale: f64,
  slack: f64,
  counters: usize,
  stride: usize,
): i32 {
  assert(length >= 0 && bins > 0 && slack < 0.25);
  const end = values + ((<usize>length) << 3);
  const grouped = values + ((<usize>(length & ~3)) << 3);
  const origin = f64x2.splat(load<f64>(edges, 8));
  const scales = f64x2.splat(scale);
  // Half a bin is added for below and taken off for rounding down.
  const half = f64x2.splat(0.5);
  const zero = f64x2.splat(0);
  const top = f64x2.splat(<f64>bins + 1);
  const round = f64x2.splat(ROUNDING);
  const sure = f64x2.splat(0.5 - slack);
  const counters1 = counters + stride;
  const counters2 = counters1 + stride;
  const counters3 = counters2 + stride;
  let missing = i64x2.splat(0);
  for (; values < grouped; values += 32) {
    const x = v128.load(values);
    const y = v128.load(values, 16);
    missing = i64x2.sub(missing, i64x2.add(f64x2.ne(x, x), f64x2.ne(y, y)));
    const s = place(x, origin, scales, half, zero, top);
    const t = place(y, origin, scales, half, zero, top);
    const u = f64x2.add(s, round);
    const v = f64x2.add(t, round);
    const doubt = v128.or(
      f64x2.gt(f64x2.abs(f64x2.sub(s, f64x2.sub(u, round))), sure),
      f64x2.gt(f64x2.abs(f64x2.sub(t, f64x2.sub(v, round))), sure),
    );
    if (v128.any_true(doubt)) {
      increment(counters, corrected(load<f64>(values), i32x4.extract_lane(u, 0), edges));
      increment(counters1, corrected(load<f64>(values, 8), i32x4.extract_lane(u, 2), edges));
      increment(counters2, corrected(load<f64>(values, 16), i32x4.extract_lane(v, 0), edges));
      increment(counters3, corrected(load<f64>(values, 24), i32x4.extract_lane(v, 2), edges));
    } else {
      increment(counters, i32x4.extract_lane(u, 0));
      increment(counters1, i32x4.extract_lane(u, 2));
      increment(counters2, i32x4.extract_lane(v, 0));
      increment(counters3, i32x4.extract_lane(v, 2));
    }
  }
  let absent = <i32>(i64x2.extract_lane(missing, 0) + i64x2.extract_lane(missing, 1));
  for (; values < end; values += 8) {
    const value = load<f64>(values);
    absent += value == value ? 0 : 1;
    const t = place(f64x2.splat(value), origin, scales, half, zero, top);
    const guess = i32x4.extract_lane(f64x2.add(t, round), 0);
    increment(counters, corrected(value, guess, edges));
  }
  return absent;
}

/** The same for float32 values, compared in double precision. `scratch` holds one block. */
export function countUniformF32(
  values: usize,
  length: i32,
  edges: usize,
  bins: i32,
  scale: f64,
  slack: f64,
  counters: usize,
  stride: usize,
  scratch: usize,
): i32 {
  let missing: i32 = 0;
  while (length > 0) {
    const block = min(length, BLOCK);
    widenF32(values, block, scratch);
    missing += countUniformF64(scratch, block, edges, bins, scale, slack, counters, stride);
    values += (<usize>block) << 2;
    length -= block;
  }
  return missing;
}

/** Bin number plus a half, from 0 (below, and NaN) to bins + 1 (above). */
// @ts-ignore: decorator
@inline
function place(x: v128, origin: v128, scales: v128, half: v128, zero: v128, top: v128): v128 {
  const t = f64x2.add(f64x2.mul(f64x2.sub(x, origin), scales), half);
  return f64x2.pmin(top, f64x2.pmax(zero, t));
}

/** The bin by comparison with its own two edges, from a guess that is right or next to it. */
// @ts-ignore: decorator
@inline
function corrected(value: f64, guess: i32, edges: usize): i32 {
  const lower = edges + ((<usize>guess) << 3);
  assert(guess >= 0);
  return guess - <i32>(value < load<f64>(lower)) + <i32>(value >= load<f64>(lower, 8));
}
