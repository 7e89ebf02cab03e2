import {
  binCounts,
  type ColumnProfile,
  type NumericProfile,
  quantileBins,
} from '@modelmeter/kernel/profiles';
import { settingDefaults } from '../settings/defaults.js';

/**
 * The exported bins of a feature, few enough for counters: quantile bins of the reference or its
 * largest categories. Each is a union of the fine counts that a window holds.
 */
export interface FeatureBins {
  /** Inner bin edges of a numeric feature; empty for a categorical one. */
  readonly edges: Float64Array;
  /** Names of the bins of a categorical feature; empty for a numeric one. */
  readonly categories: readonly string[];
  /** Sums the counts of a window into the bins, without the missing rows. */
  readonly fold: (counts: Float64Array) => Float64Array;
  /** Rows of the reference in these bins, without the missing ones. */
  readonly reference: Float64Array;
}

export const otherCategory = '__other__';
export const unseenCategory = '__unseen__';
export const missingCategory = '__missing__';

/** Profiles of a part of the rows of a reference, with the reference whose bins they have. */
const wholeOf = new WeakMap<ColumnProfile, ColumnProfile>();

/** Gives a profile of some rows of a reference the bins of that reference instead of its own. */
export function withBinsOf<Profile extends ColumnProfile>(
  whole: ColumnProfile,
  part: Profile,
): Profile {
  wholeOf.set(part, whole);
  return part;
}

/**
 * The bins of a feature: at most `settingDefaults.bins` of a numeric one, `maximumCategories` and two
 * more of a categorical one. O(counts).
 */
export function featureBins(profile: ColumnProfile): FeatureBins {
  if (profile.type === 'numeric') {
    const whole = wholeOf.get(profile) ?? profile;
    const edges = quantileBins(whole as NumericProfile, settingDefaults.bins);
    const fold = (counts: Float64Array): Float64Array => binCounts(profile.grid, counts, edges);
    return { edges, categories: [], fold, reference: fold(profile.counts) };
  }
  const kept = Math.min(profile.categories.length, settingDefaults.maximumCategories);
  const fold = (counts: Float64Array): Float64Array => {
    const bins = new Float64Array(kept + 2);
    for (let index = 0; index < counts.length; index += 1) {
      const bin = index === counts.length - 1 ? kept + 1 : Math.min(index, kept);
      bins[bin]! += counts[index]!;
    }
    return bins;
  };
  return {
    edges: new Float64Array(0),
    categories: [...profile.categories.slice(0, kept), otherCategory, unseenCategory],
    fold,
    reference: fold(referenceCounts(profile)),
  };
}

/** The counts of a reference in the layout of a window: for categories, with other and unseen. */
export function referenceCounts(profile: ColumnProfile): Float64Array {
  if (profile.type === 'numeric') return profile.counts;
  return Float64Array.of(...profile.counts, profile.other, 0);
}

/**
 * The counts of a current profile in that layout. Rows without a known name are unseen, or other
 * if the reference left names out.
 */
export function profileCounts(current: ColumnProfile, reference: ColumnProfile): Float64Array {
  if (current.type === 'numeric') return current.counts;
  const namesLeftOut = reference.type === 'categorical' && reference.other > 0;
  return Float64Array.of(
    ...current.counts,
    namesLeftOut ? current.other : 0,
    namesLeftOut ? 0 : current.other,
  );
}
