/** Adds 1 to the 32-bit counter `index` of a table. */
// @ts-ignore: decorator
@inline
export function increment(counters: usize, index: i32): void {
  assert(index >= 0);
  const counter = counters + ((<usize>index) << 2);
  store<u32>(counter, load<u32>(counter) + 1);
}
