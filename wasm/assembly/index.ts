export { countEdgesF32, countEdgesF64 } from './count-edges';
export { countRowsF32, countRowsF64 } from './count-rows';
export { buildLookup } from './grid-lookup';
export { ksSortedKeys } from './ks';
export { heapBase } from './memory';
export { addMomentsF32, addMomentsF64, clearMoments } from './moments';
export { keysToDoubles, sortKeys } from './sort';
