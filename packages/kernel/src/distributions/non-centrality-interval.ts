import { normalQuantile } from './normal.js';

/** More halvings than a double has bits change nothing. */
const mostSteps = 200;

/**
 * The non-centralities for which a chi-square statistic is neither too large nor too small to be
 * expected: P(X >= x) and P(X <= x) are both at least `outside`.
 *
 * From the normal approximation of Sankaran, whose bounds differ from the exact ones by less than
 * 1 % of their distance for one degree of freedom and more; it needs no sums, so that large
 * statistics cost no more than small ones. Source: Sankaran 1963, Biometrika 50(1/2).
 *
 * @param x Statistic, 0 or more.
 * @param degreesOfFreedom Above 0, need not be whole.
 * @param outside Probability outside at each end, in (0, 0.5).
 */
export function nonCentralityInterval(
  x: number,
  degreesOfFreedom: number,
  outside: number,
): { readonly low: number; readonly high: number } {
  const z = normalQuantile(1 - outside);
  return {
    low: nonCentralityAt(x, degreesOfFreedom, z),
    high: nonCentralityAt(x, degreesOfFreedom, -z),
  };
}

/** The non-centrality whose normal score of x is z; 0 if even that of 0 is lower. */
function nonCentralityAt(x: number, degreesOfFreedom: number, z: number): number {
  if (normalScore(x, degreesOfFreedom, 0) <= z) return 0;
  let low = 0;
  let high = x + z * z + 4 * Math.abs(z) * Math.sqrt(x + z * z) + 1;
  for (let step = 0; step < mostSteps; step += 1) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (normalScore(x, degreesOfFreedom, middle) > z) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Φ of this is about P(X <= x). */
function normalScore(x: number, k: number, nonCentrality: number): number {
  const mean = k + nonCentrality;
  const h = 1 - (2 * mean * (k + 3 * nonCentrality)) / (3 * (k + 2 * nonCentrality) ** 2);
  const p = (k + 2 * nonCentrality) / mean ** 2;
  const m = (h - 1) * (1 - 3 * h);
  return (
    ((x / mean) ** h - (1 + h * p * (h - 1 - 0.5 * (2 - h) * m * p))) /
    (h * Math.sqrt(2 * p) * (1 + 0.5 * m * p))
  );
}
