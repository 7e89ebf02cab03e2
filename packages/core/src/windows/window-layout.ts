import { binMoments, type ColumnProfile } from '@modelmeter/kernel/profiles';
import { referenceCounts } from '../bins/feature-bins.js';
import type { Reference } from '../reference.js';
import type { ColumnFeature } from '../settings/features.js';

/** The slots of one feature in a pane: its counts, then missing, invalid and absent rows. */
export interface WindowFeature {
  readonly feature: ColumnFeature;
  readonly profile: ColumnProfile;
  /** The first slot of the feature in a pane. */
  readonly offset: number;
  /** Number of counts. Numeric: 2k + 1 intervals of the grid. Categorical: names, other, unseen. */
  readonly size: number;
}

/** Counts of one feature over a period. */
export interface FeatureCounts {
  /** Numeric: intervals of the grid. Categorical: names, other, unseen. */
  readonly counts: Float64Array;
  readonly missing: number;
  /** Rows whose value was not of the declared type; they are also counted as missing. */
  readonly invalid: number;
  /** Rows that lack the feature, not only its value; they are also counted as missing. */
  readonly absent: number;
}

/** Slots of a feature after its counts: missing, invalid, absent. */
const extraSlots = 3;

/** Places the features of a model one after the other in a pane. */
export function layOut(
  features: readonly ColumnFeature[],
  reference: Pick<Reference, 'features'>,
): { readonly features: readonly WindowFeature[]; readonly width: number } {
  let width = 0;
  const placed = features.map((feature) => {
    const profile = reference.features.get(feature.name) as ColumnProfile;
    const size = referenceCounts(profile).length;
    const offset = width;
    width += size + extraSlots;
    return { feature, profile, offset, size };
  });
  return { features: placed, width };
}

/** The slot of missing rows. */
export function missingSlot({ offset, size }: WindowFeature): number {
  return offset + size;
}

/** The slot of rows whose value was not of the declared type. */
export function invalidSlot({ offset, size }: WindowFeature): number {
  return offset + size + 1;
}

/** The slot of rows that lack the feature. */
export function absentSlot({ offset, size }: WindowFeature): number {
  return offset + size + 2;
}

/** The counts of a feature in the slots of a pane, or of a sum of panes; copied. */
export function countsOf(feature: WindowFeature, slots: Float64Array): FeatureCounts {
  return {
    counts: slots.slice(feature.offset, feature.offset + feature.size),
    missing: slots[missingSlot(feature)]!,
    invalid: slots[invalidSlot(feature)]!,
    absent: slots[absentSlot(feature)]!,
  };
}

/**
 * The counts of a window as a profile. Its minimum and maximum are null and its moments are those of
 * the intervals of the grid. O(counts).
 */
export function windowProfile(
  { profile }: WindowFeature,
  { counts, missing }: FeatureCounts,
): ColumnProfile {
  let count = 0;
  for (const rows of counts) count += rows;
  if (profile.type === 'categorical') {
    const { categories } = profile;
    const names = categories.length;
    return {
      type: 'categorical',
      count,
      missing,
      categories,
      counts: counts.slice(0, names),
      other: counts[names]! + counts[names + 1]!,
    };
  }
  return {
    type: 'numeric',
    count,
    missing,
    infinite: 0,
    min: null,
    max: null,
    ...binMoments(profile.grid, counts),
    grid: profile.grid,
    counts,
  };
}
