import { requireNumberIn } from '../checks/number-arguments.js';

/** P-values of several tests in any order, each in [0, 1]. */
export type PValues = readonly number[] | Float64Array;

/**
 * Adjusted p-values in the order of the input: reject those at or below the level, and the chance
 * of any false rejection is at most that level, however the tests depend on each other.
 *
 * min(1, n p). `holm` keeps the same promise and rejects more. O(n). Empty in, empty out.
 * Source: Dunn 1961, Journal of the American Statistical Association 56.
 *
 * @throws KernelError INVALID_ARGUMENT naming the first p-value that is NaN or outside [0, 1].
 */
export function bonferroni(pValues: PValues): Float64Array {
  requirePValues('bonferroni', pValues);
  return Float64Array.from(pValues, (p) => Math.min(1, p * pValues.length));
}

/**
 * Adjusted p-values in the order of the input: reject those at or below the level, and the chance
 * of any false rejection is at most that level, however the tests depend on each other.
 *
 * Equal to statsmodels' `multipletests(method='holm')`. O(n log n). Empty in, empty out.
 * Source: Holm 1979, Scandinavian Journal of Statistics 6(2).
 *
 * @throws KernelError INVALID_ARGUMENT naming the first p-value that is NaN or outside [0, 1].
 */
export function holm(pValues: PValues): Float64Array {
  requirePValues('holm', pValues);
  const order = ascending(pValues);
  const adjusted = new Float64Array(order.length);
  let largest = 0;
  for (const [rank, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, pValues[index]! * (order.length - rank)));
    adjusted[index] = largest;
  }
  return adjusted;
}

/**
 * Adjusted p-values in the order of the input: reject those at or below the level, and the false
 * discovery rate is at most that level for independent or positively dependent tests.
 *
 * Equal to scipy's `false_discovery_control(method='bh')`. O(n log n). Empty in, empty out.
 * Source: Benjamini and Hochberg 1995, Journal of the Royal Statistical Society B 57(1).
 *
 * @throws KernelError INVALID_ARGUMENT naming the first p-value that is NaN or outside [0, 1].
 */
export function benjaminiHochberg(pValues: PValues): Float64Array {
  requirePValues('benjaminiHochberg', pValues);
  return stepUp(pValues, (rank) => pValues.length / rank);
}

/** The place of a batch in a stream of batches that never ends. */
export interface OnlineBatch {
  /** Part of the level that this batch may use, above 0 to 1: 1 / 1460 for a run of a year of runs. */
  readonly share: number;
  /** Discoveries of earlier batches, old ones forgotten by a factor of 1 - share at each batch; 0 or more. */
  readonly discoveries: number;
}

/**
 * Adjusted p-values of one batch of a stream, in the order of the input: reject those at or below the
 * level, and add their number to the discoveries.
 *
 * The value with rank k becomes n p / (share (discoveries + k)), and none may be above one that is
 * larger. A batch on its own, with a share of 1 and no discoveries, gets the values of
 * `benjaminiHochberg`; batches of one test get the levels of LOND. When the shares of the batches add
 * up to 1, the false discovery rate over all of them is at most the level for independent or positively
 * dependent tests. With an equal share of 1 / N for ever, the rate is that of the last N batches:
 * discoveries that are forgotten leave what is spent on them to new ones, so that the level of a batch
 * never falls below level x share. O(n log n). Empty in, empty out.
 * Source: Javanmard and Montanari 2018, Annals of Statistics 46(2), for LOND; Zrnic, Jiang, Ramdas and
 * Jordan 2020, "The Power of Batching in Multiple Hypothesis Testing"; Ramdas, Yang, Wainwright and
 * Jordan 2017, "Online control of the false discovery rate with decaying memory".
 *
 * @throws KernelError INVALID_ARGUMENT naming the first p-value that is NaN or outside [0, 1], a share
 * outside (0, 1], or discoveries below 0.
 */
export function onlineBenjaminiHochberg(
  pValues: PValues,
  { share, discoveries }: OnlineBatch,
): Float64Array {
  requirePValues('onlineBenjaminiHochberg', pValues);
  requireNumberIn('onlineBenjaminiHochberg(share)', share, Number.MIN_VALUE, 1);
  requireNumberIn('onlineBenjaminiHochberg(discoveries)', discoveries, 0, Number.MAX_VALUE);
  return stepUp(pValues, (rank) => pValues.length / (share * (discoveries + rank)));
}

/**
 * Adjusted p-values in the order of the input: reject those at or below the level, and the false
 * discovery rate is at most that level, however the tests depend on each other.
 *
 * Those of Benjamini and Hochberg times 1 + 1/2 + … + 1/n. Equal to scipy's
 * `false_discovery_control(method='by')`. O(n log n). Empty in, empty out.
 * Source: Benjamini and Yekutieli 2001, Annals of Statistics 29(4).
 *
 * @throws KernelError INVALID_ARGUMENT naming the first p-value that is NaN or outside [0, 1].
 */
export function benjaminiYekutieli(pValues: PValues): Float64Array {
  requirePValues('benjaminiYekutieli', pValues);
  let harmonic = 0;
  for (let rank = 1; rank <= pValues.length; rank += 1) harmonic += 1 / rank;
  return stepUp(pValues, (rank) => (pValues.length / rank) * harmonic);
}

/** Multiplies by the factor of each rank; from the largest down, none may be above one that is larger. */
function stepUp(pValues: PValues, factorOf: (rank: number) => number): Float64Array {
  const order = ascending(pValues);
  const adjusted = new Float64Array(order.length);
  let smallest = 1;
  for (let rank = order.length; rank >= 1; rank -= 1) {
    const index = order[rank - 1]!;
    smallest = Math.min(smallest, pValues[index]! * factorOf(rank));
    adjusted[index] = smallest;
  }
  return adjusted;
}

function ascending(pValues: PValues): Uint32Array {
  return Uint32Array.from(pValues, (_, index) => index).sort(
    (a, b) => pValues[a]! - pValues[b]! || a - b,
  );
}

function requirePValues(place: string, pValues: PValues): void {
  for (let index = 0; index < pValues.length; index += 1) {
    requireNumberIn(`${place}(pValues)[${index}]`, pValues[index]!, 0, 1);
  }
}
