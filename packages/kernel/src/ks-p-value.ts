import { kolmogorovSurvival } from './distributions/kolmogorov.js';
import { requireNumberIn, requireSampleSize } from './number-arguments.js';

/** Above this size of the larger sample the limit in one sample size takes over, as in scipy. */
const largestExactSize = 10_000;

/**
 * P(D >= statistic) of the two-sample Kolmogorov-Smirnov distance when both samples come from one
 * continuous distribution, in [0, 1]. With ties it is conservative.
 *
 * Equal to `scipy.stats.ks_2samp(method='auto')`. Exact while both samples have at most 10 000
 * rows: relative difference below 1e-10 for p above 1e-290. Beyond that the one-sample law at
 * round(n m / (n + m)) rows: below 1e-8 relative, or 1e-10 absolute where p is near 1.
 * 1 when a sample is empty. Sizes that are not whole are rounded.
 *
 * The exact value takes O(n + m) for equal sizes, else O(n m) additions inside the band of half
 * width `statistic`, on half of the lattice: some 40 ms at most.
 * Source: Hodges 1958, Arkiv för Matematik 3(5) (lattice paths); Viehmann 2021, arXiv 2102.08037
 * (recursion in probabilities without cancellation).
 *
 * @throws KernelError INVALID_ARGUMENT when the statistic is outside [0, 1], or a size is negative
 * or above 2^53 - 1.
 */
export function ksTwoSamplePValue(statistic: number, n: number, m: number): number {
  requireNumberIn('ksTwoSamplePValue(statistic)', statistic, 0, 1);
  requireSampleSize('ksTwoSamplePValue(n)', n);
  requireSampleSize('ksTwoSamplePValue(m)', m);
  const larger = Math.max(Math.round(n), Math.round(m));
  const smaller = Math.min(Math.round(n), Math.round(m));
  if (smaller === 0 || statistic === 0) return 1;
  if (larger > largestExactSize) {
    const size = roundHalfToEven((larger * smaller) / (larger + smaller));
    return kolmogorovSurvival(statistic, size);
  }
  const divisor = greatestCommonDivisor(larger, smaller);
  const steps = Math.round(statistic * (larger / divisor) * smaller);
  if (steps === 0) return 1;
  const probability =
    larger === smaller
      ? equalSizesPValue(larger, steps)
      : latticePathPValue(larger, smaller, divisor, steps);
  return Math.min(1, Math.max(0, probability));
}

/**
 * 2 Σ_{k >= 1} (-1)^(k - 1) C(2n, n - k h) / C(2n, n), by the reflection principle.
 *
 * Source: Gnedenko and Korolyuk 1951. The sum is nested from its last term, so that the terms of
 * alternating sign are taken from numbers in [0, 1].
 */
function equalSizesPValue(n: number, h: number): number {
  let probability = 0;
  for (let k = Math.floor(n / h); k >= 1; k -= 1) {
    let ratio = 1;
    for (let step = 0; step < h; step += 1) {
      const below = (k - 1) * h + step;
      ratio *= (n - below) / (n + below + 1);
    }
    probability = ratio * (1 - probability);
  }
  return 2 * probability;
}

/**
 * The share of lattice paths from (0, 0) to (n, m) that touch |i/n - j/m| >= h / lcm.
 *
 * `touched[i]` is that share among the paths to (i, d - i), walked one anti-diagonal d at a time;
 * it is 1 outside the band. The band looks the same from (n, m), so the walk stops half-way and
 * the two halves meet: a path that passes there touches in its first half, or in its second.
 */
function latticePathPValue(n: number, m: number, divisor: number, h: number): number {
  const stepI = m / divisor;
  const stepJ = n / divisor;
  const half = Math.floor((n + m) / 2);
  const secondHalf = n + m - half;
  // |i stepI - (d - i) stepJ| < h bounds i on diagonal d; touched is 1 outside the bounds.
  const firstInside = (d: number): number =>
    Math.max(0, d - m, Math.floor((d * stepJ - h) / (stepI + stepJ)) + 1);
  const lastInside = (d: number): number =>
    Math.min(n, d, Math.ceil((d * stepJ + h) / (stepI + stepJ)) - 1);

  const touched = new Float64Array(n + 1).fill(1);
  touched[0] = 0;
  let atHalf = touched;
  for (let d = 1; d <= secondHalf; d += 1) {
    const first = firstInside(d);
    const last = lastInside(d);
    const share = 1 / d;
    for (let i = last; i >= first; i -= 1) {
      const fromLeft = i === 0 ? 0 : i * touched[i - 1]!;
      const fromBelow = i === d ? 0 : (d - i) * touched[i]!;
      touched[i] = share * (fromLeft + fromBelow);
    }
    if (first > 0) touched[first - 1] = 1;
    if (d === half && secondHalf !== half) atHalf = touched.slice();
  }
  return meetInTheMiddle(n, m, half, atHalf, touched, [firstInside(half), lastInside(half)]);
}

/**
 * Σ_i P(path passes (i, half - i)) · P(it touches | it passes there).
 *
 * The passing probabilities are hypergeometric; they come from ratios of neighbours, taken from
 * the mode outwards and normalised.
 */
function meetInTheMiddle(
  n: number,
  m: number,
  half: number,
  atHalf: Float64Array,
  atSecondHalf: Float64Array,
  [firstInside, lastInside]: readonly [number, number],
): number {
  const first = Math.max(0, half - m);
  const last = Math.min(n, half);
  const mode = Math.min(last, Math.max(first, Math.round((half * n) / (n + m))));
  let weights = 0;
  let touching = 0;
  const add = (i: number, weight: number): void => {
    const inside = i >= firstInside && i <= lastInside;
    const a = inside ? atHalf[i]! : 1;
    const b = inside ? atSecondHalf[n - i]! : 1;
    weights += weight;
    touching += weight * (a + b - a * b);
  };
  let weight = 1;
  for (let i = mode; i <= last; i += 1) {
    add(i, weight);
    weight *= ((half - i) / (i + 1)) * ((n - i) / (m - half + i + 1));
  }
  weight = 1;
  for (let i = mode; i > first; i -= 1) {
    weight *= (i / (half - i + 1)) * ((m - half + i) / (n - i + 1));
    add(i - 1, weight);
  }
  return touching / weights;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function roundHalfToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
}
