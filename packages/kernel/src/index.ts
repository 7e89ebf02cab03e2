export type { KernelErrorCode, KernelErrorDetail } from './errors.js';
export { KernelError, kernelErrorCodes } from './errors.js';
export type { EdgeCounter, GridCounter, RowCounter } from './kernel/counters.js';
export type { GridCounterOptions } from './kernel/create-counters.js';
export { createEdgeCounter, createGridCounter } from './kernel/create-counters.js';
export { createKernel } from './kernel/create-kernel.js';
export type { ImplementationOptions } from './kernel/implementation.js';
export { isFloat32Grid } from './numeric/float32-grid.js';
export { mergeMoments } from './numeric/moments.js';
export type { Random } from './numeric/random.js';
export { createRandom } from './numeric/random.js';
export type {
  CodeArray,
  CodeCounts,
  EdgeCounts,
  Kernel,
  KernelImplementation,
  KsStatistic,
  Moments,
  NumericArray,
  TieGroups,
  UniformCounts,
} from './types.js';
