import { requireNumberIn } from './number-arguments.js';

/**
 * Adjusted p-values in the order of the input: reject those at or below the level, and the false
 * discovery rate is at most that level for independent or positively dependent tests.
 *
 * Equal to scipy's `false_discovery_control(method='bh')`. O(n log n). Empty in, empty out.
 * Source: Benjamini and Hochberg 1995, Journal of the Royal Statistical Society B 57(1).
 *
 * @throws KernelError INVALID_ARGUMENT naming the first p-value that is NaN or outside [0, 1].
 */
export function benjaminiHochberg(pValues: readonly number[] | Float64Array): Float64Array {
  const count = pValues.length;
  for (let index = 0; index < count; index += 1) {
    requireNumberIn(`benjaminiHochberg(pValues)[${index}]`, pValues[index]!, 0, 1);
  }
  const order = Uint32Array.from(pValues, (_, index) => index).sort(
    (a, b) => pValues[a]! - pValues[b]!,
  );
  const adjusted = new Float64Array(count);
  let smallest = 1;
  for (let rank = count; rank >= 1; rank -= 1) {
    const index = order[rank - 1]!;
    smallest = Math.min(smallest, pValues[index]! * (count / rank));
    adjusted[index] = smallest;
  }
  return adjusted;
}
