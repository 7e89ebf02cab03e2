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
 * the test of the rows. Without ties it is scipy's `anderson_ksamp(variant='continuous')`. With ties
 * the statistic is the mean over all orders of the tied rows, so that they are not evidence; the
 * mid-ranks of scipy are, and make a test at 5 % reject up to 12 % of samples of few values. The
 * p-value is the limiting distribution of the standardised statistic, over the whole range; scipy
 * reads the same distribution off a table of seven points and stops at 0.001 and 0.25. Ties make it
 * conservative. Empty samples are left out; with fewer than two others, fewer than four rows, or one
 * value alone, statistic 0 and p 1. O(bins x samples), times the logarithm of the rows where many
 * are tied. Source: Scholz and Stephens 1987, Journal of the American Statistical Association 82,
 * eq. 3.
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
    if (tied === 0) continue;
    // One value alone: nothing distinguishes the samples.
    if (tied === rows) return { statistic: 0, pValue: 1 };
    for (const sample of used) {
      const own = sample.counts[bin]!;
      sum += sumOverTies({ own, tied, ownBelow: sample.below, below, size: sample.rows, rows });
      sample.below += own;
    }
    below += tied;
  }
  const degreesOfFreedom = used.length - 1;
  const variance = varianceWithoutDrift(
    used.map((sample) => sample.rows),
    rows,
  );
  if (!(variance > 0)) return { statistic: 0, pValue: 1 };
  const statistic = (sum - degreesOfFreedom) / Math.sqrt(variance);
  const limitDeviation = Math.sqrt(2 * degreesOfFreedom * (Math.PI ** 2 / 3 - 3));
  return {
    statistic,
    pValue: andersonDarlingSurvival(degreesOfFreedom + statistic * limitDeviation, used.length),
  };
}

/** A group of tied rows and the part that one sample has in it. */
interface Ties {
  readonly own: number;
  readonly tied: number;
  /** Rows below the group: of the sample, and of all. */
  readonly ownBelow: number;
  readonly below: number;
  /** All rows of the sample, and of all samples. */
  readonly size: number;
  readonly rows: number;
}

/**
 * The terms of eq. 3 of one sample at the ranks of one group of ties, as the mean over their orders:
 * the square of the mean share of the sample below a rank, and the hypergeometric variance around it.
 */
function sumOverTies({ own, tied, ownBelow, below, size, rows }: Ties): number {
  const before = ownBelow / size - below / rows;
  const step = own / size - tied / rows;
  const spread = tied > 1 ? ((own / size) * ((tied - own) / size)) / (tied - 1) : 0;
  const term = (offset: number): number => {
    const rank = below + offset;
    const weight = rank * (1 - rank / rows);
    if (!(weight > 0)) return 0;
    const part = offset / tied;
    const difference = before + part * step;
    const square = difference * difference + spread * part * (1 - part);
    // The last rank of all has no term; where counts are fractions the one before has a part.
    return Math.min(1, rows - rank) * size * (square / weight);
  };
  // A part of a row at the end, where counts are fractions, counts as that part.
  const whole = Math.floor(tied);
  return sumOfSmooth(term, 1, whole, below, rows) + (tied - whole) * term(tied);
}

/**
 * Σ term(offset) for whole offsets from `first` to `last`.
 *
 * The terms are a polynomial over rank (rows - rank), so that they are smooth where both are large
 * against the range: there the sum is an integral by Gauss' rule, corrected by second differences.
 * Elsewhere the range is halved, down to ranges that are summed term by term.
 */
function sumOfSmooth(
  term: (offset: number) => number,
  first: number,
  last: number,
  below: number,
  rows: number,
): number {
  const width = last - first + 1;
  if (width <= rowsSummedOneByOne) {
    let sum = 0;
    for (let offset = first; offset <= last; offset += 1) sum += term(offset);
    return sum;
  }
  if (width > 0.5 * Math.min(below + first, rows - below - last)) {
    const middle = Math.floor(first + 0.5 * width);
    return (
      sumOfSmooth(term, first, middle - 1, below, rows) +
      sumOfSmooth(term, middle, last, below, rows)
    );
  }
  const centre = 0.5 * (first + last);
  let integral = 0;
  for (const [node, weight] of gaussRule) {
    for (const offset of [centre - 0.5 * width * node, centre + 0.5 * width * node]) {
      const value = term(offset);
      const curvature = term(offset - 1) - 2 * value + term(offset + 1);
      integral += weight * (value - curvature / 24);
    }
  }
  return 0.5 * width * integral;
}

const rowsSummedOneByOne = 32;

/** Positive nodes and weights of the Gauss-Legendre rule of eight points on [-1, 1]. */
const gaussRule: readonly (readonly [number, number])[] = [
  [0.1834346424956498, 0.362683783378362],
  [0.525532409916329, 0.3137066458778873],
  [0.7966664774136267, 0.2223810344533745],
  [0.9602898564975363, 0.1012285362903763],
];

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
