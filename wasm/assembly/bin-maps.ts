import { ROUNDING } from './rounding';

/*
 * Three monotone maps from a number to a small bin number, two numbers at a time.
 *
 * Counting needs nothing of a map but this: bin(u) < bin(x) implies u < x. Rounding inside a map
 * can therefore never move a value to a wrong place, only make a bin fuller than planned.
 * Results are in the 32-bit lanes 0 and 2. NaN must not come in.
 */

/** Equal steps: cheapest, right for anything without heavy tails. */
export const LINEAR: i32 = 0;
/** Steps equal in the logarithm, for values of one sign that span orders of magnitude. */
export const FLOAT_BITS: i32 = 1;
/** Linear around the median, logarithmic in both tails. */
export const SYMLOG: i32 = 2;

/** High half of the bits of 1.0. */
const ONE_HIGH: i32 = 0x3ff00000;

/** round((x - origin) * scale), held to 0 … last; last as doubles. */
// @ts-ignore: decorator
@inline
export function linearBins(x: v128, origin: v128, scale: v128, last: v128): v128 {
  const place = f64x2.mul(f64x2.sub(x, origin), scale);
  const held = f64x2.pmin(last, f64x2.pmax(f64x2.splat(0), place));
  return f64x2.add(held, f64x2.splat(ROUNDING));
}

/** Order-preserving float bits without their low `shift` ones, minus `first`, held to 0 … last. */
// @ts-ignore: decorator
@inline
export function floatBitsBins(x: v128, first: v128, last: v128, shift: i32): v128 {
  // Adding 0 turns -0 into 0; the bits below the sign of a negative number flip.
  const bits = f64x2.add(x, f64x2.splat(0));
  const key = v128.xor(bits, i64x2.shr_u(i64x2.shr_s(bits, 63), 1));
  return hold(i32x4.sub(i64x2.shr_s(key, shift), first), last);
}

/** Float bits of 1 + |x - origin| * scale, mirrored around the bin `middle`. */
// @ts-ignore: decorator
@inline
export function symlogBins(
  x: v128,
  origin: v128,
  scale: v128,
  middle: v128,
  last: v128,
  shift: i32,
): v128 {
  const place = f64x2.mul(f64x2.sub(x, origin), scale);
  const bits = f64x2.add(f64x2.abs(place), f64x2.splat(1));
  const steps = i32x4.sub(i64x2.shr_u(bits, shift), i32x4.splat(ONE_HIGH >> (shift - 32)));
  const negative = f64x2.lt(place, f64x2.splat(0));
  return hold(i32x4.add(middle, v128.xor(steps, negative)), last);
}

// @ts-ignore: decorator
@inline
function hold(bins: v128, last: v128): v128 {
  return i32x4.min_s(last, i32x4.max_s(i32x4.splat(0), bins));
}
