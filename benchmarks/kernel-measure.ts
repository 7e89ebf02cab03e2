import Benchmark from 'benchmark';
import { isSmoke } from './smoke.js';

/** Results of measured calls go here, so that no call can be optimised away. */
let sink = 0;

/**
 * Median time of one call in nanoseconds per value, over the samples of a run of 0.15 s or more.
 */
export function measure(call: () => number, values: number): number {
  if (isSmoke) {
    const start = performance.now();
    sink += call();
    return ((performance.now() - start) * 1e6) / values;
  }
  const run = new Benchmark(
    () => {
      sink += call();
    },
    { maxTime: 0.15, minSamples: 7, initCount: 1 },
  ).run();
  if (run.error !== undefined) throw run.error;
  return (median(run.stats.sample) * 1e9) / values;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** Keeps the sink alive; NaN would mean that a measured call returned no number. */
export function sinkIsNumber(): boolean {
  return !Number.isNaN(sink);
}
