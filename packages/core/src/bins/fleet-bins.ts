import { rowsForExpectedCount } from '@modelmeter/kernel';
import type { FeatureConfig } from '../settings/features.js';
import type { ComparedBins } from './decision-bins.js';

/**
 * The cells by which a fleet is judged from the counters of its replicas, in place of
 * `decisionBins`: a few large cells and one for the rest, as the recording rules of `alerts/`
 * make them too.
 *
 * The counters have the bins of the reference alone, so the names behind `__other__` are not known
 * any more: with the names that the reference never saw they are one cell, the rest, and so is
 * every cell whose expected count in the smaller sample is below 5. Statistics then pool the rest
 * itself where it is that rare (`poolRareBins`). No more than one cell is rare, so their pooling
 * needs no order of the cells, which PromQL does not have. O(cells log cells).
 *
 * @param type Type of the feature.
 * @param cells Rows per cell as exported: the bins or categories, for categories then `__other__`
 * and `__unseen__`, missing rows last.
 * @returns The large cells by ascending rows of the reference, then the rest.
 */
export function fleetBins(type: FeatureConfig['type'], cells: ComparedBins): ComparedBins {
  const { reference, current } = cells;
  const named = type === 'categorical' ? reference.length - 3 : reference.length;
  const missing = reference.length - 1;
  const needed = rowsForExpectedCount(total(reference), total(current));
  const large: number[] = [];
  let restOfReference = 0;
  let restOfCurrent = 0;
  for (const [cell, rows] of reference.entries()) {
    const stands = cell < named || cell === missing;
    if (stands && rows + current[cell]! >= needed) {
      large.push(cell);
      continue;
    }
    restOfReference += rows;
    restOfCurrent += current[cell]!;
  }
  // Of two equally rare cells the one with fewer rows of the reference takes a rest that is rare.
  large.sort((a, b) => reference[a]! - reference[b]!);
  return {
    reference: Float64Array.of(...large.map((cell) => reference[cell]!), restOfReference),
    current: Float64Array.of(...large.map((cell) => current[cell]!), restOfCurrent),
  };
}

function total(counts: Float64Array): number {
  return counts.reduce((sum, rows) => sum + rows, 0);
}
