import type { Counts } from '../checks/counts.js';
import { sum } from '../numeric/sum.js';
import { jensenShannonDistance } from '../statistics/jensen-shannon.js';
import { ksTwoSamplePValue } from '../statistics/ks-p-value.js';
import { twoProportionZ } from '../statistics/two-proportion-z.js';
import type { Kernel, NumericArray } from '../types.js';
import { chiSquareGoodnessOfFit } from './chi-square-goodness-of-fit.js';
import { evidentlyJensenShannon, evidentlyWasserstein } from './evidently.js';
import type { MethodDrift } from './method-drift.js';

/** Up to so many reference rows Evidently takes a test, beyond them a distance. */
const mostRowsOfTests = 1000;
/** Up to so many distinct values of both samples a numeric column is compared as categories. */
const mostCategories = 5;
const level = 0.05;
const leastDistance = 0.1;

/**
 * What Evidently 0.7 says of a numeric column at its defaults: Kolmogorov and Smirnov's test up to
 * 1000 reference rows and the Wasserstein distance beyond; with at most five distinct values
 * what it takes for categories.
 *
 * NaN and infinite values are left out, as Evidently does. Undefined where a sample has no other:
 * Evidently ends with an error. O(n + m) after sorting.
 *
 * @throws KernelError INVALID_ARGUMENT when a sample is not a float array.
 */
export function evidentlyDrift(
  kernel: Kernel,
  reference: NumericArray,
  current: NumericArray,
): MethodDrift | undefined {
  const groups = kernel.tieGroups(reference, current);
  const finite = (_: unknown, index: number): boolean => Number.isFinite(groups.values[index]);
  const a = Float64Array.from(groups.reference).filter(finite);
  const b = Float64Array.from(groups.current).filter(finite);
  const rows = sum(a);
  if (rows === 0 || sum(b) === 0) return undefined;
  if (a.length <= mostCategories && rows <= mostRowsOfTests) {
    return evidentlyCategoryDrift(a, b);
  }
  const [before, after] = [reference.filter(Number.isFinite), current.filter(Number.isFinite)];
  if (a.length <= mostCategories) {
    return distance('jensenshannon', evidentlyJensenShannon(kernel, before, after));
  }
  if (rows > mostRowsOfTests) {
    return distance('wasserstein', evidentlyWasserstein(kernel, before, after));
  }
  const { statistic, n, m } = kernel.ksTwoSample(before, after);
  const score = ksTwoSamplePValue(statistic, n, m);
  return { statistic: 'ks', score, threshold: level, drifted: score <= level };
}

/**
 * What Evidently 0.7 says of a column of categories at its defaults: the chi-square test of goodness
 * of fit up to 1000 reference rows, the z test where there are only two categories, and the
 * Jensen-Shannon distance beyond.
 *
 * The counts are those of the same categories in both samples. Undefined where a sample is empty.
 * O(categories).
 *
 * @throws KernelError INVALID_COUNTS when the counts differ in length, are negative or not finite.
 */
export function evidentlyCategoryDrift(
  reference: Counts,
  current: Counts,
): MethodDrift | undefined {
  const { pValue } = chiSquareGoodnessOfFit(reference, current);
  const [n, m] = [sum(reference), sum(current)];
  if (n === 0 || m === 0) return undefined;
  if (n > mostRowsOfTests) {
    return distance('jensenshannon', jensenShannonDistance(reference, current));
  }
  const bins = Array.from(reference, (_, bin) => bin).filter(
    (bin) => reference[bin]! + current[bin]! > 0,
  );
  if (bins.length > 2) return test('chisquare', pValue);
  const first = bins[0]!;
  const z = twoProportionZ(
    { successes: reference[first]!, rows: n },
    { successes: current[first]!, rows: m },
  );
  return test('z', z.pValue);
}

function test(statistic: string, score: number): MethodDrift {
  return { statistic, score, threshold: level, drifted: score < level };
}

function distance(statistic: string, score: number): MethodDrift {
  return { statistic, score, threshold: leastDistance, drifted: score >= leastDistance };
}
