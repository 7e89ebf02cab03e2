import { FLOAT_BITS, floatBitsBins, LINEAR, linearBins, SYMLOG, symlogBins } from './bin-maps';
import { PADDING_POINTS } from './layout';
import { pointAt } from './points';

/*
 * A lookup table from bins to grid points. Entry c is twice the number of points in earlier
 * bins, plus 1 when the bin holds more points than are compared in parallel. A value in the
 * bin then needs only the comparisons with the next two or four points.
 *
 * A narrow lookup, for float32 values, holds float32 points: four comparisons are one instruction
 * there, so its bins may be fuller, and its table half as long.
 *
 * A lookup is a record of `LOOKUP_BYTES`; the points are followed by four NaN, the table has one
 * entry more than there are bins.
 */
export const MAP: usize = 0;
/** Points compared at once: 2 or 4 doubles, or NARROW for 4 float32 points. */
export const PARALLEL: usize = 4;
export const NARROW: i32 = 0x104;
export const POINT_COUNT: usize = 8;
export const BIN_COUNT: usize = 12;
export const POINTS: usize = 16;
export const TABLE: usize = 20;
export const COUNTERS: usize = 24;
export const SHIFT: usize = 28;
export const FIRST: usize = 32;
export const ORIGIN: usize = 40;
export const SCALE: usize = 48;

/** What a value costs in units of one linear bin: measured on 1024 points, normal data. */
const FLOAT_BITS_COST: f64 = 1.1;
const SYMLOG_COST: f64 = 1.3;
const FOUR_PARALLEL_COST: f64 = 0.25;
/** A dependent step of the binary search inside a bin. */
const SEARCH_STEP_COST: f64 = 4;

/**
 * Chooses the map and the comparisons that cost least on values spread like the points, and fills
 * the table. Points are ascending; equal neighbours are allowed.
 */
export function buildLookup(
  lookup: usize,
  points: usize,
  count: i32,
  table: usize,
  bins: i32,
  counters: usize,
  narrow: bool,
): void {
  assert(count >= 0 && bins > 0 && (points & 7) == 0);
  for (let index: usize = count; index < <usize>count + PADDING_POINTS; index += 1) {
    if (narrow) store<f32>(points + (index << 2), NaN);
    else store<f64>(points + (index << 3), NaN);
  }
  store<usize>(lookup, table, TABLE);
  store<usize>(lookup, counters, COUNTERS);
  chooseMap(lookup, points, count, bins, narrow);
  fillTable(lookup);
}

/**
 * The part of a lookup that gives the bin of a value, without a table: the map on which values
 * spread like the points lie most evenly.
 */
export function chooseMap(
  lookup: usize,
  points: usize,
  count: i32,
  bins: i32,
  narrow: bool,
): void {
  store<i32>(lookup, count, POINT_COUNT);
  store<i32>(lookup, bins, BIN_COUNT);
  store<usize>(lookup, points, POINTS);
  store<i32>(lookup, narrow ? NARROW : 2, PARALLEL);
  let best: f64 = Infinity;
  let bestChoice: i32 = 0;
  let bestParallel: i32 = narrow ? NARROW : 2;
  for (let choice: i32 = 0; choice < CHOICES; choice += 1) {
    if (choice >= SYMLOG && best <= SYMLOG_COST) break;
    if (!prepareMap(lookup, choice)) continue;
    measureBins(lookup);
    const map = load<i32>(lookup, MAP);
    const mapCost = map == LINEAR ? 1 : map == FLOAT_BITS ? FLOAT_BITS_COST : SYMLOG_COST;
    const twoCost = mapCost + stepsBeyondTwo * SEARCH_STEP_COST;
    const fourCost = mapCost + stepsBeyondFour * SEARCH_STEP_COST;
    if (narrow) {
      if (fourCost < best) {
        best = fourCost;
        bestChoice = choice;
      }
      continue;
    }
    if (twoCost < best) {
      best = twoCost;
      bestChoice = choice;
      bestParallel = 2;
    }
    if (fourCost + FOUR_PARALLEL_COST < best) {
      best = fourCost + FOUR_PARALLEL_COST;
      bestChoice = choice;
      bestParallel = 4;
    }
  }
  prepareMap(lookup, bestChoice);
  store<i32>(lookup, bestParallel, PARALLEL);
}

/** The bins of two values, by the map that the record names. */
// @ts-ignore: decorator
@inline
export function binsOf(
  map: i32,
  x: v128,
  origin: v128,
  scale: v128,
  first: v128,
  last: v128,
  shift: i32,
): v128 {
  return map == LINEAR
    ? linearBins(x, origin, scale, last)
    : map == FLOAT_BITS
      ? floatBitsBins(x, first, last, shift)
      : symlogBins(x, origin, scale, first, last, shift);
}

/** The last bin in the form that the map compares with: doubles, or integers in every lane. */
// @ts-ignore: decorator
@inline
export function lastBin(map: i32, lookup: usize): v128 {
  const last = load<i32>(lookup, BIN_COUNT) - 1;
  return map == LINEAR ? f64x2.splat(<f64>last) : i32x4.splat(last);
}

function binOf(lookup: usize, value: f64): i32 {
  const map = load<i32>(lookup, MAP);
  const bins = binsOf(
    map,
    f64x2.splat(value),
    f64x2.splat(load<f64>(lookup, ORIGIN)),
    f64x2.splat(load<f64>(lookup, SCALE)),
    i32x4.splat(load<i32>(lookup, FIRST)),
    lastBin(map, lookup),
    load<i32>(lookup, SHIFT),
  );
  return i32x4.extract_lane(bins, 0);
}

/**
 * Linear, float bits, and symlog whose linear middle is half the quartile range, or that divided by
 * 2^4, 2^8, 2^16 and 2^32.
 */
const CHOICES: i32 = 7;

/** Stores what the map needs; false when it does not suit these points. */
function prepareMap(lookup: usize, choice: i32): bool {
  store<i32>(lookup, min(choice, SYMLOG), MAP);
  if (choice == LINEAR) return prepareLinear(lookup);
  if (choice == FLOAT_BITS) return prepareFloatBits(lookup);
  const zoom: i32 = choice == SYMLOG ? 0 : 2 << (choice - SYMLOG);
  return prepareSymlog(lookup, <f64>((<i64>1) << <i64>zoom));
}

// @ts-ignore: decorator
@inline
function pointOf(lookup: usize, index: i32): f64 {
  assert(index >= 0 && index < load<i32>(lookup, POINT_COUNT));
  const isNarrow = load<i32>(lookup, PARALLEL) == NARROW;
  return pointAt(isNarrow, load<usize>(lookup, POINTS), <usize>index);
}

function prepareLinear(lookup: usize): bool {
  const count = load<i32>(lookup, POINT_COUNT);
  const lowest = count > 0 ? pointOf(lookup, 0) : 0;
  const highest = count > 0 ? pointOf(lookup, count - 1) : 0;
  const scale = <f64>(load<i32>(lookup, BIN_COUNT) - 1) / (highest - lowest);
  store<f64>(lookup, lowest, ORIGIN);
  store<f64>(lookup, scale < Infinity ? scale : 1, SCALE);
  return true;
}

function prepareFloatBits(lookup: usize): bool {
  const count = load<i32>(lookup, POINT_COUNT);
  if (count < 2) return false;
  const bins = load<i32>(lookup, BIN_COUNT);
  const lowest = orderedHigh(pointOf(lookup, 0));
  const highest = orderedHigh(pointOf(lookup, count - 1));
  let shift: i32 = 0;
  while ((<i64>highest >> shift) - (<i64>lowest >> shift) >= <i64>bins) shift += 1;
  store<i32>(lookup, lowest >> shift, FIRST);
  store<i32>(lookup, shift + 32, SHIFT);
  return true;
}

function prepareSymlog(lookup: usize, zoom: f64): bool {
  const count = load<i32>(lookup, POINT_COUNT);
  if (count < 4) return false;
  const bins = load<i32>(lookup, BIN_COUNT);
  const median = pointOf(lookup, count >> 1);
  const quartiles = pointOf(lookup, count - (count >> 2) - 1) - pointOf(lookup, count >> 2);
  const scale = (2 * zoom) / quartiles;
  const below = (median - pointOf(lookup, 0)) * scale;
  const above = (pointOf(lookup, count - 1) - median) * scale;
  if (!(scale > 0 && scale < Infinity && below < Infinity && above < Infinity)) return false;
  const one = highBits(1);
  const lowest = highBits(1 + below);
  const highest = highBits(1 + above);
  let shift: i32 = 0;
  while ((lowest >> shift) + (highest >> shift) - 2 * (one >> shift) + 2 > bins) {
    if (shift == 20) return false;
    shift += 1;
  }
  store<f64>(lookup, median, ORIGIN);
  store<f64>(lookup, scale, SCALE);
  store<i32>(lookup, (lowest >> shift) - (one >> shift) + 1, FIRST);
  store<i32>(lookup, shift + 32, SHIFT);
  return true;
}

function highBits(value: f64): i32 {
  return <i32>(reinterpret<u64>(value) >> 32);
}

/** The high half of the float bits as an integer in the order of the numbers. */
function orderedHigh(value: f64): i32 {
  const high = highBits(value + 0);
  return high ^ ((high >> 31) & i32.MAX_VALUE);
}

/* The results of measureBins. */
let stepsBeyondTwo: f64 = 0;
let stepsBeyondFour: f64 = 0;

/**
 * Mean search steps a value when two, and when four, points are compared at once, taking each
 * point for an equal share of the values.
 */
function measureBins(lookup: usize): void {
  const count = load<i32>(lookup, POINT_COUNT);
  let beyondTwo = 0;
  let beyondFour = 0;
  let size = 0;
  let bin = -1;
  for (let index = 0; index <= count; index += 1) {
    const next = index < count ? binOf(lookup, pointOf(lookup, index)) : -1;
    if (next == bin) {
      size += 1;
      continue;
    }
    const steps = size * (32 - <i32>clz(size));
    if (size > 2) beyondTwo += steps;
    if (size > 4) beyondFour += steps;
    bin = next;
    size = 1;
  }
  stepsBeyondTwo = <f64>beyondTwo / <f64>max(count, 1);
  stepsBeyondFour = <f64>beyondFour / <f64>max(count, 1);
}

function fillTable(lookup: usize): void {
  const count = load<i32>(lookup, POINT_COUNT);
  const bins = load<i32>(lookup, BIN_COUNT);
  const table = load<usize>(lookup, TABLE);
  const parallel = load<i32>(lookup, PARALLEL) & 7;
  let index = 0;
  let next = count > 0 ? binOf(lookup, pointOf(lookup, 0)) : bins;
  for (let bin: i32 = 0; bin <= bins; bin += 1) {
    const start = index;
    while (index < count && next == bin) {
      index += 1;
      if (index < count) next = binOf(lookup, pointOf(lookup, index));
    }
    store<u16>(
      table + ((<usize>bin) << 1),
      <u16>((start << 1) | (index - start > parallel ? 1 : 0)),
    );
  }
}
