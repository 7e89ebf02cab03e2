/**
 * A reference of 10^6 rows against 10^6 rows, 20 numeric columns from Parquet: whole processes,
 * ours and, where Python has them, Evidently and NannyML, on the same files in turn.
 *
 * `EVIDENTLY_PYTHON` and `NANNYML_PYTHON` name interpreters; both default to `PYTHON` or `python3`.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { amount, isSmoke } from './smoke.js';

const rows = amount(1_000_000, 5_000);
const columns = 20;
const runs = amount(3, 1);
const goal = { seconds: 3, megabytes: 300 };
const here = fileURLToPath(new URL('..', import.meta.url));
const python = process.env.PYTHON ?? 'python3';

interface Run {
  readonly seconds: number;
  /** Largest resident memory; undefined where the system does not report it. */
  readonly megabytes: number | undefined;
}

const commands = [
  {
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
  },
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

async function measure(command: string, args: readonly string[]): Promise<Run | undefined> {
  const start = performance.now();
  // A tool that reports its use over the network would be timed with it.
  const env = { ...process.env, NML_DISABLE_USAGE_LOGGING: 'true', DO_NOT_TRACK: '1' };
  const child = spawn(command, args, { stdio: 'ignore', env });
  let megabytes: number | undefined;
  const watch = setInterval(() => {
    megabytes = Math.max(megabytes ?? 0, peakOf(child.pid) ?? 0) || undefined;
  }, 10);
  const code = await new Promise((resolve) => {
    child.on('close', resolve);
    child.on('error', () => resolve(1));
  });
  clearInterval(watch);
  return code === 0 ? { seconds: (performance.now() - start) / 1000, megabytes } : undefined;
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
  const ours = best(measured.get('modelmeter drift') ?? []);
  for (const { name } of commands) {
    const found = best(measured.get(name) ?? []);
    if (found === undefined) {
      console.log(`NOT RUN: ${name} (not installed, or it failed)`);
      continue;
    }
    const ratio =
      ours === undefined ? '' : `${(found.seconds / ours.seconds).toFixed(1)}x our time`;
    console.log(
      `${name.padEnd(28)} ${found.seconds.toFixed(2).padStart(7)} s  ${(found.megabytes?.toFixed(0) ?? '–').padStart(6)} MB  ${ratio}`,
    );
  }
  if (ours === undefined) {
    process.exitCode = 1;
    return;
  }
  if (isSmoke) return;
  const met = ours.seconds <= goal.seconds && (ours.megabytes ?? 0) <= goal.megabytes;
  console.log(
    `goal ${goal.seconds} s, ${goal.megabytes} MB: ${met ? 'met' : 'MISSED'} by modelmeter drift`,
  );
}

function best(found: readonly Run[]): Run | undefined {
  return [...found].sort((a, b) => a.seconds - b.seconds)[0];
}
