import { type Counts, requireCountPair } from '../checks/counts.js';
import { normalSurvival } from '../distributions/normal.js';

export interface MannWhitneyTest {
  /** U of the reference: pairs in which its value is the larger, ties for a half. */
  readonly statistic: number;
  /** Two-sided p-value, in [0, 1]. */
  readonly pValue: number;
  /** P(current > reference) + P(equal) / 2 of a random pair, in [0, 1]; 0.5 without a shift. */
  readonly superiority: number;
}

/** Larger samples that are both beyond it get the normal distribution. */
const largestExactSample = 8;
/** Bounds the work of the exact distribution: some 30 ms. */
const mostExactPairs = 1_000_000;

/**
 * The two-sided Mann-Whitney U test on counts over ascending bins, tie-corrected.
 *
 * Each bin is one group of ties: pass the counts at every distinct value (`Kernel.tieGroups`) for
 * the test of the rows, that of scipy's `mannwhitneyu`. Without ties and with at most 8 rows in one
 * of the samples the p-value is exact (up to 1e6 pairs), else that of the normal distribution with
 * a correction for continuity. An empty sample, or all values equal, gives p 1 and superiority 0.5.
 * O(bins). Source: Mann and Whitney 1947, Annals of Mathematical Statistics 18(1); of ties, Kruskal
 * and Wallis 1952, Journal of the American Statistical Association 47.
 *
 * @throws KernelError INVALID_COUNTS when the counts differ in length, are negative or not finite.
 */
export function mannWhitney(reference: Counts, current: Counts): MannWhitneyTest {
  const { n, m } = requireCountPair('mannWhitney', reference, current);
  if (n === 0 || m === 0) return { statistic: 0, pValue: 1, superiority: 0.5 };
  const rows = n + m;
  let pairs = 0;
  let ties = 0;
  let tied = false;
  let whole = true;
  let currentBelow = 0;
  for (let bin = 0; bin < reference.length; bin += 1) {
    const a = reference[bin]!;
    const b = current[bin]!;
    pairs += a * (currentBelow + 0.5 * b);
    currentBelow += b;
    const both = a + b;
    ties += (both / rows) ** 3 - both / rows ** 3;
    if (both > 1) tied = true;
    if (!Number.isInteger(both)) whole = false;
  }
  const superiority = Math.min(1, Math.max(0, 1 - pairs / (n * m)));
  const exact = !tied && whole && Math.min(n, m) <= largestExactSample && n * m <= mostExactPairs;
  return {
    statistic: pairs,
    pValue: exact
      ? exactPValue(Math.min(pairs, n * m - pairs), Math.min(n, m), Math.max(n, m))
      : normalPValue(pairs, n, m, ties),
    superiority,
  };
}

function normalPValue(pairs: number, n: number, m: number, ties: number): number {
  const rows = n + m;
  // 1 - Σ (t³ - t) / (rows³ - rows), with the sum given in units of rows³.
  const spread = 1 - ties / (1 - 1 / (rows * rows));
  const deviation = Math.sqrt(n * (m / 12) * (rows + 1) * Math.max(0, spread));
  const distance = Math.abs(pairs - 0.5 * n * m) - 0.5;
  return deviation > 0 ? Math.min(1, 2 * normalSurvival(distance / deviation)) : 1;
}

/**
 * Twice the share of orders with at most `pairs` pairs.
 *
 * The orders by pairs are the coefficients of Π (1 - x^(m + i)) / (1 - x^i); only those up to
 * `pairs` are needed, and these are sums of what came before.
 */
function exactPValue(pairs: number, n: number, m: number): number {
  const orders = new Float64Array(pairs + 1);
  orders[0] = 1;
  let all = 1;
  for (let i = 1; i <= n; i += 1) {
    all *= (m + i) / i;
    for (let u = pairs; u >= m + i; u -= 1) orders[u]! -= orders[u - m - i]!;
    for (let u = i; u <= pairs; u += 1) orders[u]! += orders[u - i]!;
  }
  let few = 0;
  for (const count of orders) few += count;
  return Math.min(1, (2 * few) / all);
}
