import { countEdgesF64 } from './count-edges';
import { COUNTS_BYTES, EDGE_LANES_F32, EDGE_TILE_F32, EDGES_BYTES, MOMENTS_BYTES } from './layout';
import { BLOCK, gatherF32, gatherF64 } from './memory';
import { addBlock, addExtremes, cancels, MEAN, mergeSums } from './moments';

/** Float32 edges of one tile: a vector of four columns for each edge. */
const TILE_BYTES: usize = <usize>EDGE_TILE_F32 * 16;

/**
 * Counts a row-major matrix of doubles between up to 16 edges a column, and its moments: column by
 * column of a block of rows. `counts[e]` gets the values at most `edges[e]`.
 */
export function countEdgeRowsF64(
  data: usize,
  rows: i32,
  columns: i32,
  edges: usize,
  tiles: i32,
  counts: usize,
  totals: usize,
  scratch: usize,
): void {
  const stride = (<usize>columns) << 3;
  while (rows > 0) {
    const block = min(rows, BLOCK);
    for (let column: i32 = 0; column < columns; column += 1) {
      const index = <usize>column;
      gatherF64(data + (index << 3), stride, block, scratch);
      countEdgesF64(scratch, block, edges + index * EDGES_BYTES, tiles, counts + index * COUNTS_BYTES);
      addBlock(scratch, block, totals + index * MOMENTS_BYTES);
    }
    data += (<usize>block) * stride;
    rows -= block;
  }
}

/**
 * The same for float32 rows, four columns at a time: a lane is a column, an edge of each is one
 * vector, and no value is looked up or moved. The edges are rounded down to float32 and stored by
 * groups of four columns: vector `e` of a group holds edge `e` of each. The lanes of the last group
 * may reach beyond the row; what they count is dropped, and the memory behind the data is readable.
 */
export function countEdgeRowsF32(
  data: usize,
  rows: i32,
  columns: i32,
  edges: usize,
  tiles: i32,
  counts: usize,
  totals: usize,
  scratch: usize,
): void {
  const stride = (<usize>columns) << 2;
  const groupBytes = (<usize>tiles) * TILE_BYTES;
  while (rows > 0) {
    const block = min(rows, BLOCK);
    const end = data + (<usize>block) * stride;
    for (let column: i32 = 0; column < columns; column += EDGE_LANES_F32) {
      const index = <usize>column;
      const lanes = min(EDGE_LANES_F32, columns - column);
      const group = edges + (index >> 2) * groupBytes;
      for (let tile: i32 = 0; tile < tiles; tile += 1) {
        countTile(
          data + (index << 2),
          end,
          stride,
          group + (<usize>tile) * TILE_BYTES,
          counts + index * COUNTS_BYTES + ((<usize>(tile * EDGE_TILE_F32)) << 3),
          lanes,
        );
      }
      addGroup(data + (index << 2), block, end, stride, totals + index * MOMENTS_BYTES, lanes, scratch);
    }
    data = end;
    rows -= block;
  }
}

// @ts-ignore: decorator
@inline
function countTile(
  at: usize,
  end: usize,
  stride: usize,
  edges: usize,
  counts: usize,
  lanes: i32,
): void {
  const edge0 = v128.load(edges);
  const edge1 = v128.load(edges, 16);
  const edge2 = v128.load(edges, 32);
  const edge3 = v128.load(edges, 48);
  const edge4 = v128.load(edges, 64);
  let count0 = i32x4.splat(0);
  let count1 = count0;
  let count2 = count0;
  let count3 = count0;
  let count4 = count0;
  for (; at < end; at += stride) {
    const x = v128.load(at);
    count0 = i32x4.sub(count0, f32x4.le(x, edge0));
    count1 = i32x4.sub(count1, f32x4.le(x, edge1));
    count2 = i32x4.sub(count2, f32x4.le(x, edge2));
    count3 = i32x4.sub(count3, f32x4.le(x, edge3));
    count4 = i32x4.sub(count4, f32x4.le(x, edge4));
  }
  addLanes(counts, count0, lanes);
  addLanes(counts + 8, count1, lanes);
  addLanes(counts + 16, count2, lanes);
  addLanes(counts + 24, count3, lanes);
  addLanes(counts + 32, count4, lanes);
}

// @ts-ignore: decorator
@inline
function addLanes(counts: usize, added: v128, lanes: i32): void {
  addCount(counts, i32x4.extract_lane(added, 0));
  if (lanes > 1) addCount(counts + COUNTS_BYTES, i32x4.extract_lane(added, 1));
  if (lanes > 2) addCount(counts + 2 * COUNTS_BYTES, i32x4.extract_lane(added, 2));
  if (lanes > 3) addCount(counts + 3 * COUNTS_BYTES, i32x4.extract_lane(added, 3));
}

// @ts-ignore: decorator
@inline
function addCount(counts: usize, added: i32): void {
  store<f64>(counts, load<f64>(counts) + <f64>added);
}

/**
 * Moments of a group around the running means, in doubles. A column with NaN, infinities or a mean
 * too far from the running one is summed separately.
 */
function addGroup(
  at: usize,
  rows: i32,
  end: usize,
  stride: usize,
  totals: usize,
  lanes: i32,
  scratch: usize,
): void {
  const first = at;
  const shiftLow = f64x2.replace_lane(f64x2.splat(meanOf(totals, 0, lanes)), 1, meanOf(totals, 1, lanes));
  const shiftHigh = f64x2.replace_lane(f64x2.splat(meanOf(totals, 2, lanes)), 1, meanOf(totals, 3, lanes));
  let sumLow = f64x2.splat(0);
  let sumHigh = sumLow;
  let squaresLow = sumLow;
  let squaresHigh = sumLow;
  let low = f32x4.splat(Infinity);
  let high = f32x4.splat(-Infinity);
  for (; at < end; at += stride) {
    const x = v128.load(at);
    low = f32x4.pmin(low, x);
    high = f32x4.pmax(high, x);
    const a = f64x2.sub(f64x2.promote_low_f32x4(x), shiftLow);
    const b = f64x2.sub(f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 0)), shiftHigh);
    sumLow = f64x2.add(sumLow, a);
    sumHigh = f64x2.add(sumHigh, b);
    squaresLow = f64x2.add(squaresLow, f64x2.mul(a, a));
    squaresHigh = f64x2.add(squaresHigh, f64x2.mul(b, b));
  }
  for (let lane: i32 = 0; lane < lanes; lane += 1) {
    const column = totals + <usize>lane * MOMENTS_BYTES;
    const sum = pick(sumLow, sumHigh, lane);
    const squares = pick(squaresLow, squaresHigh, lane);
    const shift = pick(shiftLow, shiftHigh, lane);
    if (squares < Infinity && !cancels(<f64>rows, sum, squares)) {
      mergeSums(column, <f64>rows, shift, sum, squares);
      addExtremes(column, rows, 0, <f64>pickF32(low, lane), <f64>pickF32(high, lane));
    } else {
      gatherF32(first + ((<usize>lane) << 2), stride, rows, scratch);
      addBlock(scratch, rows, column);
    }
  }
}

// @ts-ignore: decorator
@inline
function meanOf(totals: usize, lane: i32, lanes: i32): f64 {
  return lane < lanes ? load<f64>(totals + <usize>lane * MOMENTS_BYTES, MEAN) : 0;
}

// @ts-ignore: decorator
@inline
function pick(low: v128, high: v128, lane: i32): f64 {
  const pair = lane < 2 ? low : high;
  return lane & 1 ? f64x2.extract_lane(pair, 1) : f64x2.extract_lane(pair, 0);
}

// @ts-ignore: decorator
@inline
function pickF32(four: v128, lane: i32): f32 {
  return lane == 0
    ? f32x4.extract_lane(four, 0)
    : lane == 1
      ? f32x4.extract_lane(four, 1)
      : lane == 2
        ? f32x4.extract_lane(four, 2)
        : f32x4.extract_lane(four, 3);
}
