import type { KernelErrorCode } from '../errors.js';
import { ksTwoSamplePValue } from '../statistics/ks-p-value.js';
import {
  type MeanDiscrepancyOptions,
  type MeanDiscrepancyTest,
  meanDiscrepancy,
} from '../statistics/mean-discrepancy.js';
import type { Kernel, KsStatistic, NumericArray, TieGroups } from '../types.js';

/**
 * What a worker thread does on request: the calls that take more than a slice of the event loop.
 */
export const jobs = {
  sort: (kernel: Kernel, values: NumericArray): Float64Array => kernel.sort(values),
  quantiles: (
    kernel: Kernel,
    values: NumericArray,
    probabilities: readonly number[] | Float64Array,
  ): Float64Array => kernel.quantiles(values, probabilities),
  tieGroups: (kernel: Kernel, reference: NumericArray, current: NumericArray): TieGroups =>
    kernel.tieGroups(reference, current),
  ksTwoSample: (kernel: Kernel, a: NumericArray, b: NumericArray): KsStatistic =>
    kernel.ksTwoSample(a, b),
  ksTwoSamplePValue: (_kernel: Kernel, statistic: number, n: number, m: number): number =>
    ksTwoSamplePValue(statistic, n, m),
  meanDiscrepancy: (
    _kernel: Kernel,
    reference: NumericArray,
    current: NumericArray,
    options: MeanDiscrepancyOptions,
  ): MeanDiscrepancyTest => meanDiscrepancy(reference, current, options),
};

export type JobName = keyof typeof jobs;

export interface JobRequest {
  readonly id: number;
  readonly name: JobName;
  readonly parameters: readonly unknown[];
}

/** The fields of a KernelError, which does not keep its class between threads. */
export interface JobFailure {
  readonly code: KernelErrorCode;
  readonly place: string;
  readonly value: unknown;
  readonly nextStep: string;
}

export type JobReply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: JobFailure }
  | { readonly id: number; readonly crash: string };

/** The memory behind the arrays in a value, each once: what may move to the other thread. */
export function buffersOf(value: unknown): ArrayBuffer[] {
  const values = typeof value === 'object' && value !== null ? Object.values(value) : [];
  const arrays = ArrayBuffer.isView(value) ? [value] : values.filter(ArrayBuffer.isView);
  const buffers = arrays.map(({ buffer }) => buffer).filter((of) => of instanceof ArrayBuffer);
  return [...new Set(buffers)];
}
