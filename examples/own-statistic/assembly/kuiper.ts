/*
 * The memory holds the counts of the reference from byte 0 and those of the current sample behind
 * them, as doubles. The caller grows it and writes them.
 */

/** The largest lead of either distribution function over the other, both added up. */
export function kuiper(bins: i32, referenceRows: f64, currentRows: f64): f64 {
  const currentAt: usize = (<usize>bins) << 3;
  let reference: f64 = 0;
  let current: f64 = 0;
  let above: f64 = 0;
  let below: f64 = 0;
  for (let offset: usize = 0; offset < currentAt; offset += 8) {
    reference += load<f64>(offset);
    current += load<f64>(currentAt + offset);
    const difference = current / currentRows - reference / referenceRows;
    above = Math.max(above, difference);
    below = Math.max(below, -difference);
  }
  return above + below;
}
