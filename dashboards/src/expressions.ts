/**
 * A quantile, or what is made of one, where something was counted: it is NaN without any event, and
 * a panel would show that as a value.
 */
export function whereCounted(quantile: string): string {
  return `${quantile} >= 0`;
}
