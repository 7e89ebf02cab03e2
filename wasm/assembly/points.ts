/** Grid point `index` of float32 points (`narrow`) or of doubles. */
// @ts-ignore: decorator
@inline
export function pointAt(narrow: bool, points: usize, index: usize): f64 {
  return narrow ? <f64>load<f32>(points + (index << 2)) : load<f64>(points + (index << 3));
}
