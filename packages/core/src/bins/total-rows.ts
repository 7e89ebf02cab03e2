/** The rows of all bins together. */
export function totalRows(counts: Float64Array): number {
  let total = 0;
  for (const rows of counts) total += rows;
  return total;
}
