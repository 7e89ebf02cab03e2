/**
 * The kernel against plain JavaScript, numpy and scipy on one machine in one run:
 * npm run bench:kernel -w @modelmeter/benchmarks
 *
 * Three rounds, in each of which Python, the plain loops and the kernel take turns; medians of the
 * rounds. PYTHON names an interpreter that has scipy; without one its columns stay empty.
 */
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { createKernel } from '@modelmeter/kernel';
import { buildCases, type Case } from './kernel-cases.js';
import { normalGrid, normals } from './kernel-data.js';
import { measure, median, sinkIsNumber } from './kernel-measure.js';

interface PeerReport {
  readonly numpy: string;
  readonly scipy: string;
  readonly results: Readonly<Record<string, number>>;
}

interface Times {
  readonly ours: number[];
  readonly plain: number[];
  readonly peer: number[];
}

const rounds = 3;
const here = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

const cases = buildCases();
const times: readonly Times[] = cases.map(() => ({ ours: [], plain: [], peer: [] }));
let versions = 'no Python with scipy';
for (let round = 0; round < rounds; round += 1) {
  const peers = runPeers();
  if (peers !== undefined) versions = `numpy ${peers.numpy}, scipy ${peers.scipy}`;
  for (const [index, { ours, plain, peer, values }] of cases.entries()) {
    times[index]!.plain.push(measure(plain, values));
    times[index]!.ours.push(measure(ours, values));
    const peerTime = peer === undefined ? undefined : peers?.results[peer];
    if (peerTime !== undefined) times[index]!.peer.push(peerTime);
  }
}

const cpu = cpus()[0]?.model ?? 'unknown processor';
console.log(`${cpu}, ${cpus().length} CPUs, Node ${process.versions.node}, ${versions}`);
console.log(`ns per value, median of ${rounds} rounds (range of the kernel's)\n`);
printTable([
  ['operation', 'n', 'kernel', 'range', 'plain JS', 'x', 'peer', '', 'x', 'goal', 'met'],
  ...cases.map((entry, index) => caseRow(entry, times[index]!)),
]);
console.log('');
printTable([['', 'measured', 'goal', 'met'], startRow(), sizeRow(), memoryRow(), pauseRow()]);
if (!sinkIsNumber()) throw new Error('a measured call returned NaN');

function runPeers(): PeerReport | undefined {
  try {
    const python = process.env.PYTHON ?? 'python3';
    return JSON.parse(
      execFileSync(python, [here('kernel-peers.py')], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        env: { ...process.env, OPENBLAS_NUM_THREADS: '1' },
      }),
    );
  } catch {
    return undefined;
  }
}

function caseRow({ operation, size, peerName, goals }: Case, times: Times): string[] {
  const ours = median(times.ours);
  const plainRatio = median(times.plain) / ours;
  const peerRatio = median(times.peer) / ours;
  const checks = [
    { text: 'JS', goal: goals.plain, met: plainRatio >= (goals.plain ?? 0) },
    { text: 'peer', goal: goals.peer, met: peerRatio >= (goals.peer ?? 0) },
  ].filter(({ goal, text }) => goal !== undefined && (text === 'JS' || times.peer.length > 0));
  const texts = checks.map(({ text, goal }) => `${goal}x ${text}`);
  if (goals.nanoseconds !== undefined) {
    texts.push(`${goals.nanoseconds} ns`);
    checks.push({ text: 'ns', goal: goals.nanoseconds, met: ours <= goals.nanoseconds });
  }
  return [
    operation,
    size,
    ours.toFixed(2),
    `${Math.min(...times.ours).toFixed(2)}-${Math.max(...times.ours).toFixed(2)}`,
    median(times.plain).toFixed(2),
    plainRatio.toFixed(1),
    times.peer.length === 0 ? '' : median(times.peer).toFixed(2),
    peerName ?? '',
    times.peer.length === 0 ? '' : peerRatio.toFixed(1),
    texts.join(', '),
    checks.length === 0 ? '' : checks.every(({ met }) => met) ? 'yes' : 'NO',
  ];
}

/** First kernel and first counted row of a fresh process, package already loaded. */
function startRow(): string[] {
  const script = `
    const { createKernel } = await import('@modelmeter/kernel');
    const start = performance.now();
    createKernel().createGridCounter([Float64Array.of(1)]).count(Float64Array.of(1), 1);
    console.log(performance.now() - start);`;
  const runs = Array.from({ length: 9 }, () =>
    Number(
      execFileSync(process.execPath, ['--input-type=module', '-e', script], {
        cwd: here('.'),
        encoding: 'utf8',
      }),
    ),
  );
  const milliseconds = median(runs);
  return ['start', `${milliseconds.toFixed(2)} ms`, '2 ms', milliseconds <= 2 ? 'yes' : 'NO'];
}

function sizeRow(): string[] {
  const kibibytes = statSync(here('../wasm/build/kernel.wasm')).size / 1024;
  return ['wasm size', `${kibibytes.toFixed(1)} KiB`, '48 KiB', kibibytes <= 48 ? 'yes' : 'NO'];
}

/** WebAssembly memory and grid copies of a counter of 100 columns that counts float32 rows. */
function memoryRow(): string[] {
  const columns = 100;
  const grids = Array.from({ length: columns }, (_, column) => normalGrid(1_024, column + 1));
  const kernel = createKernel();
  const before = process.memoryUsage().arrayBuffers;
  const wasmBytes = collectMemoryBytes(() => {
    kernel.createGridCounter(grids).count(new Float32Array(columns), 1);
  });
  const bytes = wasmBytes + process.memoryUsage().arrayBuffers - before;
  const kibibytes = bytes / columns / 1024;
  return [
    'memory per feature of 1024 points, float32, buffer included',
    `${kibibytes.toFixed(1)} KiB`,
    '32 KiB',
    kibibytes <= 32 ? 'yes' : 'NO',
  ];
}

/** Bytes of the WebAssembly memories that a call creates: process.memoryUsage leaves them out. */
function collectMemoryBytes(call: () => void): number {
  const api: { Memory: new (options: object) => { readonly buffer: ArrayBuffer } } = Reflect.get(
    globalThis,
    'WebAssembly',
  );
  const Original = api.Memory;
  const created: { readonly buffer: ArrayBuffer }[] = [];
  api.Memory = class extends Original {
    constructor(options: object) {
      super(options);
      created.push(this);
    }
  };
  call();
  api.Memory = Original;
  return created.reduce((bytes, { buffer }) => bytes + buffer.byteLength, 0);
}

/** The longest that one buffered call can take: a full buffer of 100 columns is counted. */
function pauseRow(): string[] {
  const columns = 100;
  const rows = 163;
  const counter = createKernel().createGridCounter(
    Array.from({ length: columns }, (_, column) => normalGrid(1_024, column + 1)),
  );
  const data = Float32Array.from(normals(rows * columns, 9));
  const call = (): number => {
    counter.count(data, rows);
    counter.flush();
    return counter.rows;
  };
  const milliseconds = measure(call, 1) / 1e6;
  return [
    'pause of one full buffer, 100 columns of 1024 points',
    `${milliseconds.toFixed(3)} ms`,
    '1 ms',
    milliseconds <= 1 ? 'yes' : 'NO',
  ];
}

function printTable(rows: readonly (readonly string[])[]): void {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  for (const row of rows) {
    console.log(
      row
        .map((text, column) => text.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    );
  }
}
