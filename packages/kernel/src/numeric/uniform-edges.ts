/**
 * The edges of `bins` equally spaced bins, to the last bit those of `numpy.linspace`.
 *
 * A range of one point is widened by a half on either side, as `numpy.histogram` does.
 */
export function uniformEdges(minimum: number, maximum: number, bins: number): Float64Array {
  const low = minimum === maximum ? minimum - 0.5 : minimum + 0;
  const high = minimum === maximum ? maximum + 0.5 : maximum + 0;
  const range = high - low;
  const step = range / bins;
  const edges = new Float64Array(bins + 1);
  for (let edge = 0; edge < bins; edge += 1) {
    // A step that underflows to 0 is left for last, as the source does.
    edges[edge] = step === 0 ? (edge / bins) * range + low : edge * step + low;
  }
  edges[bins] = high;
  return edges;
}
