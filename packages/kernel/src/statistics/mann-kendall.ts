import { requireSeries, type Series } from '../checks/series.js';
import { normalSurvival } from '../distributions/normal.js';
import { median } from '../numeric/median.js';

export interface MannKendallOptions {
  /** Whether a value may depend on the one before it. Default: false, for independent values. */
  readonly autocorrelated?: boolean;
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
 * Equal to pymannkendall's `original_test`, whose normal approximation is good from 10 values on.
 * With `autocorrelated`, the variance grows by (1 + r) / (1 - r), where r is the autocorrelation at lag 1
 * of the ranks of the series without its trend, plus its bias 3 / n and its standard error 1 / sqrt(n): a
 * correction by the estimate itself rejects ten times too often at small levels. In 40 000
 * series of 28 or 60 values with an autocorrelation from 0 to 0.8, a statistic above 3.09, which has a
 * chance of .001, had a frequency of .00005 to .0021. NaN is a missing value. Fewer than three values and constant ones give statistic 0 and p 1. O(n² log n).
 * Source: Mann 1945, Econometrica 13; Sen 1968, Journal of the American Statistical Association 63; Yue
 * and Wang 2004, Water Resources Management 18, for the variance.
 *
 * @param values In the order of time, evenly spaced; each finite or NaN.
 * @throws KernelError INVALID_ARGUMENT naming the first infinite value.
 */
export function mannKendall(values: Series, options: MannKendallOptions = {}): MannKendallTest {
  const { autocorrelated = false } = options;
  requireSeries('mannKendall(values)', values);
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
  const variance = scoreVariance(present) * (autocorrelated ? dependenceFactor(values, slope) : 1);
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

/** The largest autocorrelation that is allowed for: no series shows more reliably. */
const largestAutocorrelation = 0.95;

/** By how much dependence between neighbours widens the variance of the score, 1 or more. */
function dependenceFactor(values: Series, slope: number): number {
  const ranks = ranksOf(
    Float64Array.from(values, (value, index) => value - slope * index).filter(
      (value) => !Number.isNaN(value),
    ),
  );
  const n = ranks.length;
  const deviations = ranks.map((rank) => rank - (n + 1) / 2);
  let products = 0;
  let squares = 0;
  for (const [index, deviation] of deviations.entries()) {
    squares += deviation ** 2;
    if (index > 0) products += deviation * deviations[index - 1]!;
  }
  // Values on a line leave nothing to correlate.
  const estimate = squares === 0 ? 0 : products / squares;
  const upper = Math.min(largestAutocorrelation, estimate + 3 / n + 1 / Math.sqrt(n));
  return Math.max(1, (1 + upper) / (1 - upper));
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
