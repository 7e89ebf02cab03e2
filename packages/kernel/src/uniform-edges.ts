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
  const edges = Float64Array.from({ length: bins + 1 }, (_, edge) =>
    // A step that underflows to 0 is left for last, as the source does.
    step === 0 ? (edge / bins) * range + low : edge * step + low,
  );
  edges[bins] = high;
  return edges;
}
