import { MOMENTS_BYTES } from './layout';
import { BLOCK, sumMasks64, widenF32 } from './memory';

/*
 * Totals of one column, seven doubles: count, missing, infinite, min, max, mean, m2.
 * The mean and m2 (sum of squared deviations) are those of the finite values.
 */
const MISSING: usize = 8;
const INFINITE: usize = 16;
const MIN: usize = 24;
const MAX: usize = 32;
export const MEAN: usize = 40;
const M2: usize = 48;

/** A block is summed again around its own mean when subtracting costs more than ten bits. */
const CANCELLATION: f64 = 1024;

export function clearMoments(totals: usize): void {
  memory.fill(totals, 0, MOMENTS_BYTES);
  store<f64>(totals, Infinity, MIN);
  store<f64>(totals, -Infinity, MAX);
}

export function addMomentsF64(values: usize, length: i32, totals: usize): void {
  while (length > 0) {
    const block = min(length, BLOCK);
    addBlock(values, block, totals);
    values += (<usize>block) << 3;
    length -= block;
  }
}

/** `scratch` holds one block of doubles. */
export function addMomentsF32(values: usize, length: i32, scratch: usize, totals: usize): void {
  while (length > 0) {
    const block = min(length, BLOCK);
    widenF32(values, block, scratch);
    addBlock(scratch, block, totals);
    values += (<usize>block) << 2;
    length -= block;
  }
}

/**
 * Adds at most one block of doubles to the totals; returns how many are not NaN.
 *
 * One pass sums deviations from the running mean, which is near the mean of the block unless the
 * data drift, and blocks are merged by Chan, Golub and LeVeque 1983, eq. 2.1.
 */
export function addBlock(values: usize, length: i32, totals: usize): i32 {
  assert(length >= 0 && length <= BLOCK && (values & 7) == 0);
  const end = values + ((<usize>length) << 3);
  const finiteBefore = load<f64>(totals) - load<f64>(totals, INFINITE);
  const meanBefore = load<f64>(totals, MEAN);
  let shift = finiteBefore > 0 ? meanBefore : firstFinite(values, end);
  sumAround(shift, values, length);
  // Not finite: infinities, or values too far apart for the sum of squares.
  if (!(blockSquares < Infinity)) return addOneByOne(values, end, totals);
  if (blockCount > 0) {
    if (cancels(<f64>blockCount, blockSum, blockSquares)) {
      shift += blockSum / <f64>blockCount;
      sumAround(shift, values, length);
    }
    mergeSums(totals, <f64>blockCount, shift, blockSum, blockSquares);
  }
  addExtremes(totals, blockCount, length - blockCount, blockLow, blockHigh);
  return blockCount;
}

/** Whether the sum of squares around the shift is mostly that of its distance from the mean. */
// @ts-ignore: decorator
@inline
export function cancels(count: f64, sum: f64, squares: f64): bool {
  return squares > CANCELLATION * (squares - (sum * sum) / count);
}

/** Merges the sums of `count` finite deviations from `shift`; counts and extremes come after. */
export function mergeSums(totals: usize, count: f64, shift: f64, sum: f64, squares: f64): void {
  const finiteBefore = load<f64>(totals) - load<f64>(totals, INFINITE);
  const meanBefore = load<f64>(totals, MEAN);
  const m2 = load<f64>(totals, M2) + max<f64>(0, squares - (sum * sum) / count);
  const mean = shift + sum / count;
  if (finiteBefore > 0) {
    const share = count / (finiteBefore + count);
    const difference = mean - meanBefore;
    store<f64>(totals, meanBefore + difference * share, MEAN);
    store<f64>(totals, m2 + difference * difference * finiteBefore * share, M2);
  } else {
    store<f64>(totals, mean, MEAN);
    store<f64>(totals, m2, M2);
  }
}

/* The results of sumAround: an instance counts one block at a time. */
let blockCount: i32 = 0;
let blockSum: f64 = 0;
let blockSquares: f64 = 0;
let blockLow: f64 = 0;
let blockHigh: f64 = 0;

/**
 * Count, extremes and the sums of deviations from `shift` and of their squares, without NaN.
 * Most blocks have no NaN and are summed as if none could, which takes two thirds of the time; one
 * that is there makes the sums NaN too.
 */
function sumAround(shift: f64, values: usize, length: i32): void {
  sumVectors(false, shift, values, length);
  if (blockSquares != blockSquares) sumVectors(true, shift, values, length);
}

// @ts-ignore: decorator
@inline
function sumVectors(masked: bool, shift: f64, values: usize, length: i32): void {
  const end = values + ((<usize>length) << 3);
  const paired = values + ((<usize>(length & ~3)) << 3);
  const shifts = f64x2.splat(shift);
  let sumA = f64x2.splat(0);
  let sumB = sumA;
  let squaresA = sumA;
  let squaresB = sumA;
  let lowA = f64x2.splat(Infinity);
  let lowB = lowA;
  let highA = f64x2.splat(-Infinity);
  let highB = highA;
  let absent = i64x2.splat(0);
  let at = values;
  for (; at < paired; at += 32) {
    const a = v128.load(at);
    const b = v128.load(at, 16);
    let differenceA = f64x2.sub(a, shifts);
    let differenceB = f64x2.sub(b, shifts);
    if (masked) {
      const noneA = f64x2.ne(a, a);
      const noneB = f64x2.ne(b, b);
      differenceA = v128.andnot(differenceA, noneA);
      differenceB = v128.andnot(differenceB, noneB);
      absent = i64x2.add(absent, i64x2.add(noneA, noneB));
    }
    sumA = f64x2.add(sumA, differenceA);
    sumB = f64x2.add(sumB, differenceB);
    squaresA = f64x2.add(squaresA, f64x2.mul(differenceA, differenceA));
    squaresB = f64x2.add(squaresB, f64x2.mul(differenceB, differenceB));
    lowA = f64x2.pmin(lowA, a);
    lowB = f64x2.pmin(lowB, b);
    highA = f64x2.pmax(highA, a);
    highB = f64x2.pmax(highB, b);
  }
  const lows = f64x2.pmin(lowA, lowB);
  const highs = f64x2.pmax(highA, highB);
  const sums = f64x2.add(sumA, sumB);
  const allSquares = f64x2.add(squaresA, squaresB);
  let count = length - <i32>sumMasks64(absent);
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  let squares = f64x2.extract_lane(allSquares, 0) + f64x2.extract_lane(allSquares, 1);
  let low = smaller(f64x2.extract_lane(lows, 0), f64x2.extract_lane(lows, 1));
  let high = larger(f64x2.extract_lane(highs, 0), f64x2.extract_lane(highs, 1));
  for (; at < end; at += 8) {
    const value = load<f64>(at);
    if (masked && value != value) {
      count -= 1;
      continue;
    }
    const difference = value - shift;
    sum += difference;
    squares += difference * difference;
    low = smaller(low, value);
    high = larger(high, value);
  }
  blockCount = count;
  blockSum = sum;
  blockSquares = squares;
  blockLow = low;
  blockHigh = high;
}

/** Welford 1962, for blocks with infinities and for sums that leave the range of a double. */
function addOneByOne(values: usize, end: usize, totals: usize): i32 {
  let finite = load<f64>(totals) - load<f64>(totals, INFINITE);
  let mean = load<f64>(totals, MEAN);
  let m2 = load<f64>(totals, M2);
  let low: f64 = Infinity;
  let high: f64 = -Infinity;
  let count: i32 = 0;
  let infinite: f64 = 0;
  for (let at = values; at < end; at += 8) {
    const value = load<f64>(at);
    if (value != value) continue;
    count += 1;
    low = smaller(low, value);
    high = larger(high, value);
    if (value - value != 0) {
      infinite += 1;
      continue;
    }
    finite += 1;
    const difference = value - mean;
    const next = mean + difference / finite;
    if (next - next == 0) {
      m2 += difference * (value - next);
      mean = next;
    } else {
      m2 = Infinity;
      mean = mean * ((finite - 1) / finite) + value / finite;
    }
  }
  store<f64>(totals, mean, MEAN);
  store<f64>(totals, m2, M2);
  store<f64>(totals, load<f64>(totals, INFINITE) + infinite, INFINITE);
  addExtremes(totals, count, (<i32>((end - values) >> 3)) - count, low, high);
  return count;
}

export function addExtremes(totals: usize, count: i32, missing: i32, low: f64, high: f64): void {
  store<f64>(totals, load<f64>(totals) + <f64>count);
  store<f64>(totals, load<f64>(totals, MISSING) + <f64>missing, MISSING);
  // Adding 0 turns -0 into 0, so that extremes do not depend on the order of equal zeros.
  store<f64>(totals, smaller(load<f64>(totals, MIN), low + 0), MIN);
  store<f64>(totals, larger(load<f64>(totals, MAX), high + 0), MAX);
}

function firstFinite(at: usize, end: usize): f64 {
  for (; at < end; at += 8) {
    const value = load<f64>(at);
    if (value - value == 0) return value;
  }
  return 0;
}

// @ts-ignore: decorator
@inline
function smaller(a: f64, b: f64): f64 {
  return b < a ? b : a;
}

// @ts-ignore: decorator
@inline
function larger(a: f64, b: f64): f64 {
  return b > a ? b : a;
}
