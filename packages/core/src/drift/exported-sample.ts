import { binMoments, type FeatureProfile, type NumericProfile } from '@modelmeter/kernel/profiles';
import type { DecisionCells } from './decision-cells.js';
import { featureBins } from './feature-bins.js';
import type { FeatureSample } from './measure.js';

/**
 * A feature whose current rows are known by the bins that replicas export, and no finer.
 *
 * Rows need not be whole: the increase of a counter over a window is an estimate. They stay as they
 * are, since every statistic takes rows with fractions; only the exact test between two cells
 * rounds them.
 *
 * @param rows Rows per exported cell, missing ones last, as `exportedCells` gives them.
 */
export function exportedSample(
  feature: FeatureSample['feature'],
  reference: FeatureProfile,
  rows: Float64Array,
): FeatureSample {
  const bins = featureBins(reference);
  const exported: DecisionCells = {
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
      count: sum(values),
      missing,
      categories: bins.categories.slice(0, names),
      counts: values.slice(0, names),
      other: values[names]! + values[names + 1]!,
    },
    exported,
  };
}

/**
 * Bins as a profile on the grid of their edges: all rows of a bin lie in the gap before its upper
 * edge, so distribution functions are compared at the edges, where they are known.
 */
export function profileOfBins(edges: Float64Array, rows: Float64Array): NumericProfile {
  const counts = new Float64Array(2 * edges.length + 1);
  for (const [bin, count] of rows.entries()) counts[2 * bin] = count;
  return {
    type: 'numeric',
    count: sum(rows),
    missing: 0,
    infinite: 0,
    min: null,
    max: null,
    ...binMoments(edges, counts),
    grid: edges,
    counts,
  };
}

function sum(counts: Float64Array): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}
