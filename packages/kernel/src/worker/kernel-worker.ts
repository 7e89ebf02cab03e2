import { Worker } from 'node:worker_threads';
import { requireIntegerIn } from '../checks/number-arguments.js';
import { KernelError } from '../errors.js';
import type { ImplementationOptions } from '../kernel/implementation.js';
import type {
  MeanDiscrepancyOptions,
  MeanDiscrepancyTest,
} from '../statistics/mean-discrepancy.js';
import type { KsStatistic, NumericArray, TieGroups } from '../types.js';
import { buffersOf, type JobName, type JobReply, type JobRequest } from './protocol.js';
import { workerSource } from './worker-source.js';

export interface KernelWorkerOptions extends ImplementationOptions {
  /** Calls that may wait for the thread; one more is refused. 1 to 10 000, default 64. */
  readonly maximumPending?: number;
}

export interface TransferOptions {
  /**
   * Moves the memory of the columns to the thread instead of copying it: they are empty afterwards.
   * Default false.
   */
  readonly transfer?: boolean;
}

/**
 * A kernel on a thread of its own, for the calls that look at whole columns at once: the event loop
 * goes on meanwhile. One call after the other; each gives a promise.
 *
 * Handing over costs 0.1 to 0.4 ms, so columns below some 10 000 values are faster without it. The
 * thread keeps a process alive only while a call is pending.
 */
export interface KernelWorker {
  /** Calls that wait or run. */
  readonly pending: number;
  /** `Kernel.sort`. */
  sort(values: NumericArray, options?: TransferOptions): Promise<Float64Array>;
  /** `Kernel.quantiles`. */
  quantiles(
    values: NumericArray,
    probabilities: readonly number[] | Float64Array,
    options?: TransferOptions,
  ): Promise<Float64Array>;
  /** `Kernel.tieGroups`. */
  tieGroups(
    reference: NumericArray,
    current: NumericArray,
    options?: TransferOptions,
  ): Promise<TieGroups>;
  /** `Kernel.ksTwoSample`. */
  ksTwoSample(a: NumericArray, b: NumericArray, options?: TransferOptions): Promise<KsStatistic>;
  /** `ksTwoSamplePValue`, whose exact form takes some 25 ms for 10 000 rows a side. */
  ksTwoSamplePValue(statistic: number, n: number, m: number): Promise<number>;
  /** `meanDiscrepancy`. */
  meanDiscrepancy(
    reference: NumericArray,
    current: NumericArray,
    options: MeanDiscrepancyOptions & TransferOptions,
  ): Promise<MeanDiscrepancyTest>;
  /** Ends the thread; calls that are pending fail with WORKER_CLOSED. */
  close(): Promise<void>;
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/**
 * Starts a worker thread with a kernel of its own.
 *
 * Its methods reject with the KernelError that the call on a kernel would throw; with WORKER_BUSY
 * when `maximumPending` calls wait already; with WORKER_CLOSED after `close`, or when the thread
 * has died.
 *
 * @throws KernelError INVALID_ARGUMENT when `maximumPending` is out of range.
 */
export function createKernelWorker(options: KernelWorkerOptions = {}): KernelWorker {
  const { maximumPending = 64, ...kernelOptions } = options;
  requireIntegerIn('createKernelWorker(options.maximumPending)', maximumPending, 1, 10_000);
  const worker = new Worker(workerSource, { eval: true, workerData: kernelOptions });
  const waiting = new Map<number, Pending>();
  let lastId = 0;
  let ended: string | undefined;
  worker.unref();

  function end(reason: string): void {
    ended ??= reason;
    for (const { reject } of waiting.values()) reject(closedError(reason));
    waiting.clear();
    worker.unref();
  }

  worker.on('message', (reply: JobReply) => {
    const job = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (waiting.size === 0) worker.unref();
    if (job === undefined) return;
    if ('result' in reply) job.resolve(reply.result);
    else if ('failure' in reply) job.reject(new KernelError(reply.failure.code, reply.failure));
    else job.reject(new Error(reply.crash));
  });
  worker.on('error', (error) => end(String(error)));
  worker.on('exit', (code) => end(`the thread ended with code ${code}`));

  function run<Result>(
    name: JobName,
    parameters: readonly unknown[],
    transfer: boolean = false,
  ): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      if (ended !== undefined) throw closedError(ended);
      if (waiting.size >= maximumPending) {
        throw new KernelError('WORKER_BUSY', {
          place: `${name}(), calls pending`,
          value: waiting.size,
          nextStep: 'wait for one of them, or raise maximumPending',
        });
      }
      lastId += 1;
      const request: JobRequest = { id: lastId, name, parameters };
      postTo(worker, request, transfer ? buffersOf(parameters) : []);
      waiting.set(lastId, { resolve: resolve as Pending['resolve'], reject });
      worker.ref();
    });
  }

  return {
    get pending() {
      return waiting.size;
    },
    sort: (values, { transfer } = {}) => run('sort', [values], transfer),
    quantiles: (values, probabilities, { transfer } = {}) =>
      run('quantiles', [values, probabilities], transfer),
    tieGroups: (reference, current, { transfer } = {}) =>
      run('tieGroups', [reference, current], transfer),
    ksTwoSample: (a, b, { transfer } = {}) => run('ksTwoSample', [a, b], transfer),
    ksTwoSamplePValue: (statistic, n, m) => run('ksTwoSamplePValue', [statistic, n, m]),
    meanDiscrepancy: (reference, current, { transfer, ...test }) =>
      run('meanDiscrepancy', [reference, current, test], transfer),
    async close() {
      end('it was closed');
      await worker.terminate();
    },
  };
}

/** What cannot be sent to a thread, such as a function, is not a valid argument of the kernel. */
function postTo(worker: Worker, request: JobRequest, transfer: ArrayBuffer[]): void {
  try {
    worker.postMessage(request, transfer);
  } catch (cause) {
    throw new KernelError('INVALID_ARGUMENT', {
      place: `${request.name}()`,
      value: String(cause),
      nextStep: 'pass float arrays and numbers whose memory is still there',
      cause,
    });
  }
}

function closedError(reason: string): KernelError {
  return new KernelError('WORKER_CLOSED', {
    place: 'createKernelWorker()',
    value: reason,
    nextStep: 'create another worker',
  });
}
