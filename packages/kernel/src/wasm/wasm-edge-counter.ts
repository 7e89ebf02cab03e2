import { fewEdges, requireColumn, requireGrids, requireTarget } from '../arguments.js';
import { roundDownToFloat32 } from '../float32-grid.js';
import type { EdgeCounter } from '../kernel.js';
import { clearMoments, momentsLength, readMoments } from '../moments.js';
import { createRowBuffer } from './row-buffer.js';
import { createArena } from './wasm-arena.js';

const place = 'createEdgeCounter(edges)';
const blockBytes = 8_192;
/** Per column: cumulative counts and float64 edges; per edge and four columns a float32 vector. */
const countSlots = 20;
const float64Slots = 16;
const lanes = 4;
const float64Tile = 4;
const float32Tile = 5;

/**
 * The WebAssembly edge counter: an instance and a memory of its own, both gone with the object.
 *
 * A column takes at most 424 bytes, whatever the number of rows.
 */
export function createWasmEdgeCounter(
  edges: readonly Float64Array[],
  limits: { readonly maximumBytes?: number } = {},
): EdgeCounter {
  requireGrids(place, edges, fewEdges);
  const columns = edges.length;
  const lengths = edges.map(({ length }) => length);
  const most = Math.max(0, ...lengths);
  const float64Tiles = Math.ceil(most / float64Tile);
  const float32Tiles = Math.ceil(most / float32Tile);
  const groups = Math.ceil(columns / lanes);
  const arena = createArena(limits.maximumBytes);
  const { functions } = arena;
  const totals = arena.allocate(place, columns * momentsLength * 8);
  const counts = arena.allocate(place, columns * countSlots * 8);
  const edges64 = arena.allocate(place, columns * float64Slots * 8);
  const edges32 = arena.allocate(place, groups * float32Tiles * float32Tile * lanes * 4);
  const block = arena.allocate(place, blockBytes);
  const buffer = createRowBuffer({ arena, place, columns, prepare: () => {}, countRows });

  // Slots without an edge hold +Infinity: what they count is not read.
  arena.float64.fill(Infinity, edges64 / 8, edges64 / 8 + columns * float64Slots);
  arena.float32.fill(Infinity, edges32 / 4, block / 4);
  for (const [column, ofColumn] of edges.entries()) {
    arena.float64.set(ofColumn, edges64 / 8 + column * float64Slots);
    const group = edges32 / 4 + Math.floor(column / lanes) * float32Tiles * float32Tile * lanes;
    for (const [index, edge] of ofColumn.entries()) {
      arena.float32[group + index * lanes + (column % lanes)] = roundDownToFloat32(edge);
    }
  }
  reset();

  function reset(): void {
    buffer.reset();
    arena.float64.fill(0, counts / 8, counts / 8 + columns * countSlots);
    for (let column = 0; column < columns; column += 1) {
      clearMoments(arena.float64, totals / 8 + column * momentsLength);
    }
  }

  function countRows(address: number, rows: number, isFloat32: boolean): void {
    if (isFloat32) {
      functions.countEdgeRowsF32(
        address,
        rows,
        columns,
        edges32,
        float32Tiles,
        counts,
        totals,
        block,
      );
    } else {
      functions.countEdgeRowsF64(
        address,
        rows,
        columns,
        edges64,
        float64Tiles,
        counts,
        totals,
        block,
      );
    }
  }

  function momentsOf(method: string, column: number): ReturnType<typeof readMoments> {
    requireColumn(method, column, columns);
    buffer.flush();
    return readMoments(arena.float64, totals / 8 + column * momentsLength);
  }

  return {
    columns,
    get rows() {
      return buffer.rows;
    },
    count: buffer.count,
    flush: buffer.flush,
    addBinsTo(column, target) {
      const { count } = momentsOf('addBinsTo', column);
      const bins = lengths[column]! + 1;
      requireTarget('addBinsTo', target, bins, 'one per edge and one');
      let below = 0;
      for (let bin = 0; bin < bins; bin += 1) {
        const upTo =
          bin === bins - 1 ? count : arena.float64[counts / 8 + column * countSlots + bin]!;
        target[bin]! += upTo - below;
        below = upTo;
      }
    },
    missing: (column) => momentsOf('missing', column).missing,
    moments: (column) => momentsOf('moments', column),
    reset,
  };
}
