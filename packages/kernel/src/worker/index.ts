export {
  createKernelWorker,
  type KernelWorker,
  type KernelWorkerOptions,
  type TransferOptions,
} from './kernel-worker.js';
