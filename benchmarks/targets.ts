/**
 * Times predictions and targets at a full store of a million predictions that wait for their target:
 * what an id adds to a prediction, and a target, next to a plain `Map` of the same size whose oldest
 * entry leaves for each new one. Prints the memory that the waiting predictions take. One process,
 * alternating rounds.
 */
import { cpus } from 'node:os';
import { createMonitor, type Monitor } from '@modelmeter/core';
import { Registry } from 'prom-client';
import { median } from './kernel-measure.js';
import { amount } from './smoke.js';

const capacity = amount(1_000_000, 2_000);
const rounds = amount(15, 2);
const perRound = amount(20_000, 500);
const targetsPerCall = 100;

const idOf = (row: number): string => `order-${row.toString(36).padStart(12, '0')}-f3a9c1d27b`;
const features = [{ names: ['x'], data: Float64Array.of(1) }];
const outputs = [{ name: 'y', data: Float64Array.of(2) }];

function createBenchMonitor(name: string): Monitor {
  return createMonitor({
    model: { name },
    features: [{ name: 'x', type: 'numeric' }],
    outputs: { task: 'regression', value: 'y' },
    quality: { maximumPendingTargets: capacity },
    registry: new Registry(),
  });
}

function observe(monitor: Monitor, predictionIds?: readonly string[]): void {
  monitor.observe({ rows: 1, features, outputs, predictionIds, durationSeconds: 0.001 });
}

/** Nanoseconds of one call. */
function time(calls: number, run: (call: number) => void): number {
  const start = process.hrtime.bigint();
  for (let call = 0; call < calls; call += 1) run(call);
  return Number(process.hrtime.bigint() - start) / calls;
}

function bytesInUse(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const before = bytesInUse();
const monitor = createBenchMonitor('with-ids');
for (let row = 0; row < capacity; row += 1) observe(monitor, [idOf(row)]);
const bytes = bytesInUse() - before;
const plain = createBenchMonitor('without-ids');
const map = new Map<string, { timeMs: number; output: number }>();
for (let row = 0; row < capacity; row += 1) map.set(idOf(row), { timeMs: row, output: 2 });

const found = {
  withId: [] as number[],
  without: [] as number[],
  target: [] as number[],
  map: [] as number[],
};
let next = capacity;
for (let round = 0; round < rounds; round += 1) {
  const first = next;
  next += perRound;
  const ids = Array.from({ length: perRound }, (_, call) => [idOf(first + call)]);
  found.withId.push(time(perRound, (call) => observe(monitor, ids[call])));
  found.without.push(time(perRound, () => observe(plain)));
  const targets = ids.map(([predictionId]) => ({ predictionId: predictionId!, value: 1 }));
  found.target.push(
    time(perRound / targetsPerCall, (call) => {
      monitor.recordTargets(targets.slice(call * targetsPerCall, (call + 1) * targetsPerCall));
    }) / targetsPerCall,
  );
  found.map.push(
    time(perRound, (call) => {
      const [id] = ids[call]!;
      // The first key of a map is found ever more slowly as its first entries are deleted.
      map.delete(map.keys().next().value!);
      map.set(id!, { timeMs: call, output: 2 });
      map.get(id!);
    }),
  );
}

const id = median(found.withId) - median(found.without);
const target = median(found.target);
const inMap = median(found.map);
const row = (label: string, value: number, digits: number, unit: string): string =>
  `${label.padEnd(46)}${value.toFixed(digits).padStart(10)} ${unit}`;
console.log(`Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}`);
console.log(`${capacity} predictions wait; each new one takes the place of the oldest\n`);
console.log(row('memory of the waiting predictions', bytes / 1e6, 1, 'MB'));
console.log(row('prediction without an id', median(found.without) / 1000, 2, 'µs'));
console.log(row('what an id adds to a prediction', id / 1000, 2, 'µs'));
console.log(row('target', target / 1000, 2, 'µs'));
console.log(row('plain Map: delete the oldest, set, get', inMap / 1000, 2, 'µs'));
console.log(row('prediction and target, times the plain Map', (id + target) / inMap, 3, ''));
