/** The largest double below a finite one; -Infinity below the lowest. */
export function nextBelow(value: number): number {
  if (value === 0) return -Number.MIN_VALUE;
  const bits = new BigInt64Array(Float64Array.of(value).buffer);
  // The bits of a positive double grow with it, those of a negative one with its magnitude.
  bits[0] = bits[0]! + (value > 0 ? -1n : 1n);
  return new Float64Array(bits.buffer)[0]!;
}
