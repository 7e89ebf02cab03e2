/**
 * The kernel against plain JavaScript, numpy and scipy on one machine in one run:
 * npm run bench:kernel
 *
 * Three rounds; in each Python, the plain loops and the kernel take turns; medians of the
 * rounds. PYTHON names an interpreter that has numpy and scipy; without one they are NOT RUN.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGridCounter } from '@modelmeter/kernel';
import { buildCases, type Case } from './kernel-cases.js';
import { normalGrid, normals } from './kernel-data.js';
import { measure, median, sinkIsNumber } from './kernel-measure.js';
import { amount, isSmoke } from './smoke.js';

interface PeerReport {
  readonly numpy: string;
  readonly scipy: string;
  readonly results: Readonly<Record<string, number>>;
}

interface Times {
  readonly ours: number[];
  readonly plain: number[];
  readonly npm: Map<string, number[]>;
  readonly peer: number[];
}

const rounds = amount(3, 1);
const here = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

// First, while no other counter has left gaps in the memory that they share.
const memory = memoryRow();
const cases = buildCases();
const times: readonly Times[] = cases.map(() => ({
  ours: [],
  plain: [],
  npm: new Map(),
  peer: [],
}));
let versions = 'NOT RUN: numpy and scipy';
for (let round = 0; round < rounds; round += 1) {
  const peers = runPeers();
  if (peers !== undefined) versions = `numpy ${peers.numpy}, scipy ${peers.scipy}`;
  for (const [index, { ours, plain, npm = {}, peer, values }] of cases.entries()) {
    if (plain !== undefined) times[index]!.plain.push(measure(plain, values));
    for (const [name, call] of Object.entries(npm)) {
      const before = times[index]!.npm.get(name) ?? [];
      times[index]!.npm.set(name, [...before, measure(call, values)]);
    }
    times[index]!.ours.push(measure(ours, values));
    const peerTime = peer === undefined ? undefined : peers?.results[peer];
    if (peerTime !== undefined) times[index]!.peer.push(peerTime);
  }
}

const cpu = cpus()[0]?.model ?? 'unknown processor';
console.log(`${cpu}, ${cpus().length} CPUs, Node ${process.versions.node}, ${versions}`);
console.log(`ns per value, median of ${rounds} rounds (range of the kernel's)\n`);
printTable([
  [
    'operation',
    'n',
    'kernel',
    'range',
    'JS',
    'x',
    'npm',
    '',
    'x',
    'Python',
    '',
    'x',
    'goal',
    'met',
  ],
  ...cases.map((entry, index) => caseRow(entry, times[index]!)),
]);
console.log('');
printTable([
  ['', 'measured', 'goal', 'met'],
  startRow(),
  sizeRow(),
  memory,
  pauseRow(),
  ...(isSmoke ? [] : wholeProcessRows()),
]);
if (!sinkIsNumber()) throw new Error('a measured call returned NaN');

function runPeers(): PeerReport | undefined {
  if (isSmoke) return undefined;
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
  const packages = [...times.npm].map(([name, all]) => ({ name, time: median(all) }));
  const fastest = packages.sort((a, b) => a.time - b.time)[0];
  const ratios = {
    plain: median(times.plain) / ours,
    npm: (fastest?.time ?? Number.NaN) / ours,
    peer: median(times.peer) / ours,
  };
  const names = { plain: 'JS', npm: 'npm', peer: 'Python' } as const;
  const checks = (['plain', 'npm', 'peer'] as const).flatMap((key) => {
    const goal = goals[key];
    if (goal === undefined || Number.isNaN(ratios[key])) return [];
    return [{ text: `${Number(goal.toFixed(2))}x ${names[key]}`, met: ratios[key] >= goal }];
  });
  if (goals.nanoseconds !== undefined) {
    checks.push({ text: `${goals.nanoseconds} ns`, met: ours <= goals.nanoseconds });
  }
  const figure = (value: number, digits: number): string =>
    Number.isNaN(value) ? '' : value.toFixed(digits);
  return [
    operation,
    size,
    ours.toFixed(2),
    `${Math.min(...times.ours).toFixed(2)}-${Math.max(...times.ours).toFixed(2)}`,
    figure(median(times.plain), 2),
    figure(ratios.plain, 1),
    figure(fastest?.time ?? Number.NaN, 2),
    fastest?.name ?? '',
    figure(ratios.npm, 1),
    figure(median(times.peer), 2),
    times.peer.length === 0 ? '' : (peerName ?? ''),
    figure(ratios.peer, 1),
    checks.map(({ text }) => text).join(', '),
    checks.length === 0 ? '' : checks.every(({ met }) => met) ? 'yes' : 'NO',
  ];
}

/** First kernel and first counted row of a fresh process, package already loaded. */
function startRow(): string[] {
  const script = `
    const { createGridCounter } = await import('@modelmeter/kernel');
    const start = performance.now();
    createGridCounter([Float64Array.of(1)]).count(Float64Array.of(1), 1);
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
  const before = process.memoryUsage().arrayBuffers;
  const wasmBytes = grownBytes(() => {
    createGridCounter(grids).count(new Float32Array(columns), 1);
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

/** Bytes by which WebAssembly memories grow while a function runs: all counters share one. */
function grownBytes(call: () => void): number {
  const api = (globalThis as unknown as { WebAssembly: { Memory: { prototype: Memory } } })
    .WebAssembly.Memory.prototype;
  const { grow } = api;
  let pages = 0;
  api.grow = function (this: Memory, delta) {
    pages += delta;
    return grow.call(this, delta);
  };
  call();
  api.grow = grow;
  return pages * 65_536;
}

interface Memory {
  grow(this: Memory, pages: number): number;
}

/**
 * Twenty indices of 10^6 against 10^6 rows as a process of their own, start and reading included.
 */
function wholeProcessRows(): string[][] {
  const folder = mkdtempSync(join(tmpdir(), 'modelmeter-'));
  try {
    for (const [index, name] of ['reference', 'current'].entries()) {
      writeFileSync(join(folder, name), normals(1_000_000, 20 + index));
    }
    const run = (command: string, ...parameters: string[]): { ms: number; value: number } => {
      const start = performance.now();
      const output = execFileSync(command, [...parameters, folder], { encoding: 'utf8' });
      return { ms: performance.now() - start, value: Number(output) };
    };
    const ours: number[] = [];
    const peers: number[] = [];
    let difference = 0;
    for (let round = 0; round < rounds; round += 1) {
      const peer = run(process.env.PYTHON ?? 'python3', here('whole-process-psi.py'));
      const own = run(process.execPath, here('dist/whole-process-psi.js'));
      ours.push(own.ms);
      peers.push(peer.ms);
      difference = Math.abs(own.value - peer.value);
    }
    const ratio = median(peers) / median(ours);
    if (!(difference <= 1e-12)) throw new Error(`the index differs from numpy's by ${difference}`);
    return [
      [
        '20 equal-width PSI of 10^6 x 10^6 as a process, against numpy',
        `${ratio.toFixed(1)}x (${median(ours).toFixed(0)} against ${median(peers).toFixed(0)} ms)`,
        '6x, same value to 1e-12',
        ratio >= 6 ? 'yes' : 'NO',
      ],
    ];
  } catch (error) {
    if (error instanceof Error && 'status' in error) {
      return [['20 equal-width PSI as a process', 'NOT RUN: numpy', '6x', '']];
    }
    throw error;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The longest that one buffered call can take: a full buffer of 100 columns is counted. */
function pauseRow(): string[] {
  const columns = 100;
  const rows = 163;
  const counter = createGridCounter(
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
