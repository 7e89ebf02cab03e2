import { rowsForExpectedCount } from '@modelmeter/kernel/statistics';
import type { ColumnType } from '../settings/features.js';
import type { ComparedBins } from './decision-bins.js';
import { isExpectedLarge } from './rare-bins.js';
import { totalRows } from './total-rows.js';

/**
 * The bins in which drift of a fleet is decided from the counters of its replicas, in place of
 * `decisionBins`: a few large bins and one for the rest. The recording rules of `alerts/` form the
 * same bins.
 *
 * The counters have the bins of the reference only, so the names behind `__other__` are unknown.
 * They form the rest, together with the names that the reference never saw and with every bin that is
 * rare (`isExpectedLarge`), unless it has twice the rows that are needed: then it holds what is new. Statistics pool the rest further if it is still
 * that rare (`poolRareBins`). As at most one bin is rare, pooling does not need an order of the bins,
 * which PromQL does not have. O(bins log bins).
 *
 * @param type Type of the feature.
 * @param bins Rows per exported bin: the bins or categories, for categories then `__other__` and
 * `__unseen__`, missing rows last.
 * @returns The large bins by ascending rows of the reference, then the rest.
 */
export function fleetBins(type: ColumnType, bins: ComparedBins): ComparedBins {
  const { reference, current } = bins;
  const named = type === 'categorical' ? reference.length - 3 : reference.length;
  const missing = reference.length - 1;
  const n = totalRows(reference);
  const m = totalRows(current);
  const needed = rowsForExpectedCount(n, m);
  const large: number[] = [];
  let restOfReference = 0;
  let restOfCurrent = 0;
  for (const [bin, rows] of reference.entries()) {
    const mayBeLarge = bin < named || bin === missing;
    const both = rows + current[bin]!;
    const isLarge = isExpectedLarge(rows, n, m) || both >= 2 * needed;
    if (mayBeLarge && isLarge && both >= needed) {
      large.push(bin);
      continue;
    }
    restOfReference += rows;
    restOfCurrent += current[bin]!;
  }
  // A rare rest is pooled with the bin that has the fewest rows in the reference, the first one.
  large.sort((a, b) => reference[a]! - reference[b]!);
  return {
    reference: Float64Array.of(...large.map((bin) => reference[bin]!), restOfReference),
    current: Float64Array.of(...large.map((bin) => current[bin]!), restOfCurrent),
  };
}
