import { quantilesOfSorted } from './quantiles.js';
import { sortedCopy } from './sorted-copy.js';

/** The median of the values that are not NaN; NaN when there is none. */
export function median(values: Float64Array): number {
  return quantilesOfSorted(sortedCopy(values), [0.5])[0] ?? Number.NaN;
}
