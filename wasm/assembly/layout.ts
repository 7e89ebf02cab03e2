/*
 * Sizes of the records that the caller lays out in memory. They are exported as globals, so that
 * the caller reads them instead of repeating them.
 */

/** One block of doubles that several passes read from the first-level cache. */
export const BLOCK_BYTES: usize = 8192;
/** Count, missing, infinite, min, max, mean and m2 of a column, as doubles. */
export const MOMENTS_BYTES: usize = 56;
/** A lookup: what a grid, its map and its table are found by. */
export const LOOKUP_BYTES: usize = 64;
/** NaN points behind the points of a lookup. */
export const PADDING_POINTS: usize = 4;
/** Cumulative counts of a column as doubles: 16 edges, in tiles of four or of five. */
export const COUNTS_BYTES: usize = 160;
/** Edges of a column as doubles. */
export const EDGES_BYTES: usize = 128;
/** Edges that are compared at once: doubles of one column, float32 values of four columns. */
export const EDGE_TILE_F64: i32 = 4;
export const EDGE_TILE_F32: i32 = 5;
/** Columns of one vector of float32 edges. */
export const EDGE_LANES_F32: i32 = 4;
/** Digit counters of a sort. */
export const SORT_TABLES_BYTES: usize = 8192;
