import type { ColumnProfile } from '@modelmeter/kernel/profiles';
import type { ComparedBins } from '../../bins/decision-bins.js';
import { featureBins } from '../../bins/feature-bins.js';
import { profileOfBins } from '../../bins/profile-of-bins.js';
import { totalRows } from '../../bins/total-rows.js';
import type { ComparedFeature } from '../compared-feature.js';

/**
 * A feature whose current rows are known only in the bins that replicas export.
 *
 * Row counts may be fractions, since the increase of a counter over a window is an estimate. Every
 * statistic accepts fractions; only the exact test of two bins rounds them.
 *
 * @param rows Rows per exported bin, missing ones last, as returned by `exportedBins`.
 */
export function exportedFeature(
  feature: ComparedFeature['feature'],
  reference: ColumnProfile,
  rows: Float64Array,
): ComparedFeature {
  const bins = featureBins(reference);
  const exported: ComparedBins = {
    reference: Float64Array.of(...bins.reference, reference.missing),
    current: rows,
  };
  const values = rows.subarray(0, -1);
  const missing = rows.at(-1)!;
  if (reference.type === 'numeric') {
    return {
      feature,
      reference,
      current: { ...profileOfBins(bins.edges, values), missing },
      exported,
    };
  }
  const names = values.length - 2;
  return {
    feature,
    reference,
    current: {
      type: 'categorical',
      count: totalRows(values),
      missing,
      categories: bins.categories.slice(0, names),
      counts: values.slice(0, names),
      other: values[names]! + values[names + 1]!,
    },
    exported,
  };
}
