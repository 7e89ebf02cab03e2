import type { NumericProfile } from '@modelmeter/kernel/profiles';
import {
  chiSquareContingency,
  fisherExact,
  ksFromBins,
  ksTwoSamplePValue,
  type Proportion,
  poolRareBins,
  resampledNoiseFloor,
} from '@modelmeter/kernel/statistics';
import { binNames } from '../bins/bin-names.js';
import { binShares } from '../bins/bin-shares.js';
import { decisionBins, exportedBins } from '../bins/decision-bins.js';
import { featureBins } from '../bins/feature-bins.js';
import { fleetBins } from '../bins/fleet-bins.js';
import { profileOfBins } from '../bins/profile-of-bins.js';
import type { BinShares } from '../report.js';
import type { ComparedFeature } from './compared-feature.js';
import { blocksOf, type CountedStatistic, type DriftCriteria, testName } from './criteria.js';
import { scoreName } from './words/score-name.js';

/** The measured values of one feature, before its state is decided. */
export interface Measurement {
  readonly referenceRows: number;
  readonly currentRows: number;
  readonly scores: Readonly<Record<string, number>>;
  readonly noiseFloor: Readonly<Record<string, number>>;
  readonly ksResolution?: number;
  readonly test: string;
  readonly pValue: number;
  readonly bins: readonly BinShares[];
  /** Why they do not allow a decision. */
  readonly reason?: string;
}

/** Called when a statistic throws, returns a score that is not finite, or takes too long. */
export type StatisticFailure = (statistic: string, error: unknown) => void;

/** Up to this number of distinct reference values, a numeric feature is tested as categories. */
const discreteValues = 30;
const floorAlpha = 0.05;
/**
 * Processor time in microseconds that a statistic may take before it is left out of the rest of the
 * run. Processor time does not grow when the machine is busy with other work.
 */
const budgets = { score: 1_000_000, noiseFloor: 5_000_000 } as const;

/** The input of the statistics, in which each block of correlated rows counts as one row. */
interface Inputs {
  /** Whether the profile has the exported bins as its grid. */
  readonly hasCoarseBins: boolean;
  readonly bins: { readonly reference: Float64Array; readonly current: Float64Array };
  readonly profile?: { readonly reference: NumericProfile; readonly current: NumericProfile };
}

/** Returns a function that measures a feature; a statistic that fails affects no other. */
export function createMeasure(
  statistics: readonly CountedStatistic[],
  onFailure: StatisticFailure = () => {},
): (sample: ComparedFeature, criteria: DriftCriteria) => Measurement {
  const tooSlow = new Set<string>();

  function guarded<Result>(
    statistic: CountedStatistic,
    step: keyof typeof budgets,
    run: () => Result,
  ): Result | undefined {
    if (tooSlow.has(statistic.name)) return undefined;
    const before = process.cpuUsage();
    try {
      return run();
    } catch (error) {
      onFailure(statistic.name, error);
      return undefined;
    } finally {
      const took = process.cpuUsage(before).user;
      if (took > budgets[step]) {
        tooSlow.add(statistic.name);
        onFailure(
          statistic.name,
          new Error(
            `took ${Math.round(took / 1000)} ms, more than ${budgets[step] / 1000} ms; it is left out of the rest of the run`,
          ),
        );
      }
    }
  }

  function result(statistic: CountedStatistic, inputs: Inputs) {
    return guarded(statistic, 'score', () => {
      const found = compute(statistic, inputs);
      if (found === undefined) return undefined;
      const { score, pValue } = found;
      if (!Number.isFinite(score) || (pValue !== undefined && !(pValue >= 0 && pValue <= 1))) {
        throw new RangeError(
          `returned the score ${score} and the p-value ${pValue}; a score must be finite, a p-value between 0 and 1`,
        );
      }
      return found;
    });
  }

  return (sample, criteria) => {
    const { reference, current } = sample;
    const exported = sample.exported ?? exportedBins(reference, current);
    const referenceRows = reference.count + reference.missing;
    const currentRows = current.count + current.missing;
    const shares = binShares(
      binNames(reference, featureBins(reference)),
      exported.reference,
      exported.current,
    );
    const base = { referenceRows, currentRows, bins: shares };
    const isEmpty = referenceRows === 0 || currentRows === 0;
    const inputs = effectiveInputs(sample, criteria);
    const scores: Record<string, number> = {};
    const noiseFloor: Record<string, number> = {};
    let decidingFloor: number | undefined;
    const needed = new Set([...statistics, criteria.statistic]);
    for (const statistic of needed) {
      const found = result(statistic, inputs);
      if (found === undefined) continue;
      scores[statistic.name] = found.score;
      const floor = isEmpty
        ? undefined
        : guarded(statistic, 'noiseFloor', () =>
            floorOf(statistic, inputs, statistic === criteria.statistic),
          );
      if (statistic === criteria.statistic) decidingFloor = floor;
      if (floor !== undefined && Number.isFinite(floor)) noiseFloor[statistic.name] = floor;
    }
    const hasMissing = reference.missing + current.missing > 0;
    const { test, pValue, reason } = significance(inputs, hasMissing, criteria, result);
    const score = scores[criteria.statistic.name];
    return {
      ...base,
      scores,
      noiseFloor,
      ...(inputs.profile === undefined
        ? {}
        : {
            ksResolution: ksFromBins(inputs.profile.reference.counts, inputs.profile.current.counts)
              .resolution,
          }),
      test,
      pValue,
      ...reasonOf([
        sample.notReady,
        isEmpty ? `The ${referenceRows === 0 ? 'reference' : 'window'} has no rows` : undefined,
        hasNoCommonName(sample, inputs) ? noCommonName : undefined,
        score === undefined
          ? `The statistic "${criteria.statistic.name}" returned no score`
          : undefined,
        reason,
        tooFewRows(currentRows, decidingFloor, criteria),
      ]),
    };
  };
}

function reasonOf(reasons: readonly (string | undefined)[]): { reason?: string } {
  const reason = reasons.find((one) => one !== undefined);
  return reason === undefined ? {} : { reason };
}

/**
 * A sample is too small if chance alone reaches the investigate threshold in it: then a shift cannot
 * be distinguished from chance.
 */
function tooFewRows(
  rows: number,
  floor: number | undefined,
  { minimumRows, statistic, thresholds }: DriftCriteria,
): string | undefined {
  const shown = Math.round(rows);
  if (rows < minimumRows) return `Only ${shown} rows; at least ${minimumRows} are required`;
  if (floor === undefined || floor < thresholds.investigate) return undefined;
  return `Only ${shown} rows; chance alone reaches ${scoreName(statistic.name)} ${floor.toFixed(3)}`;
}

const noCommonName = 'Nearly every value is different; none is common enough to compare';

/** Whether all names are rare, so that both samples have all their rows in one bin. */
function hasNoCommonName({ reference, exported }: ComparedFeature, { bins }: Inputs): boolean {
  if (reference.type !== 'categorical' || reference.categories.length < 2) return false;
  if (poolRareBins(bins.reference, bins.current).bins > 1) return false;
  const named = exported ?? bins;
  let all = 0;
  let largest = 0;
  for (const [bin, rows] of named.reference.entries()) {
    const both = rows + named.current[bin]!;
    all += both;
    // The last three bins are the other names, the rare names and the missing rows.
    if (bin < named.reference.length - 3) largest = Math.max(largest, both);
  }
  return largest < all / 2 && named.reference.at(-1)! + named.current.at(-1)! < all / 2;
}

function compute(statistic: CountedStatistic, { hasCoarseBins, bins, profile }: Inputs) {
  if (statistic.input === 'bins') return statistic.compute(bins.reference, bins.current);
  if (profile === undefined) return undefined;
  if (hasCoarseBins && statistic.supportsCoarseBins === undefined) return undefined;
  return statistic.compute(profile.reference, profile.current);
}

/** The noise floor by formula; by simulation, which is slow, only for the deciding statistic. */
function floorOf(
  statistic: CountedStatistic,
  { bins, profile }: Inputs,
  decides: boolean,
): number | undefined {
  if (statistic.input === 'bins') {
    const { reference, current } = bins;
    if (statistic.noiseFloor !== undefined) {
      return statistic.noiseFloor(reference, current, floorAlpha);
    }
    return decides ? resampledNoiseFloor(statistic, reference, current) : undefined;
  }
  if (profile === undefined) return undefined;
  const { reference, current } = profile;
  if (reference.count === 0 || current.count === 0) return undefined;
  if (statistic.noiseFloor !== undefined) {
    return statistic.noiseFloor(reference, current, floorAlpha);
  }
  return decides ? resampledNoiseFloor(statistic, reference, current) : undefined;
}

type Result = (
  statistic: CountedStatistic,
  inputs: Inputs,
) => { readonly score: number; readonly pValue?: number } | undefined;

function significance(
  inputs: Inputs,
  hasMissing: boolean,
  criteria: DriftCriteria,
  result: Result,
): { test: string; pValue: number; reason?: string } {
  const { bins, profile } = inputs;
  if (criteria.test === 'auto') {
    const chi2 = contingencyPValue(bins);
    // Coarse bins are few, so they are tested as categories: that detects any move between them.
    const isContinuous = profile !== undefined && profile.reference.grid.length > discreteValues;
    if (!isContinuous) return { test: 'chi2', pValue: chi2 };
    return { test: 'ks', pValue: withMissing(ksPValue(profile), hasMissing, chi2) };
  }
  const test = testName(criteria.test);
  const found = result(criteria.test, inputs);
  if (found?.pValue === undefined) {
    return { test, pValue: 1, reason: `The test "${test}" returned no p-value` };
  }
  const seesMissing = criteria.test.input === 'bins';
  return {
    test,
    pValue: seesMissing
      ? found.pValue
      : withMissing(found.pValue, hasMissing, contingencyPValue(bins)),
  };
}

/**
 * A test of values ignores missing rows. If there are any, the contingency test, which counts them in
 * a bin, is applied as well: the p-value is the smaller of the two, doubled (Bonferroni).
 */
function withMissing(pValue: number, hasMissing: boolean, contingency: number): number {
  return hasMissing ? Math.min(1, 2 * Math.min(pValue, contingency)) : pValue;
}

function ksPValue({ reference, current }: NonNullable<Inputs['profile']>): number {
  const { statistic, n, m } = ksFromBins(reference.counts, current.counts);
  return ksTwoSamplePValue(statistic, n, m);
}

/**
 * The contingency test. With two bins the chi-square test exceeds its level: it rejects 5.7 % of
 * pairs at a nominal 5 % for even shares of 50 rows. Fisher's exact test never does.
 */
function contingencyPValue({ reference, current }: Inputs['bins']): number {
  const pooled = poolRareBins(reference, current);
  if (pooled.bins !== 2) return chiSquareContingency(pooled.reference, pooled.current).pValue;
  return fisherExact(proportionOf(pooled.reference), proportionOf(pooled.current)).pValue;
}

/** The first of two bins as a proportion; its counts are rounded to whole rows. */
function proportionOf([first = 0, second = 0]: Float64Array): Proportion {
  const successes = Math.round(first);
  return { successes, rows: successes + Math.round(second) };
}

function effectiveInputs(sample: ComparedFeature, criteria: DriftCriteria): Inputs {
  const { reference, current, exported } = sample;
  const hasCoarseBins = exported !== undefined;
  const counts = hasCoarseBins
    ? fleetBins(reference.type, exported)
    : decisionBins(reference, current);
  const blocks = blocksOf(sample, criteria);
  const bins = {
    reference: scaled(counts.reference, blocks.reference),
    current: scaled(counts.current, blocks.current),
  };
  if (reference.type !== 'numeric' || current.type !== 'numeric') return { hasCoarseBins, bins };
  const onGrid = hasCoarseBins
    ? profileOfBins(current.grid, exported.reference.subarray(0, -1))
    : reference;
  return {
    hasCoarseBins,
    bins,
    profile: {
      reference: effectiveProfile(onGrid, blocks.reference),
      current: effectiveProfile(current, blocks.current),
    },
  };
}

function effectiveProfile(profile: NumericProfile, block: number): NumericProfile {
  if (block === 1) return profile;
  return {
    ...profile,
    count: profile.count / block,
    missing: profile.missing / block,
    infinite: profile.infinite / block,
    m2: profile.m2 / block,
    counts: scaled(profile.counts, block),
  };
}

function scaled(counts: Float64Array, block: number): Float64Array {
  return block === 1 ? counts : counts.map((count) => count / block);
}
