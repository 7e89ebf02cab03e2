import { binCounts, type FeatureProfile, quantileBins } from '@modelmeter/kernel';
import { settingDefaults } from '../settings/defaults.js';

/**
 * Few bins of a feature for the fleet's counters and for the scores that need bins: quantile bins
 * of the reference or its largest categories, each a union of cells.
 */
export interface FeatureBins {
  /** Inner bin edges of a numeric feature; empty for a categorical one. */
  readonly edges: Float64Array;
  /** Names of the bins of a categorical feature; empty for a numeric one. */
  readonly categories: readonly string[];
  /** Sums the cells of a feature into its bins, without the missing rows. */
  readonly fold: (cells: Float64Array) => Float64Array;
  /** The reference in these bins. */
  readonly reference: Float64Array;
}

export const otherCategory = '__other__';
export const unseenCategory = '__unseen__';
export const missingCategory = '__missing__';

/** The bins of a feature: at most `settingDefaults.bins`, or `maximumCategories` and two more. */
export function featureBins(profile: FeatureProfile): FeatureBins {
  if (profile.type === 'numeric') {
    const edges = quantileBins(profile, settingDefaults.bins);
    const fold = (counts: Float64Array): Float64Array => binCounts(profile.grid, counts, edges);
    return { edges, categories: [], fold, reference: fold(profile.counts) };
  }
  const kept = Math.min(profile.categories.length, settingDefaults.maximumCategories);
  const fold = (counts: Float64Array): Float64Array => {
    const bins = new Float64Array(kept + 2);
    for (let cell = 0; cell < counts.length; cell += 1) {
      const bin = cell === counts.length - 1 ? kept + 1 : Math.min(cell, kept);
      bins[bin]! += counts[cell]!;
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

/** The cells of a reference in the layout of its window: for categories with other and unseen. */
export function referenceCounts(profile: FeatureProfile): Float64Array {
  if (profile.type === 'numeric') return profile.counts;
  return Float64Array.of(...profile.counts, profile.other, 0);
}

/**
 * The cells of a current profile in that layout: what has no name is unseen, unless the reference
 * left names out.
 */
export function profileCounts(current: FeatureProfile, reference: FeatureProfile): Float64Array {
  if (current.type === 'numeric') return current.counts;
  const namesLeftOut = reference.type === 'categorical' && reference.other > 0;
  return Float64Array.of(
    ...current.counts,
    namesLeftOut ? current.other : 0,
    namesLeftOut ? 0 : current.other,
  );
}
