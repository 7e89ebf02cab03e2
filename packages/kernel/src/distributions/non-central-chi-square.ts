import { requireNumberIn } from '../checks/number-arguments.js';
import { incompleteGamma } from './gamma.js';
import { mostTerms } from './most-terms.js';
import { poissonDensity } from './saddle-point.js';

const largestArgument = 1e9;

/**
 * P(X > x) of the non-central chi-square distribution, in [0, 1].
 *
 * The distribution of Pearson's statistic where the two samples do differ: the power of the test,
 * and the threshold of a test that tolerates a shift (non-centrality of that shift). Relative error
 * below 1e-10 down to 1e-300. A Poisson mixture of central distributions, summed around its largest
 * term: O(√(x + degreesOfFreedom + nonCentrality)) terms. Source: Johnson, Kotz and Balakrishnan
 * 1995, Continuous Univariate Distributions 2, eq. 29.2.
 *
 * @throws KernelError INVALID_ARGUMENT when x is NaN or not in [0, 1e9] or Infinity, the degrees of
 * freedom are not in (0, 1e9], or the non-centrality not in [0, 1e9].
 */
export function nonCentralChiSquareSurvival(
  x: number,
  degreesOfFreedom: number,
  nonCentrality: number,
): number {
  const place = 'nonCentralChiSquareSurvival';
  requireNumberIn(`${place}(degreesOfFreedom)`, degreesOfFreedom, 1e-9, largestArgument);
  requireNumberIn(`${place}(nonCentrality)`, nonCentrality, 0, largestArgument);
  if (x <= 0) return 1;
  if (x === Infinity) return 0;
  requireNumberIn(`${place}(x)`, x, 0, largestArgument);
  const a = 0.5 * degreesOfFreedom;
  const half = 0.5 * x;
  const mean = 0.5 * nonCentrality;
  if (mean === 0) return incompleteGamma(a, half).upper;

  const weight = (j: number): number => (j === 0 ? Math.exp(-mean) : poissonDensity(j, mean));
  const term = (j: number): number => weight(j) * incompleteGamma(a + j, half).upper;
  // The terms rise to one peak: at the Poisson mean where the tail is near 1, above it far out.
  const farPeak = 0.5 * (Math.sqrt(a * a + 4 * mean * half) - a);
  const rises = (j: number): boolean => {
    const here = term(j);
    const next = term(j + 1);
    // Where both underflow the peak is known to be near the far one.
    return here === 0 && next === 0 ? j < farPeak : here < next;
  };
  const peak = firstFall(rises, Math.floor(mean), Math.ceil(Math.max(mean, farPeak)));
  const largest = term(peak);
  if (largest === 0) return 0;

  // Upwards each tail is the last one plus a density; downwards it would be a difference. So the
  // sum starts where the terms begin to count and goes up.
  let start = peak;
  let stride = 1;
  while (start > 0 && term(start) > 1e-18 * largest) {
    start = Math.max(0, start - stride);
    stride *= 2;
  }
  let tail = incompleteGamma(a + start, half).upper;
  let density = poissonDensity(a + start, half);
  let probability = weight(start);
  const last = start + mostTerms(x + degreesOfFreedom + nonCentrality);
  let sum = 0;
  for (let j = start; j <= last; j += 1) {
    const next = sum + probability * tail;
    if (j > peak && next === sum) break;
    sum = next;
    tail = Math.min(1, tail + density);
    density *= half / (a + j + 1);
    probability *= mean / (j + 1);
  }
  return Math.min(1, sum);
}

/** The first j in [from, to] at which terms that rise and then fall no longer rise. O(log). */
function firstFall(rises: (j: number) => boolean, from: number, to: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (rises(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
