/*
 * Buckets of equal relative width, straight from the bits of a double: the exponent and the first
 * seven bits behind the point. 128 buckets per doubling, each 1/128 to 1/256 of its values wide, so
 * its middle is within 1/256 = 0.39 % of any of them.
 */

const mantissaBits = 7;
/** Bits of that word below those that make the bucket. */
export const bucketShift = 20 - mantissaBits;

const value64 = new Float64Array(1);
const words = new Uint32Array(value64.buffer);
const bytes = new Uint8Array(Float64Array.of(1).buffer);
/** The 32-bit word of a double with sign and exponent: the last where the last byte counts most. */
export const highWord = bytes[7] === 0 ? 0 : 1;

/**
 * The bucket of a positive number, ascending with it; 0 for 0. Negative numbers, infinities and NaN
 * get numbers above those of all finite positive ones.
 */
export function bucketOf(value: number): number {
  value64[0] = value;
  return words[highWord]! >>> bucketShift;
}

/** The smallest number of a bucket. */
export function bucketFloor(bucket: number): number {
  words[highWord] = bucket << bucketShift;
  words[1 - highWord] = 0;
  return value64[0]!;
}

/** The number in the middle of a bucket. */
export function bucketMiddle(bucket: number): number {
  words[highWord] = (bucket << bucketShift) | (1 << (bucketShift - 1));
  words[1 - highWord] = 0;
  return value64[0]!;
}
