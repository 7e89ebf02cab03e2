import type { NumericProfile } from '@modelmeter/kernel/profiles';
import type { StatisticResult } from '@modelmeter/kernel/statistics';
import { decisionBins, exportedBins } from '../bins/decision-bins.js';
import { fleetBins } from '../bins/fleet-bins.js';
import { profileOfBins } from '../bins/profile-of-bins.js';
import type { ComparedFeature } from './compared-feature.js';
import { blocksOf, type CountedStatistic, type DriftCriteria } from './criteria.js';

/** The input of the statistics, in which each block of correlated rows counts as one row. */
export interface Inputs {
  /** Whether the profile has the exported bins as its grid. */
  readonly hasCoarseBins: boolean;
  readonly bins: { readonly reference: Float64Array; readonly current: Float64Array };
  readonly profile?: { readonly reference: NumericProfile; readonly current: NumericProfile };
}

/** The input of the statistics of a feature. O(bins). */
export function inputsOf(sample: ComparedFeature, criteria: DriftCriteria): Inputs {
  const { reference, current, exported } = sample;
  const hasCoarseBins = exported !== undefined;
  // The periods of a reference are known in the exported bins, so rarer names are compared together.
  const known = exported ?? (isOrdinary(sample) ? exportedBins(reference, current) : undefined);
  const bins =
    known === undefined ? decisionBins(reference, current) : fleetBins(reference.type, known);
  const isNumeric = reference.type === 'numeric' && current.type === 'numeric';
  const inputs: Inputs = isNumeric
    ? {
        hasCoarseBins,
        bins,
        profile: {
          reference: hasCoarseBins
            ? profileOfBins(current.grid, exported.reference.subarray(0, -1))
            : reference,
          current,
        },
      }
    : { hasCoarseBins, bins };
  return scaledInputs(inputs, blocksOf(sample, criteria));
}

function isOrdinary({ ordinary, reference }: ComparedFeature): boolean {
  return ordinary !== undefined && reference.type === 'categorical';
}

/** The same input with every block of rows counted as one row. */
export function scaledInputs(
  { hasCoarseBins, bins, profile }: Inputs,
  blocks: { readonly reference: number; readonly current: number },
): Inputs {
  const scaledBins = {
    reference: scaled(bins.reference, blocks.reference),
    current: scaled(bins.current, blocks.current),
  };
  if (profile === undefined) return { hasCoarseBins, bins: scaledBins };
  return {
    hasCoarseBins,
    bins: scaledBins,
    profile: {
      reference: scaledProfile(profile.reference, blocks.reference),
      current: scaledProfile(profile.current, blocks.current),
    },
  };
}

/** What a statistic says of the input; undefined if it does not apply to it. */
export function compute(statistic: CountedStatistic, inputs: Inputs): StatisticResult | undefined {
  if (statistic.input === 'bins') {
    return statistic.compute(inputs.bins.reference, inputs.bins.current);
  }
  const { profile } = inputs;
  if (profile === undefined) return undefined;
  if (inputs.hasCoarseBins && statistic.supportsCoarseBins === undefined) return undefined;
  return statistic.compute(profile.reference, profile.current);
}

function scaledProfile(profile: NumericProfile, block: number): NumericProfile {
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
