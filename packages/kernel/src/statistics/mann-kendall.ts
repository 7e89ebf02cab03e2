import { requireIntegerIn } from '../checks/number-arguments.js';
import { requireSeries, type Series } from '../checks/series.js';
import { normalQuantile, normalSurvival } from '../distributions/normal.js';
import { median } from '../numeric/median.js';

export interface MannKendallOptions {
  /**
   * How many values back a value still depends on earlier ones; the test allows for that where the
   * data show it. Default: 0, for independent values.
   */
  readonly lags?: number;
}

export interface MannKendallTest {
  /** Rises less falls among all pairs, in standard deviations; above 0 where the series rises. */
  readonly statistic: number;
  /** Two-sided, in [0, 1]. */
  readonly pValue: number;
  /** Median slope of all pairs per step of the index (Theil and Sen); 0 with fewer than two values. */
  readonly slope: number;
}

/**
 * The test of Mann and Kendall that a series has no monotone trend, with the slope of Theil and Sen.
 *
 * With `lags`, the variance is that of Hamed and Rao: autocorrelations of the ranks of the series without
 * its trend that pass their 95 % limits are added to it; here they never narrow it. Equal to pymannkendall's
 * `original_test` and `hamed_rao_modification_test`, whose normal approximation is good from 10 values
 * on. NaN is a missing value. Fewer than three values and constant ones give statistic 0 and p 1. O(n² log n).
 * Source: Hamed and Rao 1998, Journal of Hydrology 204, equations 3 to 7; Sen 1968, Journal of the
 * American Statistical Association 63.
 *
 * @param values In the order of time, evenly spaced; each finite or NaN.
 * @throws KernelError INVALID_ARGUMENT naming the first infinite value, or lags that are not a whole number
 * of 0 or more.
 */
export function mannKendall(values: Series, options: MannKendallOptions = {}): MannKendallTest {
  const { lags = 0 } = options;
  requireSeries('mannKendall(values)', values);
  requireIntegerIn('mannKendall(lags)', lags, 0, Number.MAX_SAFE_INTEGER);
  const slopes: number[] = [];
  let score = 0;
  for (let later = 1; later < values.length; later += 1) {
    for (let earlier = 0; earlier < later; earlier += 1) {
      // Halves, so that values at both ends of the doubles do not overflow.
      const half = 0.5 * values[later]! - 0.5 * values[earlier]!;
      if (Number.isNaN(half)) continue;
      score += Math.sign(half);
      slopes.push((2 * half) / (later - earlier));
    }
  }
  const slope = slopes.length === 0 ? 0 : median(Float64Array.from(slopes));
  const present = Float64Array.from(values).filter((value) => !Number.isNaN(value));
  const variance = scoreVariance(present) * dependenceFactor(values, slope, lags);
  if (present.length < 3 || !(variance > 0)) return { statistic: 0, pValue: 1, slope };
  // A score changes by 2 at least, so half of that is taken off.
  const statistic = (score - Math.sign(score)) / Math.sqrt(variance);
  return { statistic, pValue: Math.min(1, 2 * normalSurvival(Math.abs(statistic))), slope };
}

function scoreVariance(values: Float64Array): number {
  const term = (n: number): number => n * (n - 1) * (2 * n + 5);
  const ties = new Map<number, number>();
  for (const value of values) ties.set(value, (ties.get(value) ?? 0) + 1);
  let sum = term(values.length);
  for (const count of ties.values()) sum -= term(count);
  return sum / 18;
}

/** By how much dependence between values widens the variance of the score. */
function dependenceFactor(values: Series, slope: number, lags: number): number {
  const ranks = ranksOf(
    Float64Array.from(values, (value, index) => value - slope * index).filter(
      (value) => !Number.isNaN(value),
    ),
  );
  const n = ranks.length;
  const mean = (n + 1) / 2;
  const covariance = (lag: number): number => {
    let sum = 0;
    for (let index = lag; index < n; index += 1) {
      sum += (ranks[index]! - mean) * (ranks[index - lag]! - mean);
    }
    return sum;
  };
  const spread = covariance(0);
  const limit = normalQuantile(0.975) / Math.sqrt(n);
  let sum = 0;
  for (let lag = 1; lag <= Math.min(lags, n - 3); lag += 1) {
    const correlation = covariance(lag) / spread;
    if (Math.abs(correlation) > limit) {
      sum += (n - lag) * (n - lag - 1) * (n - lag - 2) * correlation;
    }
  }
  return Math.max(1, 1 + (2 * sum) / (n * (n - 1) * (n - 2)));
}

/** Ranks from 1, the mean rank where values are equal. */
function ranksOf(values: Float64Array): Float64Array {
  const order = Uint32Array.from(values, (_, index) => index).sort(
    (a, b) => values[a]! - values[b]!,
  );
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end += 1;
    for (let place = start; place < end; place += 1) ranks[order[place]!] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}
