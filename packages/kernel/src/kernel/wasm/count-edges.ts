import { fewEdges, requireEdges, requireNumericArray } from '../../checks/arguments.js';
import { roundDownToFloat32 } from '../../numeric/float32-grid.js';
import type { EdgeCounts, NumericArray } from '../../types.js';
import { allocateLookup } from './grid-lookup.js';
import { type Scratch, viewOf } from './scratch.js';

const place = 'countEdges(edges)';

/** `Kernel.countEdges` in WebAssembly. */
export function countEdges(
  scratch: Scratch,
  values: NumericArray,
  edges: Float64Array,
): EdgeCounts {
  requireNumericArray('countEdges(values)', values);
  requireEdges(place, edges);
  return edges.length > fewEdges
    ? countByLookup(scratch, values, edges)
    : countByComparison(scratch, values, edges);
}

/** Compares every value with all edges; `counts` are cumulative until the end. */
function countByComparison(
  scratch: Scratch,
  values: NumericArray,
  edges: Float64Array,
): EdgeCounts {
  return scratch.use((arena) => {
    const { functions } = arena;
    const tile = functions.EDGE_TILE_F64.value;
    // One slot more than edges: its +Infinity counts every value that is not NaN.
    const tiles = Math.ceil((edges.length + 1) / tile);
    const edgesAt = arena.allocate(place, tiles * tile * 8);
    const countsAt = arena.allocate(place, tiles * tile * 8);
    const view = viewOf(values);
    const slots = arena[view];
    const slot = edgesAt / slots.BYTES_PER_ELEMENT;
    slots.fill(Infinity, slot, slot + tiles * tile);
    for (const [index, edge] of edges.entries()) {
      slots[slot + index] = view === 'float32' ? roundDownToFloat32(edge) : edge;
    }
    arena.float64.fill(0, countsAt / 8, countsAt / 8 + tiles * tile);
    const count = view === 'float32' ? functions.countEdgesF32 : functions.countEdgesF64;
    scratch.stage(values, view, (address, length) => {
      count(address, length, edgesAt, tiles, countsAt);
    });
    const counts = arena.float64.slice(countsAt / 8, countsAt / 8 + edges.length + 1);
    const missing = values.length - counts[edges.length]!;
    for (let bin = edges.length; bin > 0; bin -= 1) counts[bin]! -= counts[bin - 1]!;
    return { counts, missing };
  });
}

/** Each edge is a point of a lookup: the bin up to it is the gap before it and the point itself. */
function countByLookup(scratch: Scratch, values: NumericArray, edges: Float64Array): EdgeCounts {
  return scratch.use((arena) => {
    const gridBins = 2 * edges.length + 1;
    const counters = arena.allocate(place, gridBins * 4);
    const lookup = allocateLookup(arena, place, edges, counters);
    arena.uint32.fill(0, counters / 4, counters / 4 + gridBins);
    const view = viewOf(values);
    const { countLookupF32, countLookupF64 } = arena.functions;
    const count = view === 'float32' ? countLookupF32 : countLookupF64;
    let missing = 0;
    scratch.stage(values, view, (address, length) => {
      missing += count(address, length, lookup, scratch.block);
    });
    const counts = new Float64Array(edges.length + 1);
    const { uint32 } = arena;
    for (let bin = 0; bin < gridBins; bin += 1) counts[bin >> 1]! += uint32[counters / 4 + bin]!;
    return { counts, missing };
  });
}
