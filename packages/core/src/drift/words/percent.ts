/** A share from 0 to 1 as a percentage with one decimal: `3.4 %`. */
export function percent(ratio: number): string {
  const points = ratio * 100;
  if (points > 0 && points < 0.1) return '<0.1 %';
  if (points > 99.9 && points < 100) return '>99.9 %';
  return `${points.toFixed(Number.isInteger(points) || points >= 99.95 ? 0 : 1)} %`;
}
