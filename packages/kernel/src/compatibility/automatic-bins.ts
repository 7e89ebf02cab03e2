import type { Moments } from '../types.js';

/** Bins of one width over the range of a sample, as `numpy.histogram` takes them. */
export interface AutomaticBins {
  readonly minimum: number;
  readonly maximum: number;
  readonly bins: number;
}

/**
 * The bins that `numpy.histogram_bin_edges(values, 'sturges')` chooses: log2(n) + 1 of them.
 *
 * Source: Sturges 1926, Journal of the American Statistical Association 21.
 */
export function sturgesBins({ count, min, max }: Moments): AutomaticBins {
  return divide(min, max, (max - min) / (Math.log2(count) + 1));
}

/**
 * The bins that `numpy.histogram_bin_edges(values, 'doane')` chooses: more where the values are
 * skewed. `skewness` is the third standardised moment, without correction.
 *
 * Source: Doane 1976, The American Statistician 30(4).
 */
export function doaneBins({ count, min, max, m2 }: Moments, skewness: number): AutomaticBins {
  if (count <= 2 || !(m2 > 0)) return divide(min, max, 0);
  const error = Math.sqrt((6 * (count - 2)) / ((count + 1) * (count + 3)));
  const width = (max - min) / (1 + Math.log2(count) + Math.log2(1 + Math.abs(skewness) / error));
  return divide(min, max, width);
}

/** A range of one point is half a unit to either side, in one bin. */
function divide(min: number, max: number, width: number): AutomaticBins {
  if (min === max) return { minimum: min - 0.5, maximum: max + 0.5, bins: 1 };
  const bins = width > 0 ? Math.ceil((max - min) / width) : 1;
  return { minimum: min, maximum: max, bins };
}
