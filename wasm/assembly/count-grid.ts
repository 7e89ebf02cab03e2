import { FLOAT_BITS, LINEAR, SYMLOG } from './cell-maps';
import {
  COUNTERS,
  cellsOf,
  FIRST,
  lastCell,
  MAP,
  ORIGIN,
  PARALLEL,
  POINTS,
  SCALE,
  SHIFT,
  TABLE,
} from './grid-lookup';

/** Counts doubles without NaN into the cells of a lookup: one loop per map and width. */
export function countGrid(lookup: usize, values: usize, end: usize): void {
  const four = load<i32>(lookup, PARALLEL) == 4;
  switch (load<i32>(lookup, MAP)) {
    case LINEAR: {
      if (four) countRun(LINEAR, true, lookup, values, end);
      else countRun(LINEAR, false, lookup, values, end);
      break;
    }
    case FLOAT_BITS: {
      if (four) countRun(FLOAT_BITS, true, lookup, values, end);
      else countRun(FLOAT_BITS, false, lookup, values, end);
      break;
    }
    default: {
      if (four) countRun(SYMLOG, true, lookup, values, end);
      else countRun(SYMLOG, false, lookup, values, end);
    }
  }
}

// @ts-ignore: decorator
@inline
function countRun(map: i32, four: bool, lookup: usize, values: usize, end: usize): void {
  const points = load<usize>(lookup, POINTS);
  const table = load<usize>(lookup, TABLE);
  const counters = load<usize>(lookup, COUNTERS);
  const shift = load<i32>(lookup, SHIFT);
  const origin = f64x2.splat(load<f64>(lookup, ORIGIN));
  const scale = f64x2.splat(load<f64>(lookup, SCALE));
  const first = i32x4.splat(load<i32>(lookup, FIRST));
  const last = lastCell(map, lookup);
  const paired = values + ((end - values) & ~15);
  for (; values < paired; values += 16) {
    const pair = v128.load(values);
    const cells = cellsOf(map, pair, origin, scale, first, last, shift);
    const low = i8x16.shuffle(pair, pair, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7);
    const high = i8x16.shuffle(pair, pair, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
    countOne(four, low, i32x4.extract_lane(cells, 0), points, table, counters);
    countOne(four, high, i32x4.extract_lane(cells, 2), points, table, counters);
  }
  if (values < end) {
    const x = v128.load_splat<f64>(values);
    const cells = cellsOf(map, x, origin, scale, first, last, shift);
    countOne(four, x, i32x4.extract_lane(cells, 0), points, table, counters);
  }
}

/**
 * Adds 1 to the counter of a value: points below it plus points not above it. The comparisons do
 * not wait for each other, which is what makes this faster than a search.
 */
// @ts-ignore: decorator
@inline
function countOne(
  four: bool,
  x: v128,
  cell: i32,
  points: usize,
  table: usize,
  counters: usize,
): void {
  const at = table + ((<usize>cell) << 1);
  const entry = <usize>load<u16>(at);
  let place: usize;
  if (entry & 1) {
    place = searchCell(x, points, entry >> 1, (<usize>load<u16>(at, 2)) >> 1);
  } else {
    const next = points + (entry << 2);
    const near = v128.load(next);
    let masks = i64x2.add(f64x2.ge(x, near), f64x2.gt(x, near));
    if (four) {
      const far = v128.load(next, 16);
      masks = i64x2.add(masks, i64x2.add(f64x2.ge(x, far), f64x2.gt(x, far)));
    }
    place = entry - <usize>(i32x4.extract_lane(masks, 0) + i32x4.extract_lane(masks, 2));
  }
  const counter = counters + (place << 2);
  store<u32>(counter, load<u32>(counter) + 1);
}

/** Binary search between the points `start` and `end` of an over-full cell. */
function searchCell(x: v128, points: usize, start: usize, end: usize): usize {
  const value = f64x2.extract_lane(x, 0);
  let below = start;
  let above = end;
  while (below < above) {
    const middle = (below + above) >> 1;
    if (load<f64>(points + (middle << 3)) < value) below = middle + 1;
    else above = middle;
  }
  above = below;
  while (load<f64>(points + (above << 3)) == value) above += 1;
  return below + above;
}
