/** A number for people: four digits. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return value < 0 ? '-∞' : '∞';
  return String(Number(value.toPrecision(4)));
}
