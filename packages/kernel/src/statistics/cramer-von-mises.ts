import { type Counts, requireCountPair } from '../checks/counts.js';
import { cramerVonMisesSurvival } from '../distributions/cramer-von-mises.js';

export interface CramerVonMisesTest {
  /** The two-sample statistic T, about 1/6 without drift; it grows with the rows. */
  readonly statistic: number;
  /** P(T >= statistic) without drift, in [0, 1]. */
  readonly pValue: number;
}

/**
 * Up to here every order of the two samples is counted; beyond, the limiting distribution is used.
 */
const largestExactSample = 20;

/**
 * The two-sample Cramér-von Mises test on counts over ascending bins.
 *
 * Each bin is one group of ties: pass the counts at every distinct value (`Kernel.tieGroups`) for
 * the test of the rows; on the bins of a grid the rows of a gap count as tied. Without ties it is
 * scipy's `cramervonmises_2samp`. With ties the statistic is the mean over all orders of the tied
 * rows, so that they are not evidence; the mid-ranks of scipy are, and make it reject samples of
 * 400 and 100 rows of one Poisson distribution every time. The p-value is exact up to 20 whole rows
 * in each sample and that of the limiting distribution beyond; ties make it conservative. An empty
 * sample gives statistic 0 and p 1. O(bins), and O(n² m²) for the exact p. Source: Anderson 1962,
 * Annals of Mathematical Statistics 33(3).
 *
 * @throws KernelError INVALID_COUNTS when the counts differ in length, are negative or not finite.
 */
export function cramerVonMises(reference: Counts, current: Counts): CramerVonMisesTest {
  const { n, m } = requireCountPair('cramerVonMises', reference, current);
  if (n === 0 || m === 0) return { statistic: 0, pValue: 1 };
  let sum = 0;
  let referenceBelow = 0;
  let currentBelow = 0;
  for (let bin = 0; bin < reference.length; bin += 1) {
    const a = reference[bin]!;
    const b = current[bin]!;
    const tied = a + b;
    if (tied === 0) continue;
    const before = referenceBelow / n - currentBelow / m;
    const step = a / n - b / m;
    referenceBelow += a;
    currentBelow += b;
    // The mean over all orders of the tied rows of Σ (F - G)²: that of a straight way through the
    // bin, and the variance of the hypergeometric ways around it.
    sum += tied * before * before + before * step * (tied + 1);
    sum += (step * step * (tied + 1) * (2 * tied + 1)) / (6 * tied);
    sum += ((a / n) * (b / m) * (1 / n + 1 / m) * (n + m) * (tied + 1)) / (6 * tied);
  }
  const statistic = Math.max(0, (n / (n + m)) * (m / (n + m)) * sum);
  const exact = Math.max(n, m) <= largestExactSample && Number.isInteger(n) && Number.isInteger(m);
  return {
    statistic,
    pValue: exact ? exactPValue(statistic, n, m) : limitPValue(statistic, n, m),
  };
}

/**
 * The limiting distribution after mean and variance of the statistic were made those of the limit.
 */
function limitPValue(statistic: number, n: number, m: number): number {
  const both = n + m;
  const mean = (1 + 1 / both) / 6;
  const product = 4 * n * m;
  const variance =
    ((both + 1) / both) *
    ((product * both - 3 * (n * n + m * m) - 2 * n * m) / (45 * both * product));
  if (!(variance > 0)) return 1;
  return cramerVonMisesSurvival(1 / 6 + (statistic - mean) / Math.sqrt(45 * variance));
}

/**
 * The share of all orders of n and m rows whose statistic is as large.
 *
 * Row by row a path goes one step right or up; the statistic is a sum of squares over the points
 * that it passes, a whole number when multiplied out. `reached[j]` counts the paths to (i, j) by
 * that sum.
 */
function exactPValue(statistic: number, n: number, m: number): number {
  const both = n + m;
  const multiple = (n * m) / greatestCommonDivisor(n, m);
  const observed = Math.floor((statistic * multiple ** 2 * both ** 2) / (n * m) + 1e-6);
  const square = (i: number, j: number): number => (i * (multiple / n) - j * (multiple / m)) ** 2;
  let reached: Map<number, number>[] = [];
  for (let i = 0; i <= n; i += 1) {
    const row: Map<number, number>[] = [];
    for (let j = 0; j <= m; j += 1) {
      const paths = new Map<number, number>();
      if (i === 0 && j === 0) paths.set(0, 1);
      const step = square(i, j);
      for (const from of [reached[j], row[j - 1]]) {
        for (const [value, count] of from ?? []) {
          paths.set(value + step, (paths.get(value + step) ?? 0) + count);
        }
      }
      row.push(paths);
    }
    reached = row;
  }
  let all = 0;
  let asLarge = 0;
  for (const [value, count] of reached[m]!) {
    all += count;
    if (value >= observed) asLarge += count;
  }
  return asLarge / all;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
