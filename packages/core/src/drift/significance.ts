import { binCounts, type NumericProfile, quantileBins } from '@modelmeter/kernel/profiles';
import {
  chiSquareContingency,
  exactContingencyPValue,
  fisherExact,
  ksFromBins,
  ksTwoSamplePValue,
  largestAndRest,
  movementTest,
  type Proportion,
  poolRareBins,
  type StatisticResult,
} from '@modelmeter/kernel/statistics';
import type { ComparedFeature } from './compared-feature.js';
import { type CountedStatistic, type DriftCriteria, testName } from './criteria.js';
import { type Inputs, inputsOf } from './inputs.js';

/** What a test says about a shift. */
export interface Significance {
  readonly test: string;
  readonly pValue: number;
  /** Why there is no p-value. */
  readonly reason?: string;
}

/** Up to this number of distinct reference values, a numeric feature is tested as categories. */
const discreteValues = 30;

/**
 * The p-value of a feature.
 *
 * `auto` tests bins like those that the sizes are measured on, so that no large size is called chance;
 * for a numeric feature of many values also the order of its values: the p-value is then the smaller of
 * the two, doubled (Bonferroni). Where ordinary movement is known, the bins are tested against it.
 */
export function significanceOf(
  sample: ComparedFeature,
  inputs: Inputs,
  criteria: DriftCriteria,
  result: (statistic: CountedStatistic, inputs: Inputs) => StatisticResult | undefined,
): Significance {
  const tested: Inputs = { ...inputs, bins: testedBins(sample, inputs) };
  if (criteria.test === 'auto') {
    if (sample.ordinary !== undefined) {
      // Rows that are alike within a period are part of its movement: blocks would count them twice.
      const rowsPerBlock = { reference: 1, current: 1 };
      const { reference, current } = inputsOf({ ...sample, rowsPerBlock }, criteria).bins;
      const { pValue } = movementTest(reference, current, sample.ordinary);
      return { test: 'ordinary_movement', pValue };
    }
    const { profile } = inputs;
    const chi2 = contingencyPValue(tested.bins);
    if (profile === undefined || profile.reference.grid.length <= discreteValues) {
      return { test: 'chi2', pValue: chi2 };
    }
    return { test: 'chi2_ks', pValue: smallerOfTwo(chi2, ksPValue(profile)) };
  }
  const test = testName(criteria.test);
  const found = result(criteria.test, tested);
  if (found?.pValue === undefined) {
    return { test, pValue: 1, reason: `The test "${test}" returned no p-value` };
  }
  // A test of values ignores missing rows, which the contingency test counts in a bin.
  const isBlind = criteria.test.input === 'profile' && hasMissing(sample);
  return {
    test,
    pValue: isBlind ? smallerOfTwo(found.pValue, contingencyPValue(tested.bins)) : found.pValue,
  };
}

function hasMissing({ reference, current }: ComparedFeature): boolean {
  return reference.missing + current.missing > 0;
}

function smallerOfTwo(a: number, b: number): number {
  return Math.min(1, 2 * Math.min(a, b));
}

function ksPValue({ reference, current }: Record<'reference' | 'current', NumericProfile>): number {
  const { statistic, n, m } = ksFromBins(reference.counts, current.counts);
  return ksTwoSamplePValue(statistic, n, m);
}

/**
 * The bins of a sample for the contingency test. For a numeric feature they are the quantile bins of
 * both samples together: a value with a bin of its own because it happens to be frequent in the
 * reference is for that reason alone less frequent in any other sample. The bins of a fleet are
 * given. O(bins).
 */
function testedBins({ exported }: ComparedFeature, { bins, profile }: Inputs): Inputs['bins'] {
  if (profile === undefined || exported !== undefined) return bins;
  const { reference, current } = profile;
  const { grid } = reference;
  const counts = reference.counts.map((rows, bin) => rows + current.counts[bin]!);
  const edges = quantileBins({ ...reference, counts });
  const rowsIn = (sample: NumericProfile): Float64Array =>
    Float64Array.of(...binCounts(grid, sample.counts, edges), sample.missing);
  return { reference: rowsIn(reference), current: rowsIn(current) };
}

/**
 * The contingency test. Where a bin is rare the exact test of all bins, if its work is bounded; else
 * rare bins are pooled. With two bins the chi-square test exceeds its level: it rejects 5.7 % of
 * pairs at a nominal 5 % for even shares of 50 rows. Fisher's exact test never does.
 */
function contingencyPValue({ reference, current }: Inputs['bins']): number {
  const pooled = poolRareBins(reference, current);
  const bins = reference.filter((rows, bin) => rows + current[bin]! > 0).length;
  if (bins > 2 && pooled.bins < bins) {
    const exact = exactContingencyPValue(reference.map(Math.round), current.map(Math.round));
    if (exact !== undefined) return exact;
  }
  if (pooled.bins > 2) return chiSquareContingency(pooled.reference, pooled.current).pValue;
  const two = pooled.bins === 2 ? pooled : largestAndRest(reference, current);
  return fisherExact(proportionOf(two.reference), proportionOf(two.current)).pValue;
}

/** The first of two bins as a proportion; its counts are rounded to whole rows. */
function proportionOf([first = 0, second = 0]: Float64Array): Proportion {
  const successes = Math.round(first);
  return { successes, rows: successes + Math.round(second) };
}
