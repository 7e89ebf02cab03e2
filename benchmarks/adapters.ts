/**
 * What monitoring adds to a prediction: npm run bench:adapters
 *
 * A function (sync and async) and sessions of ONNX Runtime, bare, wrapped by Modelmeter, and
 * wrapped by hand with prom-client (a timer and two labelled counters, no features). The three take
 * turns, timed in blocks of a few calls; the table shows the median block and, for Modelmeter, the
 * mean, which includes the counting of the waiting rows. Then allocation, heap and the event loop.
 */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import {
  type BenchModel,
  benchMonitor,
  byHand,
  type Call,
  type ModelKind,
  makeModel,
  repeat,
  sinkIsNumber,
} from './adapters-models.js';
import { median } from './kernel-measure.js';
import { amount, isSmoke } from './smoke.js';

interface Case {
  readonly kind: ModelKind;
  readonly features: number;
  readonly rows: number;
  readonly hidden: number;
  readonly sampling: number;
}

/**
 * The variants take turns so often, each so long that it runs in the caches that it leaves itself.
 */
const slices = amount(20, 1);
const sliceMs = amount(30, 2);
const warmUpCalls = amount(2000, 20);

interface Timing {
  readonly p50: number;
  readonly mean: number;
}

const sizes = [10, 100, 1000].flatMap((features) => [1, 64].map((rows) => ({ features, rows })));
const cases: readonly Case[] = [
  ...(['sync function', 'async function'] as const).flatMap((kind) =>
    sizes.map((size) => ({ kind, ...size, hidden: 0, sampling: 1 })),
  ),
  { kind: 'sync function', features: 1000, rows: 64, hidden: 0, sampling: 0.1 },
  ...sizes.map((size) => ({ kind: 'onnx' as const, ...size, hidden: 16, sampling: 1 })),
  { kind: 'onnx', features: 100, rows: 64, hidden: 512, sampling: 1 },
  ...(['tfjs cpu', 'tfjs-node'] as const).flatMap((kind) =>
    [1, 64].map((rows) => ({ kind, features: 100, rows, hidden: 16, sampling: 1 })),
  ),
];

console.log(
  `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} CPUs, Node ${process.versions.node}\n`,
);
console.log('µs a call: median of the blocks, and what a wrapper adds to it\n');
const header = ['model', 'features', 'rows', 'bare', 'ours', '(mean)', 'by hand', 'goal', 'met'];
const rows: string[][] = [header];
for (const entry of cases) {
  const measured = await row(entry);
  if (measured !== undefined) rows.push(measured);
}
printTable(rows);
console.log(
  '\ngoal: 0.3 µs sync, 0.6 µs async and 1.5 ns a value; of ONNX and TensorFlow.js models 1 µs, or 5 % from 20 µs on',
);
for (const part of ['allocation', 'heap', 'event-loop']) {
  const child = spawnSync(
    process.execPath,
    [
      '--expose-gc',
      '--max-semi-space-size=512',
      fileURLToPath(new URL('./adapters-memory.js', import.meta.url)),
      part,
      ...(isSmoke ? ['--smoke'] : []),
    ],
    { stdio: 'inherit' },
  );
  if (child.status !== 0) throw new Error(`the measurement of ${part} failed`);
}

/** One row of the table; undefined, said on the console, where the runtime is not there. */
async function row(entry: Case): Promise<string[] | undefined> {
  const { kind, features, rows: batch, hidden, sampling } = entry;
  let model: BenchModel;
  try {
    model = await makeModel(kind, features, batch, hidden);
  } catch (error) {
    console.log(`NOT RUN: ${kind}: ${String(error).split('\n')[0]}`);
    return undefined;
  }
  const { bare, ours, hand } = await timings(model, sampling);
  const added = ours.p50 - bare.p50;
  const goal = goalOf(entry, bare.p50);
  const details = [
    ...(hidden > 16 ? [`${hidden} hidden`] : []),
    ...(sampling < 1 ? [`sampled ${sampling}`] : []),
  ];
  return [
    [kind, ...details].join(', '),
    String(features),
    String(batch),
    bare.p50.toFixed(2),
    `+${added.toFixed(2)}`,
    `(+${(ours.mean - bare.mean).toFixed(2)})`,
    `+${(hand.p50 - bare.p50).toFixed(2)}`,
    goal.toFixed(2),
    added <= goal ? 'yes' : 'no',
  ];
}

/** Microseconds that a wrapper may add. */
function goalOf({ kind, features, rows: batch }: Case, bare: number): number {
  if (kind === 'sync function') return 0.3 + 0.0015 * features * batch;
  if (kind === 'async function') return 0.6 + 0.0015 * features * batch;
  return bare >= 20 ? 0.05 * bare : 1;
}

async function timings(
  model: BenchModel,
  sampling: number,
): Promise<Record<'bare' | 'ours' | 'hand', Timing>> {
  const { features, rows: batch, isAsync } = model;
  const monitor = benchMonitor(features, sampling);
  const variants: Record<'bare' | 'ours' | 'hand', Call> = {
    bare: model.call,
    ours: model.watchedBy(monitor),
    hand: byHand(model),
  };
  // So few calls a block that most blocks count no waiting rows, and enough to outweigh the clock.
  const rowsWaiting = Math.min(256, Math.floor(16_384 / features));
  const calls = Math.max(1, Math.min(32, Math.floor(rowsWaiting / batch / 8)));
  const names = ['bare', 'ours', 'hand'] as const;
  const blocks: Record<(typeof names)[number], number[]> = { bare: [], ours: [], hand: [] };
  for (const name of names) await repeat(variants[name], isAsync, warmUpCalls);
  for (let slice = 0; slice < slices; slice += 1) {
    for (const name of names) {
      const until = performance.now() + sliceMs;
      while (performance.now() < until) {
        const start = performance.now();
        const pending = repeat(variants[name], isAsync, calls);
        if (pending !== undefined) await pending;
        blocks[name].push(((performance.now() - start) * 1000) / calls);
      }
    }
  }
  monitor.close();
  return Object.fromEntries(
    names.map((name) => [
      name,
      {
        p50: median(blocks[name]),
        mean: blocks[name].reduce((sum, time) => sum + time, 0) / blocks[name].length,
      },
    ]),
  ) as Record<(typeof names)[number], Timing>;
}

function printTable(table: readonly (readonly string[])[]): void {
  const widths = header.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  for (const row of table) {
    console.log(
      row
        .map((text, column) =>
          column === 0 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!),
        )
        .join('  '),
    );
  }
}

if (!sinkIsNumber()) throw new Error('a measured call returned NaN');
