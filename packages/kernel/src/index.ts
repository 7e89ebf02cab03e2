export type { KernelOptions } from './create-kernel.js';
export { createKernel } from './create-kernel.js';
export type { KernelErrorCode, KernelErrorDetail } from './errors.js';
export { KernelError, kernelErrorCodes } from './errors.js';
export type {
  EdgeCounts,
  GridCounter,
  Kernel,
  KernelImplementation,
  KsStatistic,
  Moments,
  NumericArray,
} from './kernel.js';
export { mergeMoments } from './moments.js';
