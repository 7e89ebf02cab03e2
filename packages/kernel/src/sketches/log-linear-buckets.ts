/*
 * Buckets of equal relative width, straight from the bits of a double: the exponent and the first
 * seven bits behind the point. 128 buckets per doubling, each 1/128 to 1/256 of its values wide, so
 * its middle is within 1/256 = 0.39 % of any of them.
 */

const mantissaBits = 7;
const dropped = 20 - mantissaBits;

const value64 = new Float64Array(1);
const words = new Uint32Array(value64.buffer);
const bytes = new Uint8Array(Float64Array.of(1).buffer);
/** Where the sign and the exponent are: in the last word where the last byte counts most. */
const high = bytes[7] === 0 ? 0 : 1;

/**
 * The bucket of a positive number, ascending with it; 0 for 0. Negative numbers, infinities and NaN
 * get numbers above those of all finite positive ones.
 */
export function bucketOf(value: number): number {
  value64[0] = value;
  return words[high]! >>> dropped;
}

/** The number in the middle of a bucket. */
export function bucketMiddle(bucket: number): number {
  words[high] = (bucket << dropped) | (1 << (dropped - 1));
  words[1 - high] = 0;
  return value64[0]!;
}
