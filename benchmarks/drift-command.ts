/**
 * A reference of 10^6 rows against 10^6 rows, 20 numeric columns from Parquet: whole processes,
 * ours and, where Python has them, Evidently and NannyML, on the same files in turn. Then wide tables
 * of few rows as CSV, ours alone.
 *
 * `EVIDENTLY_PYTHON` and `NANNYML_PYTHON` name interpreters; both default to `PYTHON` or `python3`.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { createRandom } from '@modelmeter/kernel';
import { amount, isSmoke } from './smoke.js';

const rows = amount(1_000_000, 5_000);
const columns = 20;
const runs = amount(3, 1);
const goal = { seconds: 3, megabytes: 300 };
const wideRows = amount(500, 50);
const wideTables = [
  { columns: 300, kind: 'numeric' },
  { columns: 2_000, kind: 'numeric' },
  { columns: 10_000, kind: 'numeric' },
  { columns: 300, kind: 'text' },
  { columns: 2_000, kind: 'text' },
].filter(({ columns }) => !isSmoke || columns === 300);
const here = fileURLToPath(new URL('..', import.meta.url));
const python = process.env.PYTHON ?? 'python3';

interface Run {
  readonly seconds: number;
  /** Time of all threads, which other programs on the machine hardly change. */
  readonly processorSeconds: number | undefined;
  /** Largest resident memory; undefined where the system does not report it. */
  readonly megabytes: number | undefined;
}

const ours = {
  name: 'modelmeter drift',
  command: process.execPath,
  args: (files: readonly string[]) => [
    join(here, '..', 'apps', 'cli', 'dist', 'bin.js'),
    'drift',
    '--reference',
    files[0]!,
    '--current',
    files[1]!,
  ],
};
const commands = [
  ours,
  {
    name: 'Evidently DataDriftPreset',
    command: process.env.EVIDENTLY_PYTHON ?? python,
    args: (files: readonly string[]) => [join(here, 'drift-command-evidently.py'), ...files],
  },
  {
    name: 'NannyML, 4 methods',
    command: process.env.NANNYML_PYTHON ?? python,
    args: (files: readonly string[]) => [join(here, 'drift-command-nannyml.py'), ...files],
  },
];

const folder = mkdtempSync(join(tmpdir(), 'modelmeter-bench-'));
try {
  const files = [await normals('reference', 1, 0), await normals('current', 2, 0.1)];
  const measured = new Map<string, Run[]>();
  for (let run = 0; run < runs; run += 1) {
    for (const { name, command, args } of commands) {
      const found = await measure(command, args(files));
      if (found !== undefined) measured.set(name, [...(measured.get(name) ?? []), found]);
    }
  }
  print(measured);
  await measureWide();
} finally {
  rmSync(folder, { recursive: true });
}

/** Columns of normal numbers of growing deviation, the same in every run. */
async function normals(name: string, seed: number, shift: number): Promise<string> {
  const path = join(folder, `${name}.parquet`);
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  const uniform = (column: number, part: number): string =>
    `((hash(i, ${seed}, ${column}, ${part}) % 9007199254740991) + 0.5) / 9007199254740992`;
  const values = Array.from(
    { length: columns },
    (_, column) =>
      `${column + 1} * (${shift} + sqrt(-2 * ln(${uniform(column, 0)})) * cos(2 * pi() * ${uniform(column, 1)})) AS c${column}`,
  );
  await connection.run(
    `COPY (SELECT ${values.join(', ')} FROM range(${rows}) AS t(i)) TO '${path}' (FORMAT parquet)`,
  );
  connection.closeSync();
  return path;
}

async function measureWide(): Promise<void> {
  console.log(`\n${wideRows} rows against ${wideRows} as CSV; best of ${runs} runs`);
  for (const [index, { columns, kind }] of wideTables.entries()) {
    const files = [wide(columns, kind, 2 * index), wide(columns, kind, 2 * index + 1)];
    const found: Run[] = [];
    for (let run = 0; run < runs; run += 1) {
      const one = await measure(ours.command, ours.args(files));
      if (one !== undefined) found.push(one);
    }
    const { seconds, processorSeconds, megabytes } = best(found)!;
    console.log(
      `${columns} ${kind}`.padEnd(16),
      `${seconds.toFixed(1)} s  ${processorSeconds?.toFixed(1) ?? '–'} s of processors  ${megabytes?.toFixed(0) ?? '–'} MB`,
    );
  }
}

/** A table of numbers with six decimals, or of six names, the same in every run. */
function wide(columns: number, kind: string, seed: number): string {
  const path = join(folder, `wide-${seed}.csv`);
  const random = createRandom(seed + 1);
  const names = ['red', 'green', 'blue', 'grey', 'black', 'white'];
  const value = (): string =>
    kind === 'text' ? names[random.integer(names.length)]! : (random.next() * 10).toFixed(6);
  const row = (field: (column: number) => string): string =>
    Array.from({ length: columns }, (_, column) => field(column)).join(',');
  const lines = [row((column) => `c${column}`)];
  for (let index = 0; index < wideRows; index += 1) lines.push(row(value));
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

async function measure(command: string, args: readonly string[]): Promise<Run | undefined> {
  const start = performance.now();
  // A tool that reports its use over the network would be timed with it.
  const env = { ...process.env, NML_DISABLE_USAGE_LOGGING: 'true', DO_NOT_TRACK: '1' };
  const child = spawn(command, args, { stdio: 'ignore', env });
  let megabytes: number | undefined;
  let processorSeconds: number | undefined;
  const watch = setInterval(() => {
    megabytes = Math.max(megabytes ?? 0, peakOf(child.pid) ?? 0) || undefined;
    processorSeconds = processorTimeOf(child.pid) ?? processorSeconds;
  }, 10);
  const code = await new Promise((resolve) => {
    child.on('close', resolve);
    child.on('error', () => resolve(1));
  });
  clearInterval(watch);
  const seconds = (performance.now() - start) / 1000;
  return code === 0 ? { seconds, processorSeconds, megabytes } : undefined;
}

/** The time that the threads of a process have run, which Linux counts in hundredths of a second. */
function processorTimeOf(pid: number | undefined): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100 || undefined;
  } catch {
    return undefined;
  }
}

/** The high-water mark of the resident memory, which Linux keeps for every process. */
function peakOf(pid: number | undefined): number | undefined {
  const path = `/proc/${pid}/status`;
  if (!existsSync(path)) return undefined;
  try {
    const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(path, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1000;
  } catch {
    return undefined;
  }
}

function print(measured: ReadonlyMap<string, readonly Run[]>): void {
  console.log(`${rows} rows against ${rows}, ${columns} columns, Parquet; best of ${runs} runs`);
  const own = best(measured.get(ours.name) ?? []);
  for (const { name } of commands) {
    const found = best(measured.get(name) ?? []);
    if (found === undefined) {
      console.log(`NOT RUN: ${name} (not installed, or it failed)`);
      continue;
    }
    const ratio = own === undefined ? '' : `${(found.seconds / own.seconds).toFixed(1)}x our time`;
    console.log(
      `${name.padEnd(28)} ${found.seconds.toFixed(2).padStart(7)} s  ${(found.megabytes?.toFixed(0) ?? '–').padStart(6)} MB  ${ratio}`,
    );
  }
  if (own === undefined) {
    process.exitCode = 1;
    return;
  }
  if (isSmoke) return;
  const met = own.seconds <= goal.seconds && (own.megabytes ?? 0) <= goal.megabytes;
  console.log(
    `goal ${goal.seconds} s, ${goal.megabytes} MB: ${met ? 'met' : 'MISSED'} by modelmeter drift`,
  );
}

function best(found: readonly Run[]): Run | undefined {
  return [...found].sort((a, b) => a.seconds - b.seconds)[0];
}
