import { BLOCK, sumMasks64 } from './memory';

/*
 * Cumulative counts without a scatter: for every edge, how many values are at most the edge.
 * Edges come in tiles of four, padded with +Infinity, so the last one counts all but NaN. Four
 * accumulators of a tile stay in registers while a block is read from the first-level cache.
 */

/** Adds to `counts[e]` how many of the doubles are at most `edges[e]`. */
export function countEdgesF64(
  values: usize,
  length: i32,
  edges: usize,
  tiles: i32,
  counts: usize,
): void {
  while (length > 0) {
    const block = min(length, BLOCK);
    const end = values + ((<usize>block) << 3);
    const paired = values + ((<usize>(block & ~3)) << 3);
    for (let tile = 0; tile < tiles; tile += 1) {
      const edge = edges + ((<usize>tile) << 5);
      const edge0 = v128.load_splat<f64>(edge);
      const edge1 = v128.load_splat<f64>(edge, 8);
      const edge2 = v128.load_splat<f64>(edge, 16);
      const edge3 = v128.load_splat<f64>(edge, 24);
      let count0 = i64x2.splat(0);
      let count1 = count0;
      let count2 = count0;
      let count3 = count0;
      let at = values;
      for (; at < paired; at += 32) {
        const a = v128.load(at);
        const b = v128.load(at, 16);
        count0 = i64x2.add(count0, i64x2.add(f64x2.le(a, edge0), f64x2.le(b, edge0)));
        count1 = i64x2.add(count1, i64x2.add(f64x2.le(a, edge1), f64x2.le(b, edge1)));
        count2 = i64x2.add(count2, i64x2.add(f64x2.le(a, edge2), f64x2.le(b, edge2)));
        count3 = i64x2.add(count3, i64x2.add(f64x2.le(a, edge3), f64x2.le(b, edge3)));
      }
      for (; at < end; at += 8) {
        // A lone value in the low lane; the high lane is NaN, which is at most nothing.
        const a = v128.load64_lane(at, f64x2.splat(NaN), 0);
        count0 = i64x2.add(count0, f64x2.le(a, edge0));
        count1 = i64x2.add(count1, f64x2.le(a, edge1));
        count2 = i64x2.add(count2, f64x2.le(a, edge2));
        count3 = i64x2.add(count3, f64x2.le(a, edge3));
      }
      addCounts(
        counts + ((<usize>tile) << 5),
        sumMasks64(count0),
        sumMasks64(count1),
        sumMasks64(count2),
        sumMasks64(count3),
      );
    }
    values = end;
    length -= block;
  }
}

/** The same for float32 values; the edges are doubles rounded down to float32, stored as such. */
export function countEdgesF32(
  values: usize,
  length: i32,
  edges: usize,
  tiles: i32,
  counts: usize,
): void {
  while (length > 0) {
    const block = min(length, BLOCK);
    const end = values + ((<usize>block) << 2);
    const paired = values + ((<usize>(block & ~7)) << 2);
    for (let tile = 0; tile < tiles; tile += 1) {
      const edge = edges + ((<usize>tile) << 4);
      const edge0 = v128.load_splat<f32>(edge);
      const edge1 = v128.load_splat<f32>(edge, 4);
      const edge2 = v128.load_splat<f32>(edge, 8);
      const edge3 = v128.load_splat<f32>(edge, 12);
      let count0 = i32x4.splat(0);
      let count1 = count0;
      let count2 = count0;
      let count3 = count0;
      let at = values;
      for (; at < paired; at += 32) {
        const a = v128.load(at);
        const b = v128.load(at, 16);
        count0 = i32x4.add(count0, i32x4.add(f32x4.le(a, edge0), f32x4.le(b, edge0)));
        count1 = i32x4.add(count1, i32x4.add(f32x4.le(a, edge1), f32x4.le(b, edge1)));
        count2 = i32x4.add(count2, i32x4.add(f32x4.le(a, edge2), f32x4.le(b, edge2)));
        count3 = i32x4.add(count3, i32x4.add(f32x4.le(a, edge3), f32x4.le(b, edge3)));
      }
      for (; at < end; at += 4) {
        const a = v128.load32_lane(at, f32x4.splat(NaN), 0);
        count0 = i32x4.add(count0, f32x4.le(a, edge0));
        count1 = i32x4.add(count1, f32x4.le(a, edge1));
        count2 = i32x4.add(count2, f32x4.le(a, edge2));
        count3 = i32x4.add(count3, f32x4.le(a, edge3));
      }
      addCounts(
        counts + ((<usize>tile) << 5),
        sumMasks32(count0),
        sumMasks32(count1),
        sumMasks32(count2),
        sumMasks32(count3),
      );
    }
    values = end;
    length -= block;
  }
}

// @ts-ignore: decorator
@inline
function sumMasks32(masks: v128): i64 {
  return sumMasks64(i64x2.add(i64x2.extend_low_i32x4_s(masks), i64x2.extend_high_i32x4_s(masks)));
}

// @ts-ignore: decorator
@inline
function addCounts(counts: usize, a: i64, b: i64, c: i64, d: i64): void {
  store<f64>(counts, load<f64>(counts) + <f64>a);
  store<f64>(counts, load<f64>(counts, 8) + <f64>b, 8);
  store<f64>(counts, load<f64>(counts, 16) + <f64>c, 16);
  store<f64>(counts, load<f64>(counts, 24) + <f64>d, 24);
}
