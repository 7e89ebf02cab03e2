/**
 * The Walsh-Hadamard transform of the first `length` values, in place and not normalised.
 *
 * O(length log length) additions, two levels at a time.
 *
 * @param length A power of two, at most that of `values`.
 */
export function hadamardTransform(values: Float64Array, length: number): void {
  let half = 1;
  for (; half * 4 <= length; half *= 4) {
    for (let start = 0; start < length; start += half * 4) {
      for (let index = start; index < start + half; index += 1) {
        const a = values[index]!;
        const b = values[index + half]!;
        const c = values[index + 2 * half]!;
        const d = values[index + 3 * half]!;
        const ab = a + b;
        const cd = c + d;
        const aMinusB = a - b;
        const cMinusD = c - d;
        values[index] = ab + cd;
        values[index + half] = aMinusB + cMinusD;
        values[index + 2 * half] = ab - cd;
        values[index + 3 * half] = aMinusB - cMinusD;
      }
    }
  }
  if (half === length) return;
  for (let index = 0; index < half; index += 1) {
    const a = values[index]!;
    const b = values[index + half]!;
    values[index] = a + b;
    values[index + half] = a - b;
  }
}
