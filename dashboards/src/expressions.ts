/**
 * A quantile, or an expression of one, only where there are events. Without events it is NaN, which a
 * panel would show as a value.
 */
export function whereCounted(quantile: string): string {
  return `${quantile} >= 0`;
}
