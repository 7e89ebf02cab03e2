import { studentTSurvival } from '@modelmeter/kernel/distributions';

/** Part of the bands that lies on each side outside of them. */
const tail = 0.025;

/**
 * Half the width of a 95 % band for one more value of the kind of `values`, plus an independent error:
 * t x sqrt(variance x (1 + 1 / n) + error²). Undefined for fewer than three values.
 */
export function halfWidthOf(values: readonly number[], error: number): number | undefined {
  const count = values.length;
  if (count < 3) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const variance = (squares / (count - 1)) * (1 + 1 / count);
  return studentTQuantile(count - 1) * Math.sqrt(variance + error * error);
}

/**
 * The factor by which bands would have had to be wider to hold 95 % of past values, 1 at least.
 * With fewer than 39 values it is the largest that occurred.
 *
 * @param ratios Distance from the middle of the band, in half widths of it.
 */
export function wideningOf(ratios: readonly number[]): number {
  const sorted = [...ratios].sort((a, b) => a - b);
  const rank = Math.min(sorted.length, Math.ceil((1 - 2 * tail) * (sorted.length + 1)));
  return Math.max(1, sorted[rank - 1] ?? 1);
}

/** The quantile 0.975 of Student's t distribution, by bisection. */
function studentTQuantile(degreesOfFreedom: number): number {
  let low = 1.9;
  let high = 13;
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (studentTSurvival(middle, degreesOfFreedom) > tail) low = middle;
    else high = middle;
  }
  return high;
}
