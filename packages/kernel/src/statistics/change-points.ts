import { requireIntegerIn, requireNumberIn } from '../checks/number-arguments.js';
import { requireSeries, type Series } from '../checks/series.js';
import { median } from '../numeric/median.js';
import { sum } from '../numeric/sum.js';

export interface ChangePointOptions {
  /** What a change must save, in squared noise per natural logarithm of the length. Default: 12. */
  readonly penalty?: number;
  /** Fewest values between two changes, 2 or more. Default: 3. */
  readonly minimumLength?: number;
}

/**
 * The places where a series changes its level or its slope: ascending indices of the first value
 * after each change.
 *
 * The series is cut into straight lines so that the squared distances to them, in units of the noise,
 * plus penalty x ln(n) for each change are as small as possible. The noise is the median absolute
 * difference of neighbours, scaled to a standard deviation; their standard deviation if more than half
 * of them are equal. So a series that rises steadily has no change, one that begins to rise has one,
 * and the result stays when the series is shifted or scaled. NaN is a missing value and no place of a
 * change. Fewer than 2 x minimumLength values, or constant ones, have no change. O(n²).
 * Source: Jackson et al. 2005, IEEE Signal Processing Letters 12(2), with the cost of a line.
 *
 * @param values In the order of time, evenly spaced; each finite or NaN.
 * @throws KernelError INVALID_ARGUMENT naming the first infinite value, a penalty below 0, or a minimum
 * length below 2.
 */
export function changePoints(values: Series, options: ChangePointOptions = {}): number[] {
  const { penalty = 12, minimumLength = 3 } = options;
  requireSeries('changePoints(values)', values);
  requireNumberIn('changePoints(penalty)', penalty, 0, Number.MAX_VALUE);
  requireIntegerIn('changePoints(minimumLength)', minimumLength, 2, Number.MAX_SAFE_INTEGER);
  const indices: number[] = [];
  for (const [index, value] of values.entries()) {
    if (!Number.isNaN(value)) indices.push(index);
  }
  // Scaled, so that no square overflows.
  const largest = indices.reduce((most, index) => Math.max(most, Math.abs(values[index]!)), 0);
  const present = Float64Array.from(indices, (index) => values[index]! / largest);
  const noise = noiseOf(present);
  if (!(noise > 0)) return [];
  const center = median(present);
  const cost = lineCost(
    indices,
    present.map((value) => (value - center) / noise),
  );
  return cheapestCuts(indices.length, cost, penalty * Math.log(indices.length), minimumLength).map(
    (cut) => indices[cut]!,
  );
}

/** Standard deviation of the normal distribution in median absolute deviations. */
const deviationPerMedian = 1.4826022185056018;

/** Standard deviation of one value around its neighbours; 0 with fewer than three values. */
function noiseOf(values: Float64Array): number {
  if (values.length < 3) return 0;
  const steps = values.subarray(1).map((value, index) => value - values[index]!);
  const center = median(steps);
  const typical = deviationPerMedian * median(steps.map((step) => Math.abs(step - center)));
  if (typical > 0) return typical / Math.SQRT2;
  const mean = sum(steps) / steps.length;
  return Math.sqrt(sum(steps.map((step) => (step - mean) ** 2)) / steps.length / 2);
}

/** Squared distances of the values from `first` up to `end` to their line of least squares. */
function lineCost(
  times: readonly number[],
  values: Float64Array,
): (first: number, end: number) => number {
  const sums = {
    t: runningSums(values, (_, index) => times[index]!),
    x: runningSums(values, (value) => value),
    tt: runningSums(values, (_, index) => times[index]! ** 2),
    tx: runningSums(values, (value, index) => times[index]! * value),
    xx: runningSums(values, (value) => value ** 2),
  };
  return (first, end) => {
    const n = end - first;
    const t = sums.t[end]! - sums.t[first]!;
    const x = sums.x[end]! - sums.x[first]!;
    const tt = sums.tt[end]! - sums.tt[first]! - (t * t) / n;
    const tx = sums.tx[end]! - sums.tx[first]! - (t * x) / n;
    const xx = sums.xx[end]! - sums.xx[first]! - (x * x) / n;
    return Math.max(0, xx - (tx * tx) / tt);
  };
}

function runningSums(
  values: Float64Array,
  termOf: (value: number, index: number) => number,
): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (let index = 0; index < values.length; index += 1) {
    sums[index + 1] = sums[index]! + termOf(values[index]!, index);
  }
  return sums;
}

/** Optimal partitioning: the best cuts up to each place extend the best cuts up to an earlier one. */
function cheapestCuts(
  length: number,
  cost: (first: number, end: number) => number,
  penalty: number,
  minimumLength: number,
): number[] {
  const total = new Float64Array(length + 1).fill(Infinity);
  const cutBefore = new Uint32Array(length + 1);
  total[0] = -penalty;
  for (let end = minimumLength; end <= length; end += 1) {
    for (let first = 0; first <= end - minimumLength; first += 1) {
      const candidate = total[first]! + cost(first, end) + penalty;
      if (candidate >= total[end]!) continue;
      total[end] = candidate;
      cutBefore[end] = first;
    }
  }
  const cuts: number[] = [];
  for (let cut = cutBefore[length]!; cut > 0; cut = cutBefore[cut]!) cuts.unshift(cut);
  return cuts;
}
