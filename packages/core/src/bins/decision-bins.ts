import { binomialSurvival, type CategoricalProfile, type FeatureProfile } from '@modelmeter/kernel';
import { settingDefaults } from '../settings/defaults.js';
import { featureBins, profileCounts } from './feature-bins.js';

/** Rows of both samples in the same cells, missing rows last. */
export interface ComparedBins {
  readonly reference: Float64Array;
  readonly current: Float64Array;
}

/** Chance that is let pass when a name is told apart from those that the reference never saw. */
const chance = 0.001;

/**
 * The cells that a feature is judged by.
 *
 * Those of a numeric feature are the quantile bins of its reference. Categories are chosen by the
 * rows of both samples together, never of one: the names that a reference happens to hold, and
 * those that are frequent in it, are by that alone more frequent there than in any other sample of
 * the same source. So at most `maximumCategories` names with the most rows of both are cells; the
 * other names are one; and names so rare that another sample of the source may well lack them form
 * a cell with the categories that the reference never saw. O(categories log categories).
 */
export function decisionBins(reference: FeatureProfile, current: FeatureProfile): ComparedBins {
  if (reference.type === 'numeric' || current.type === 'numeric') {
    return exportedBins(reference, current);
  }
  return categoryCells(reference, current);
}

/** The bins that replicas export: those of `featureBins`, then the missing rows. */
export function exportedBins(reference: FeatureProfile, current: FeatureProfile): ComparedBins {
  const bins = featureBins(reference);
  return {
    reference: Float64Array.of(...bins.reference, reference.missing),
    current: Float64Array.of(...bins.fold(profileCounts(current, reference)), current.missing),
  };
}

// Ties are broken by name: the order of the vocabulary is that of the reference's rows.
function categoryCells(reference: CategoricalProfile, current: CategoricalProfile): ComparedBins {
  const { categories } = reference;
  const both = reference.counts.map((rows, code) => rows + current.counts[code]!);
  const common = commonFrom(reference, current);
  const codes = Array.from(both.keys())
    .filter((code) => both[code]! >= common)
    .sort((a, b) => both[b]! - both[a]! || (categories[a]! < categories[b]! ? -1 : 1));
  const kept = new Map(
    codes.slice(0, settingDefaults.maximumCategories).map((code, cell) => [code, cell]),
  );
  const cells = kept.size;
  const fold = (profile: CategoricalProfile): Float64Array => {
    const rows = new Float64Array(cells + 3);
    for (const [code, count] of profile.counts.entries()) {
      const cell = kept.get(code) ?? (both[code]! >= common ? cells : cells + 1);
      rows[cell]! += count;
    }
    rows[cells + 1]! += profile.other;
    rows[cells + 2] = profile.missing;
    return rows;
  };
  return { reference: fold(reference), current: fold(current) };
}

/**
 * Rows of both samples from which a name is common: with fewer, so few of them may fall into the
 * reference by chance that its vocabulary lacks the name. O(log rows).
 */
function commonFrom(reference: CategoricalProfile, current: CategoricalProfile): number {
  const n = reference.count;
  const m = current.count;
  if (n === 0 || m === 0) return 0;
  // A vocabulary that was cut has no name with fewer reference rows than its rarest.
  const lacking = reference.other === 0 ? 0 : Math.min(...reference.counts);
  const mayLack = (rows: number): boolean =>
    binomialSurvival(rows - lacking - 1, rows, m / (n + m)) >= chance;
  let least = lacking;
  let most = lacking + 1;
  while (mayLack(most)) {
    least = most;
    most *= 2;
  }
  while (most - least > 1) {
    const middle = Math.floor((least + most) / 2);
    if (mayLack(middle)) least = middle;
    else most = middle;
  }
  return most;
}
