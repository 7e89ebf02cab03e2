export { countCodesI32, countCodesU8 } from './count-codes';
export { countEdgeRowsF32, countEdgeRowsF64 } from './count-edge-rows';
export { countEdgesF32, countEdgesF64 } from './count-edges';
export { countLookupF32, countLookupF64 } from './count-lookup';
export { countRowsF32, countRowsF64 } from './count-rows';
export { countUniformF32, countUniformF64 } from './count-uniform';
export { buildLookup, chooseMap } from './grid-lookup';
export { ksSortedKeys } from './ks';
export { countBins, gatherBins, ksAtBinEnds, ksOfBins, markBins } from './ks-bins';
export {
  BLOCK_BYTES,
  COUNTS_BYTES,
  EDGE_LANES_F32,
  EDGE_TILE_F32,
  EDGE_TILE_F64,
  EDGES_BYTES,
  LOOKUP_BYTES,
  MOMENTS_BYTES,
  PADDING_POINTS,
  SORT_TABLES_BYTES,
} from './layout';
export { dropMissing, heapBase } from './memory';
export { addMomentsF32, addMomentsF64, clearMoments } from './moments';
export { keysToDoubles, sortKeys } from './sort';
export { tieGroups } from './tie-groups';
