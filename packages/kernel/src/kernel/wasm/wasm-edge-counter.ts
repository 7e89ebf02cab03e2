import { fewEdges, requireColumn, requireGrids, requireTarget } from '../../checks/arguments.js';
import { roundDownToFloat32 } from '../../numeric/float32-grid.js';
import { clearMoments, momentsLength, readMoments } from '../../numeric/moments.js';
import type { EdgeCounter } from '../counters.js';
import { type CounterHeap, sharedCounterHeap } from './counter-heap.js';
import { createRowBuffer, rowBufferBytes } from './row-buffer.js';

const place = 'createEdgeCounter(edges)';

/**
 * The WebAssembly edge counter.
 *
 * A column takes at most 424 bytes, whatever the number of rows, and the counter 73 KB in addition.
 */
export function createWasmEdgeCounter(
  edges: readonly Float64Array[],
  heap: CounterHeap = sharedCounterHeap(),
): EdgeCounter {
  requireGrids(place, edges, fewEdges);
  const columns = edges.length;
  const lengths = edges.map(({ length }) => length);
  const most = Math.max(0, ...lengths);
  const memory = heap.claim(place);
  const { functions } = memory;
  const countSlots = functions.COUNTS_BYTES.value / 8;
  const float64Slots = functions.EDGES_BYTES.value / 8;
  const lanes = functions.EDGE_LANES_F32.value;
  const float64Tiles = Math.ceil(most / functions.EDGE_TILE_F64.value);
  const float32Tiles = Math.ceil(most / functions.EDGE_TILE_F32.value);
  const groupSlots = float32Tiles * functions.EDGE_TILE_F32.value * lanes;
  const float32Slots = Math.ceil(columns / lanes) * groupSlots;
  const [totals, counts, edges64, edges32, block, address] = memory.allocate([
    columns * momentsLength * 8,
    columns * countSlots * 8,
    columns * float64Slots * 8,
    float32Slots * 4,
    functions.BLOCK_BYTES.value,
    rowBufferBytes(columns),
  ]) as [number, number, number, number, number, number];
  const buffer = createRowBuffer({ memory, address, columns, prepare: () => {}, countRows });

  // Slots without an edge hold +Infinity: what they count is not read.
  memory.float64.fill(Infinity, edges64 / 8, edges64 / 8 + columns * float64Slots);
  memory.float32.fill(Infinity, edges32 / 4, edges32 / 4 + float32Slots);
  for (const [column, ofColumn] of edges.entries()) {
    memory.float64.set(ofColumn, edges64 / 8 + column * float64Slots);
    const group = edges32 / 4 + Math.floor(column / lanes) * groupSlots;
    for (const [index, edge] of ofColumn.entries()) {
      memory.float32[group + index * lanes + (column % lanes)] = roundDownToFloat32(edge);
    }
  }
  reset();

  function reset(): void {
    buffer.reset();
    memory.float64.fill(0, counts / 8, counts / 8 + columns * countSlots);
    for (let column = 0; column < columns; column += 1) {
      clearMoments(memory.float64, totals / 8 + column * momentsLength);
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
    return readMoments(memory.float64, totals / 8 + column * momentsLength);
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
          bin === bins - 1 ? count : memory.float64[counts / 8 + column * countSlots + bin]!;
        target[bin]! += upTo - below;
        below = upTo;
      }
    },
    missing: (column) => momentsOf('missing', column).missing,
    moments: (column) => momentsOf('moments', column),
    reset,
  };
}
