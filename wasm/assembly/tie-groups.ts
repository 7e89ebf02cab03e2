/**
 * Merges two runs of ascending keys into distinct keys and the counts of each run at them; returns
 * how many there are. `values` may hold n + m keys, the counts as many doubles each. Each run has
 * room for one key more behind it.
 */
export function tieGroups(
  a: usize,
  n: i32,
  b: usize,
  m: i32,
  values: usize,
  countsA: usize,
  countsB: usize,
): i32 {
  const endA = a + ((<usize>n) << 3);
  const endB = b + ((<usize>m) << 3);
  // No key is above the sentinel behind each run.
  store<u64>(endA, u64.MAX_VALUE);
  store<u64>(endB, u64.MAX_VALUE);
  let groups: usize = 0;
  while (a < endA || b < endB) {
    const x = load<u64>(a);
    const y = load<u64>(b);
    const key = min(x, y);
    const firstA = a;
    const firstB = b;
    while (a < endA && load<u64>(a) == key) a += 8;
    while (b < endB && load<u64>(b) == key) b += 8;
    const place = groups << 3;
    store<u64>(values + place, key);
    store<f64>(countsA + place, <f64>((a - firstA) >> 3));
    store<f64>(countsB + place, <f64>((b - firstB) >> 3));
    groups += 1;
  }
  return <i32>groups;
}
