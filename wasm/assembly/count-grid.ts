import { increment } from './counters';
import { FLOAT_BITS, LINEAR, SYMLOG } from './bin-maps';
import {
  COUNTERS,
  binsOf,
  FIRST,
  lastBin,
  MAP,
  NARROW,
  ORIGIN,
  PARALLEL,
  POINT_COUNT,
  POINTS,
  SCALE,
  SHIFT,
  TABLE,
} from './grid-lookup';
import { pointAt } from './points';

/*
 * How many points are compared at once. One loop per map and kind is compiled: the functions here
 * are inlined with constants.
 */
const TWO: i32 = 2;
const FOUR: i32 = 4;

/** Counts doubles without NaN into the bins of a lookup; for a narrow one they are float32. */
export function countGrid(lookup: usize, values: usize, end: usize): void {
  const parallel = load<i32>(lookup, PARALLEL);
  switch (load<i32>(lookup, MAP)) {
    case LINEAR: {
      if (parallel == NARROW) countRun(LINEAR, NARROW, lookup, values, end);
      else if (parallel == FOUR) countRun(LINEAR, FOUR, lookup, values, end);
      else countRun(LINEAR, TWO, lookup, values, end);
      break;
    }
    case FLOAT_BITS: {
      if (parallel == NARROW) countRun(FLOAT_BITS, NARROW, lookup, values, end);
      else if (parallel == FOUR) countRun(FLOAT_BITS, FOUR, lookup, values, end);
      else countRun(FLOAT_BITS, TWO, lookup, values, end);
      break;
    }
    default: {
      if (parallel == NARROW) countRun(SYMLOG, NARROW, lookup, values, end);
      else if (parallel == FOUR) countRun(SYMLOG, FOUR, lookup, values, end);
      else countRun(SYMLOG, TWO, lookup, values, end);
    }
  }
}

// @ts-ignore: decorator
@inline
function countRun(map: i32, parallel: i32, lookup: usize, values: usize, end: usize): void {
  const points = load<usize>(lookup, POINTS);
  const table = load<usize>(lookup, TABLE);
  const counters = load<usize>(lookup, COUNTERS);
  const shift = load<i32>(lookup, SHIFT);
  const origin = f64x2.splat(load<f64>(lookup, ORIGIN));
  const scale = f64x2.splat(load<f64>(lookup, SCALE));
  const first = i32x4.splat(load<i32>(lookup, FIRST));
  const last = lastBin(map, lookup);
  const highest = load<i32>(lookup, POINT_COUNT) << 1;
  const paired = values + ((end - values) & ~15);
  for (; values < paired; values += 16) {
    const bins = binsOf(map, v128.load(values), origin, scale, first, last, shift);
    countOne(parallel, values, i32x4.extract_lane(bins, 0), points, table, counters, highest);
    countOne(parallel, values + 8, i32x4.extract_lane(bins, 2), points, table, counters, highest);
  }
  if (values < end) {
    const x = v128.load_splat<f64>(values);
    const bins = binsOf(map, x, origin, scale, first, last, shift);
    countOne(parallel, values, i32x4.extract_lane(bins, 0), points, table, counters, highest);
  }
}

/**
 * Adds 1 to the counter of a value: points below it plus points not above it. The comparisons do
 * not wait for each other, which is what makes this faster than a search.
 */
// @ts-ignore: decorator
@inline
function countOne(
  parallel: i32,
  value: usize,
  bin: i32,
  points: usize,
  table: usize,
  counters: usize,
  highest: i32,
): void {
  const at = table + ((<usize>bin) << 1);
  const entry = <usize>load<u16>(at);
  let place: usize;
  if (entry & 1) {
    const end = (<usize>load<u16>(at, 2)) >> 1;
    place = searchBin(parallel == NARROW, load<f64>(value), points, entry >> 1, end);
  } else if (parallel == NARROW) {
    const x = f32x4.splat(<f32>load<f64>(value));
    const near = v128.load(points + (entry << 1));
    const masks = i32x4.bitmask(f32x4.ge(x, near)) | (i32x4.bitmask(f32x4.gt(x, near)) << 4);
    place = entry + <usize>popcnt(masks);
  } else {
    const x = v128.load_splat<f64>(value);
    const next = points + (entry << 2);
    const near = v128.load(next);
    let masks = i64x2.add(f64x2.ge(x, near), f64x2.gt(x, near));
    if (parallel == FOUR) {
      const far = v128.load(next, 16);
      masks = i64x2.add(masks, i64x2.add(f64x2.ge(x, far), f64x2.gt(x, far)));
    }
    place = entry - <usize>(i32x4.extract_lane(masks, 0) + i32x4.extract_lane(masks, 2));
  }
  assert(<i32>place <= highest);
  increment(counters, <i32>place);
}

/** Binary search between the points `start` and `end` of an over-full bin. */
function searchBin(narrow: bool, value: f64, points: usize, start: usize, end: usize): usize {
  let below = start;
  let above = end;
  while (below < above) {
    const middle = (below + above) >> 1;
    if (pointAt(narrow, points, middle) < value) below = middle + 1;
    else above = middle;
  }
  above = below;
  while (pointAt(narrow, points, above) == value) above += 1;
  return below + above;
}
