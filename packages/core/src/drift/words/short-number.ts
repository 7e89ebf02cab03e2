/** A number with at most four significant digits, or as many as asked for. */
export function shortNumber(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return value < 0 ? '-∞' : '∞';
  return String(Number(value.toPrecision(digits)));
}
