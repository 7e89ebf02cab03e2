/**
 * One part of `npm run bench:adapters` in a process of its own with --expose-gc: what a prediction
 * allocates, how the heap grows over ten million of them, how long the event loop is held up.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { benchMonitor, byHand, type Call, makeModel, repeat } from './adapters-models.js';
import { amount } from './smoke.js';

const features = 100;
const parts: Record<string, () => Promise<void>> = { allocation, heap, 'event-loop': eventLoop };
const part = parts[process.argv[2] ?? ''];
if (part === undefined || globalThis.gc === undefined) {
  throw new Error(`start node with --expose-gc and one of ${Object.keys(parts).join(', ')}`);
}
await part();

async function allocation(): Promise<void> {
  console.log('\nbytes that a call allocates on the heap (100 features, 1 row)');
  for (const kind of ['sync function', 'async function'] as const) {
    const figures: string[] = [];
    for (const [name, run] of await variants(kind, 1)) {
      figures.push(`${name} ${(await bytesOf(run)).toFixed(0)}`);
    }
    console.log(`  ${kind}: ${figures.join(', ')}`);
  }
}

/** The young generation holds all of them, so that nothing is collected while it is measured. */
async function bytesOf(run: Run): Promise<number> {
  const calls = amount(50_000, 500);
  await run(calls);
  const measured: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    globalThis.gc!();
    const before = process.memoryUsage().heapUsed;
    await run(calls);
    measured.push((process.memoryUsage().heapUsed - before) / calls);
  }
  return measured.sort((a, b) => a - b)[2]!;
}

async function heap(): Promise<void> {
  const predictions = amount(10_000_000, 20_000);
  const points = 20;
  const model = await makeModel('sync function', 10, 1, 0);
  const watched = model.watchedBy(benchMonitor(10));
  repeat(watched, false, predictions / 10);
  const used: number[] = [];
  for (let point = 0; point < points; point += 1) {
    repeat(watched, false, predictions / points);
    // A second collection takes what the first one's finalizers let go.
    globalThis.gc!();
    globalThis.gc!();
    used.push(process.memoryUsage().heapUsed);
  }
  const slope = slopeOf(used) / (predictions / points);
  console.log(
    `\nheap over ${predictions.toExponential(0)} predictions (10 features): from ${megabytes(used[0]!)} to ${megabytes(used.at(-1)!)} MB, slope ${slope.toFixed(4)} bytes a prediction (goal 0)`,
  );
}

/** Least-squares slope a point. */
function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let above = 0;
  let below = 0;
  for (const [index, value] of values.entries()) {
    above += (index - middle) * (value - mean);
    below += (index - middle) ** 2;
  }
  return above / below;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(2);
}

async function eventLoop(): Promise<void> {
  console.log(
    '\nevent loop under load (async, 100 features, 64 rows, 20 calls a turn): delay beyond the sampler in ms',
  );
  for (const [name, run] of await variants('async function', 64)) {
    const histogram = monitorEventLoopDelay({ resolution: 1 });
    await run(amount(2000, 20));
    histogram.enable();
    const seconds = amount(3, 0.1);
    const until = performance.now() + 1000 * seconds;
    let calls = 0;
    while (performance.now() < until) {
      await run(20);
      calls += 20;
      await nextTurn();
    }
    histogram.disable();
    const ms = (nanoseconds: number): string => (nanoseconds / 1e6).toFixed(2);
    console.log(
      `  ${name.padEnd(8)} p50 ${ms(histogram.percentile(50))}  p99 ${ms(histogram.percentile(99))}  max ${ms(histogram.max)}  ${Math.round(calls / seconds)} calls a second`,
    );
  }
}

/** Makes so many calls. */
type Run = (calls: number) => Promise<void> | undefined;

async function variants(
  kind: 'sync function' | 'async function',
  rows: number,
): Promise<[string, Run][]> {
  const model = await makeModel(kind, features, rows, 0);
  const running =
    (call: Call): Run =>
    (calls) =>
      repeat(call, model.isAsync, calls);
  return [
    ['bare', running(model.call)],
    ['ours', running(model.watchedBy(benchMonitor(features)))],
    ['by hand', running(byHand(model))],
  ];
}
