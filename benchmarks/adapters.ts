/**
 * What monitoring adds to a prediction: npm run bench:adapters
 *
 * A function (sync and async) and sessions of ONNX Runtime, bare, wrapped by Modelmeter, and
 * wrapped by hand with prom-client (a timer and two labelled counters, no features). The three take
 * turns in blocks of a few calls; what is shown is the median block and, for Modelmeter, the mean,
 * which includes the counting of the waiting rows. Then allocation, heap and the event loop.
 */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { byHand, functionModels, type Monitored, onnxModel, wrapped } from './adapters-models.js';
import { median } from './kernel-measure.js';

interface Case {
  readonly kind: 'sync function' | 'async function' | 'onnx';
  readonly features: number;
  readonly hidden: number;
  readonly rows: number;
  readonly sampling: number;
}

interface Timing {
  readonly p50: number;
  readonly mean: number;
}

const functionCases: readonly Case[] = (['sync function', 'async function'] as const).flatMap(
  (kind) =>
    [10, 100, 1000].flatMap((features) =>
      [1, 64].map((rows) => ({ kind, features, hidden: 0, rows, sampling: 1 })),
    ),
);
const sampledCases: readonly Case[] = [
  { kind: 'sync function', features: 1000, hidden: 0, rows: 64, sampling: 0.1 },
];
const onnxCases: readonly Case[] = [
  ...[10, 100, 1000].flatMap((features) =>
    [1, 64].map((rows) => ({ kind: 'onnx' as const, features, hidden: 16, rows, sampling: 1 })),
  ),
  { kind: 'onnx', features: 100, hidden: 512, rows: 64, sampling: 1 },
];

console.log(
  `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} CPUs, Node ${process.versions.node}\n`,
);
console.log('µs a call: median of the blocks, and what a wrapper adds to it\n');
const header = ['model', 'features', 'rows', 'bare', 'ours', '(mean)', 'by hand', 'goal', 'met'];
const rows: string[][] = [header];
for (const entry of [...functionCases, ...sampledCases, ...onnxCases]) rows.push(await row(entry));
printTable(rows);
console.log(
  '\ngoal: 0.3 µs sync, 0.6 µs async and 1.5 ns a value; of ONNX models 1 µs, or 5 % from 20 µs on',
);
for (const part of ['allocation', 'heap', 'event-loop']) {
  const child = spawnSync(
    process.execPath,
    [
      '--expose-gc',
      '--max-semi-space-size=512',
      fileURLToPath(new URL('./adapters-memory.js', import.meta.url)),
      part,
    ],
    { stdio: 'inherit' },
  );
  if (child.status !== 0) throw new Error(`the measurement of ${part} failed`);
}

async function row(entry: Case): Promise<string[]> {
  const { bare, ours, hand } = await timings(entry);
  const added = ours.p50 - bare.p50;
  const goal = goalOf(entry, bare.p50);
  return [
    `${entry.kind}${entry.hidden > 16 ? `, ${entry.hidden} hidden` : ''}${entry.sampling < 1 ? `, sampled ${entry.sampling}` : ''}`,
    String(entry.features),
    String(entry.rows),
    bare.p50.toFixed(2),
    `+${added.toFixed(2)}`,
    `(+${(ours.mean - bare.mean).toFixed(2)})`,
    `+${(hand.p50 - bare.p50).toFixed(2)}`,
    goal.toFixed(2),
    added <= goal ? 'yes' : 'no',
  ];
}

/** Microseconds that a wrapper may add, KERNEL goals of the README. */
function goalOf({ kind, features, rows }: Case, bare: number): number {
  if (kind === 'onnx') return bare >= 20 ? 0.05 * bare : 1;
  return (kind === 'sync function' ? 0.3 : 0.6) + 0.0015 * features * rows;
}

async function timings(entry: Case): Promise<Record<'bare' | 'ours' | 'hand', Timing>> {
  const model =
    entry.kind === 'onnx'
      ? await onnxModel(entry.features, entry.hidden, entry.rows)
      : functionModels(entry.features, entry.rows)[entry.kind];
  const variants: Record<'bare' | 'ours' | 'hand', Monitored> = {
    bare: model,
    ours: wrapped(model, entry.features, entry.sampling),
    hand: byHand(model),
  };
  // So few calls a block that most blocks count no waiting rows, and enough to outweigh the clock.
  const rowsWaiting = Math.min(256, Math.floor(16_384 / entry.features));
  const calls = Math.max(1, Math.min(32, Math.floor(rowsWaiting / entry.rows / 8)));
  const names = ['bare', 'ours', 'hand'] as const;
  const blocks: Record<(typeof names)[number], number[]> = { bare: [], ours: [], hand: [] };
  for (const name of names) await variants[name].block(2000);
  const until = performance.now() + 1500;
  while (performance.now() < until || blocks.bare.length < 200) {
    for (const name of names) {
      const start = performance.now();
      const pending = variants[name].block(calls);
      if (pending !== undefined) await pending;
      blocks[name].push(((performance.now() - start) * 1000) / calls);
    }
  }
  for (const name of names) variants[name].close();
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
  const widths = header.map((_, column) =>
    Math.max(...table.map((cells) => cells[column]!.length)),
  );
  for (const cells of table) {
    console.log(
      cells
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
        )
        .join('  '),
    );
  }
}
