import { type Counts, requireCounts } from '../checks/counts.js';
import { andersonDarlingSurvival } from '../distributions/anderson-darling.js';
import { KernelError } from '../errors.js';

export interface AndersonDarlingTest {
  /** The standardised statistic: mean 0 and variance 1 without drift. */
  readonly statistic: number;
  /** P(a statistic as large) without drift, in [0, 1]. */
  readonly pValue: number;
}

/**
 * The Anderson-Darling test that two or more samples come from one distribution, on counts over
 * ascending bins; it weighs the tails more than Cramér and von Mises do.
 *
 * Each bin is one group of ties: pass the counts at every distinct value (`Kernel.tieGroups`) for
 * the statistic of the rows, that of scipy's `anderson_ksamp` (mid-rank version). The p-value is
 * the limiting distribution of the standardised statistic, over the whole range; scipy reads the
 * same distribution off a table of seven points and stops at 0.001 and 0.25. The distribution is
 * that of values without ties: where one value fills 97 % of the rows a test at 1 % rejects 5 % of
 * samples without drift, where seven values fill all of them 2 %; take `cramerVonMises` or
 * `ksFromBins` there. Empty samples are left out; with fewer than two others, or fewer than two
 * values apart, statistic 0 and p 1. O(bins x samples). Source: Scholz and Stephens 1987, Journal
 * of the American Statistical Association 82, eq. 7.
 *
 * @throws KernelError INVALID_COUNTS when the counts differ in length, are negative or not finite.
 * @throws KernelError INVALID_ARGUMENT when there is no sample.
 */
export function andersonDarling(samples: readonly Counts[]): AndersonDarlingTest {
  if (samples.length === 0) {
    throw new KernelError('INVALID_ARGUMENT', {
      place: 'andersonDarling(samples)',
      value: samples,
      nextStep: 'pass two samples or more',
    });
  }
  const bins = samples[0]!.length;
  const counted = samples.map((counts, index) => {
    const rows = requireCounts(`andersonDarling(samples)[${index}]`, counts);
    if (counts.length !== bins) {
      throw new KernelError('INVALID_COUNTS', {
        place: `andersonDarling(samples)[${index}].length`,
        value: counts.length,
        nextStep: `count all samples over the same bins; the first has ${bins}`,
      });
    }
    return { counts, rows, below: 0 };
  });
  const used = counted.filter(({ rows }) => rows > 0);
  const rows = used.reduce((sum, sample) => sum + sample.rows, 0);
  if (used.length < 2 || rows < 4) return { statistic: 0, pValue: 1 };

  let sum = 0;
  let below = 0;
  for (let bin = 0; bin < bins; bin += 1) {
    let tied = 0;
    for (const { counts } of used) tied += counts[bin]!;
    if (tied === 0 || tied === rows) continue;
    // Shares of rows, so that nothing overflows however many there are.
    const share = tied / rows;
    const middle = (below + 0.5 * tied) / rows;
    below += tied;
    const spread = middle * (1 - middle) - 0.25 * share;
    // All rows but a few parts in 2^53 are tied here: nothing distinguishes the samples.
    const weight = spread > 0 ? share / spread : 0;
    for (const sample of used) {
      const own = (sample.below + 0.5 * sample.counts[bin]!) / sample.rows;
      sample.below += sample.counts[bin]!;
      sum += sample.rows * weight * (own - middle) ** 2;
    }
  }
  const degreesOfFreedom = used.length - 1;
  const variance = varianceWithoutDrift(
    used.map((sample) => sample.rows),
    rows,
  );
  if (sum === 0 || !(variance > 0)) return { statistic: 0, pValue: 1 };
  const statistic = (((rows - 1) / rows) * sum - degreesOfFreedom) / Math.sqrt(variance);
  const limitDeviation = Math.sqrt(2 * degreesOfFreedom * (Math.PI ** 2 / 3 - 3));
  return {
    statistic,
    pValue: andersonDarlingSurvival(degreesOfFreedom + statistic * limitDeviation, used.length),
  };
}

/** Scholz and Stephens, eq. 4, with its double sum in closed form. */
function varianceWithoutDrift(sizes: readonly number[], rows: number): number {
  const k = sizes.length;
  const inverse = sizes.reduce((sum, size) => sum + 1 / size, 0);
  const h = harmonic(rows - 1, 1);
  const g = harmonic(rows, 2) - (2 * h + 1 / rows) / rows;
  const a = (4 * g - 6) * (k - 1) + (10 - 6 * g) * inverse;
  const b = (2 * g - 4) * k ** 2 + 8 * h * k + (2 * g - 14 * h - 4) * inverse - 8 * h + 4 * g - 6;
  const c = (6 * h + 2 * g - 2) * k ** 2 + (4 * h - 4 * g + 6) * k + (2 * h - 6) * inverse + 4 * h;
  const d = (2 * h + 6) * k ** 2 - 4 * h * k;
  return (((a * rows + b) * rows + c) * rows + d) / ((rows - 1) * (rows - 2) * (rows - 3));
}

/** Σ 1 / j^power for j from 1 to n, by Euler and Maclaurin where n is large or no whole number. */
function harmonic(n: number, power: 1 | 2): number {
  if (Number.isInteger(n) && n < 100) {
    let sum = 0;
    for (let j = n; j >= 1; j -= 1) sum += 1 / j ** power;
    return sum;
  }
  return power === 1
    ? Math.log(n) + 0.5772156649015329 + 1 / (2 * n) - 1 / (12 * n ** 2) + 1 / (120 * n ** 4)
    : Math.PI ** 2 / 6 - 1 / n + 1 / (2 * n ** 2) - 1 / (6 * n ** 3) + 1 / (30 * n ** 5);
}
