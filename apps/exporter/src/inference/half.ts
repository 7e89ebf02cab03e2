const scratch = new DataView(new ArrayBuffer(4));

/**
 * The bits of the IEEE 754 half-precision number nearest to a number, ties to even; infinite above
 * 65 519. O(1).
 */
export function halfBits(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size >= 65_520) return sign | 0x7c00;
  scratch.setFloat32(0, size);
  const exponent = Math.max((scratch.getUint32(0) >>> 23) - 127, -14);
  // The value in units of its last place; subnormal numbers share the smallest exponent.
  const units = roundToEven(size / 2 ** (exponent - 10));
  // A rounding up to the next power of two carries into the exponent, as it must.
  return sign | (units + (exponent + 14) * 1024);
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

/** The number of the bits of an IEEE 754 half: 1 sign, 5 exponent, 10 fraction. O(1). */
export function halfNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
