/** Counts of both samples at their distinct values, by a plain loop; NaN left out. */
export function plainTieGroups(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): { values: Float64Array; reference: Float64Array; current: Float64Array } {
  const known = (sample: ArrayLike<number>): number[] =>
    Array.from(sample, (value) => value + 0).filter((value) => !Number.isNaN(value));
  const values = Float64Array.from(new Set([...known(reference), ...known(current)])).sort();
  const binOf = new Map(Array.from(values, (value, bin) => [value, bin]));
  const count = (sample: ArrayLike<number>): Float64Array => {
    const counts = new Float64Array(values.length);
    for (const value of known(sample)) counts[binOf.get(value)!]! += 1;
    return counts;
  };
  return { values, reference: count(reference), current: count(current) };
}
