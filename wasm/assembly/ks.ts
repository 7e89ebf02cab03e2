/**
 * Two-sample Kolmogorov-Smirnov distance of two ascending runs of keys, in one merge.
 *
 * The difference of the two distribution functions is taken once per distinct value, as the
 * difference of the rounded quotients i / n and j / m: the arithmetic of scipy.stats.ks_2samp.
 * Both runs must be followed by room for one more key, which is overwritten.
 */
export function ksSortedKeys(a: usize, n: i32, b: usize, m: i32): f64 {
  if (n == 0 || m == 0) return 0;
  const endA = a + ((<usize>n) << 3);
  const endB = b + ((<usize>m) << 3);
  // Above the key of +Infinity: an exhausted run never holds the smaller value.
  store<u64>(endA, u64.MAX_VALUE);
  store<u64>(endB, u64.MAX_VALUE);
  const sizes = f64x2.replace_lane(f64x2.splat(<f64>n), 1, <f64>m);
  let largest: f64 = 0;
  let atA = a;
  let atB = b;
  let x = load<u64>(a);
  let y = load<u64>(b);
  while (atA < endA && atB < endB) {
    const value = min(x, y);
    atA += (<usize>(x <= y)) << 3;
    atB += (<usize>(y <= x)) << 3;
    x = load<u64>(atA);
    y = load<u64>(atB);
    if (x > value && y > value) {
      const apart = distance(atA - a, atB - b, sizes);
      if (apart > largest) largest = apart;
    } else if (atA == endA || atB == endB) {
      // One run has ended inside a tie: the other one still has to leave it.
      while (x == value) x = load<u64>((atA += 8));
      while (y == value) y = load<u64>((atB += 8));
      const apart = distance(atA - a, atB - b, sizes);
      if (apart > largest) largest = apart;
    }
  }
  return largest;
}

// @ts-ignore: decorator
@inline
function distance(offsetA: usize, offsetB: usize, sizes: v128): f64 {
  const ranks = i32x4.replace_lane(i32x4.splat(<i32>(offsetA >> 3)), 1, <i32>(offsetB >> 3));
  const shares = f64x2.div(f64x2.convert_low_i32x4_s(ranks), sizes);
  return abs<f64>(f64x2.extract_lane(shares, 0) - f64x2.extract_lane(shares, 1));
}
