/** Results of measured calls go here, so that no call can be optimised away. */
let sink = 0;

const batchMs = 1;
const samples = 15;

/** Median time of one call in nanoseconds per value, after warm-up, over 15 batches of 1 ms or more. */
export function measure(call: () => number, values: number): number {
  const start = performance.now();
  do sink += call();
  while (performance.now() - start < 20);
  let callsPerBatch = 1;
  while (timeBatch(call, callsPerBatch) < batchMs) callsPerBatch *= 2;
  const times = Array.from({ length: samples }, () => timeBatch(call, callsPerBatch));
  return (median(times) * 1e6) / (callsPerBatch * values);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** Keeps the sink alive; NaN would mean that a measured call returned no number. */
export function sinkIsNumber(): boolean {
  return !Number.isNaN(sink);
}

function timeBatch(call: () => number, calls: number): number {
  const start = performance.now();
  for (let index = 0; index < calls; index += 1) sink += call();
  return performance.now() - start;
}
