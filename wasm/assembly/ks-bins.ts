import { increment } from './counters';
import { FLOAT_BITS, LINEAR, SYMLOG } from './bin-maps';
import { BIN_COUNT, binsOf, FIRST, lastBin, MAP, ORIGIN, SCALE, SHIFT } from './grid-lookup';

/*
 * The two-sample Kolmogorov-Smirnov distance without sorting the samples: both are counted into the
 * bins of a monotone map, which gives the difference of the distribution functions at every end of
 * a bin. Inside a bin it may be larger only by what the bin holds: where that could matter, and
 * nowhere else, the values themselves are taken out and sorted.
 */

/** Adds 1 to the counter of the bin of each double; none is NaN. */
export function countBins(lookup: usize, values: usize, end: usize, counters: usize): void {
  switch (load<i32>(lookup, MAP)) {
    case LINEAR: {
      eachBin(LINEAR, false, lookup, values, end, counters, 0);
      break;
    }
    case FLOAT_BITS: {
      eachBin(FLOAT_BITS, false, lookup, values, end, counters, 0);
      break;
    }
    default:
      eachBin(SYMLOG, false, lookup, values, end, counters, 0);
  }
}

/** Copies the doubles whose bin is marked to `target`; returns how many. */
export function gatherBins(
  lookup: usize,
  values: usize,
  end: usize,
  marks: usize,
  target: usize,
): i32 {
  let behind: usize;
  switch (load<i32>(lookup, MAP)) {
    case LINEAR: {
      behind = eachBin(LINEAR, true, lookup, values, end, marks, target);
      break;
    }
    case FLOAT_BITS: {
      behind = eachBin(FLOAT_BITS, true, lookup, values, end, marks, target);
      break;
    }
    default:
      behind = eachBin(SYMLOG, true, lookup, values, end, marks, target);
  }
  return <i32>((behind - target) >> 3);
}

// @ts-ignore: decorator
@inline
function eachBin(
  map: i32,
  gather: bool,
  lookup: usize,
  values: usize,
  end: usize,
  table: usize,
  target: usize,
): usize {
  const shift = load<i32>(lookup, SHIFT);
  const origin = f64x2.splat(load<f64>(lookup, ORIGIN));
  const scale = f64x2.splat(load<f64>(lookup, SCALE));
  const first = i32x4.splat(load<i32>(lookup, FIRST));
  const last = lastBin(map, lookup);
  const paired = values + ((end - values) & ~15);
  for (; values < paired; values += 16) {
    const bins = binsOf(map, v128.load(values), origin, scale, first, last, shift);
    const bin0 = i32x4.extract_lane(bins, 0);
    const bin1 = i32x4.extract_lane(bins, 2);
    assert(<u32>max(bin0, bin1) < load<u32>(lookup, BIN_COUNT));
    if (gather) {
      target = keepMarked(values, bin0, table, target);
      target = keepMarked(values + 8, bin1, table, target);
    } else {
      increment(table, bin0);
      increment(table, bin1);
    }
  }
  if (values < end) {
    const x = v128.load_splat<f64>(values);
    const bin = i32x4.extract_lane(binsOf(map, x, origin, scale, first, last, shift), 0);
    if (gather) target = keepMarked(values, bin, table, target);
    else increment(table, bin);
  }
  return target;
}

/** Writes every value and steps on over the marked ones only: no branch to guess wrong. */
// @ts-ignore: decorator
@inline
function keepMarked(value: usize, bin: i32, marks: usize, target: usize): usize {
  store<u64>(target, load<u64>(value));
  return target + ((<usize>load<u8>(marks + <usize>bin)) << 3);
}

/** The largest difference at the end of a bin: a lower bound of the distance. */
export function ksAtBinEnds(
  countersA: usize,
  countersB: usize,
  bins: i32,
  n: i32,
  m: i32,
): f64 {
  const sizeA = <f64>n;
  const sizeB = <f64>m;
  let i: u32 = 0;
  let j: u32 = 0;
  let largest: f64 = 0;
  for (let bin: usize = 0; bin < <usize>bins; bin += 1) {
    i += load<u32>(countersA + (bin << 2));
    j += load<u32>(countersB + (bin << 2));
    largest = max<f64>(largest, abs<f64>(<f64>i / sizeA - <f64>j / sizeB));
  }
  assert(i == <u32>n && j == <u32>m);
  return largest;
}

/**
 * Marks the bins inside which the difference may exceed `lowerBound`, what `ksAtBinEnds` gave;
 * returns how many values they hold. With `pointsBetween` every other bin holds equal values and is
 * never marked.
 */
export function markBins(
  countersA: usize,
  countersB: usize,
  bins: i32,
  n: i32,
  m: i32,
  lowerBound: f64,
  marks: usize,
  pointsBetween: bool,
): f64 {
  const sizeA = <f64>n;
  const sizeB = <f64>m;
  // Room for the rounding of the sums below.
  const threshold = lowerBound * (1 - 1e-12) - 1e-15;
  let candidateRows: f64 = 0;
  let i: u32 = 0;
  let j: u32 = 0;
  for (let bin: usize = 0; bin < <usize>bins; bin += 1) {
    const a = load<u32>(countersA + (bin << 2));
    const b = load<u32>(countersB + (bin << 2));
    const most = max<f64>(
      <f64>(i + a) / sizeA - <f64>j / sizeB,
      <f64>(j + b) / sizeB - <f64>i / sizeA,
    );
    const marked = a + b > 1 && most > threshold && !(pointsBetween && bin & 1);
    store<u8>(marks + bin, marked ? 1 : 0);
    if (marked) candidateRows += <f64>a + <f64>b;
    i += a;
    j += b;
  }
  return candidateRows;
}

/**
 * The distance, from the counts of all bins and the ascending keys of the marked ones.
 */
export function ksOfBins(
  countersA: usize,
  countersB: usize,
  bins: i32,
  n: i32,
  m: i32,
  lowerBound: f64,
  marks: usize,
  keysA: usize,
  keysB: usize,
): f64 {
  const sizeA = <f64>n;
  const sizeB = <f64>m;
  let largest = lowerBound;
  let i: u32 = 0;
  let j: u32 = 0;
  for (let bin: usize = 0; bin < <usize>bins; bin += 1) {
    const a = load<u32>(countersA + (bin << 2));
    const b = load<u32>(countersB + (bin << 2));
    if (load<u8>(marks + bin)) {
      const endA = keysA + ((<usize>a) << 3);
      const endB = keysB + ((<usize>b) << 3);
      let atA = keysA;
      let atB = keysB;
      while (atA < endA || atB < endB) {
        const key = min<u64>(
          atA < endA ? load<u64>(atA) : u64.MAX_VALUE,
          atB < endB ? load<u64>(atB) : u64.MAX_VALUE,
        );
        while (atA < endA && load<u64>(atA) == key) atA += 8;
        while (atB < endB && load<u64>(atB) == key) atB += 8;
        const rankA = <f64>(i + <u32>((atA - keysA) >> 3));
        const rankB = <f64>(j + <u32>((atB - keysB) >> 3));
        largest = max<f64>(largest, abs<f64>(rankA / sizeA - rankB / sizeB));
      }
      keysA = endA;
      keysB = endB;
    }
    i += a;
    j += b;
  }
  return largest;
}
