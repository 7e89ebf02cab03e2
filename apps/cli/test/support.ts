import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom } from '@modelmeter/kernel';
import { afterAll, beforeAll, expect } from 'vitest';
import { compare } from '../src/compare/compare.js';
import type { CompareOptions } from '../src/compare/comparison.js';
import type { DriftResult } from '../src/compare/drift-result.js';
import { createProgress } from '../src/progress.js';
import { type Database, openDatabase } from '../src/read/database.js';
import { createReader } from '../src/read/reader.js';
import { literal } from '../src/read/sql.js';

/** The root of the repository. */
export const repository = fileURLToPath(new URL('../../../', import.meta.url));

/** The models of a configuration, for tests of other settings. */
export const configOfModel = `models:
  - name: late-flights
    type: external
    features: [{ name: origin, type: categorical }]
    outputs: { task: binary, score: probability }
`;

/** A folder of files, gone after the tests of the file that asks for it. */
export interface Folder {
  path(name: string): string;
  write(name: string, text: string): Promise<string>;
}

export function useFolder(): Folder {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'modelmeter-cli-test-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });
  const path = (name: string): string => join(folder, name);
  return {
    path,
    async write(name, text) {
      await writeFile(path(name), text);
      return path(name);
    },
  };
}

export interface CommandOutcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type RunCommand = (
  args: readonly string[],
  options?: {
    /** File that is standard input; nothing when left out. */
    readonly input?: string;
    readonly environment?: Readonly<Record<string, string>>;
  },
) => Promise<CommandOutcome>;

/** Runs the built command in a folder, with no token of the outside in its environment. */
export async function runCommand(
  folder: string,
  args: Parameters<RunCommand>[0],
  { input, environment }: NonNullable<Parameters<RunCommand>[1]> = {},
): Promise<CommandOutcome> {
  const { GRAFANA_TOKEN: _, PROMETHEUS_TOKEN: __, ...outside } = process.env;
  const child = spawn(process.execPath, [join(repository, 'apps/cli/bin/modelmeter.js'), ...args], {
    cwd: folder,
    env: { ...outside, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  if (input === undefined) child.stdin.end();
  else createReadStream(input).pipe(child.stdin);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk));
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

/** The built command in the folder of the tests. */
export function useCommand(folder: Folder): {
  readonly run: RunCommand;
  /** Expects exit code 0. */
  readonly succeed: RunCommand;
} {
  const run: RunCommand = (args, options) => runCommand(folder.path('.'), args, options);
  return {
    run,
    async succeed(args, options) {
      const outcome = await run(args, options);
      expect(outcome.code, outcome.stderr).toBe(0);
      return outcome;
    },
  };
}

/** The files of a folder that have an ending, by their names. */
export async function filesOf(path: string, ending: string): Promise<Record<string, string>> {
  const names = (await readdir(path)).filter((name) => name.endsWith(ending)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(path, name), 'utf8')));
  return Object.fromEntries(names.map((name, index) => [name, texts[index]!]));
}

export async function withDatabase<Result>(
  run: (database: Database) => Promise<Result>,
): Promise<Result> {
  const database = await openDatabase();
  try {
    return await run(database);
  } finally {
    await database.close();
  }
}

/** Compares with an engine of its own, as the command does. */
export function runCompare(options: CompareOptions): Promise<DriftResult> {
  return withDatabase((database) => compare(createReader(database, createProgress()), options));
}

/** Copies a query to a file, in the format that its ending says. */
export async function copyTo(query: string, path: string): Promise<string> {
  const format = path.endsWith('.parquet') ? 'parquet' : /csv/.test(path) ? 'csv' : 'json';
  const compression = path.endsWith('.gz') ? ', COMPRESSION gzip' : '';
  await withDatabase(({ connection }) =>
    connection.run(`COPY (${query}) TO ${literal(path)} (FORMAT ${format}${compression})`),
  );
  return path;
}

/** Standard normal numbers, the same in every run (Box and Muller 1958). */
export function normals(rows: number, seed: number, shift = 0): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from(
    { length: rows },
    () =>
      shift + Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next()),
  );
}

/** A CSV file of columns of one length; null is an empty field. */
export function csv(columns: Readonly<Record<string, ArrayLike<unknown>>>): string {
  const names = Object.keys(columns);
  const rows = columns[names[0]!]!.length;
  const lines = [names.map(quoted).join(',')];
  for (let row = 0; row < rows; row += 1) {
    lines.push(names.map((name) => quoted(columns[name]![row])).join(','));
  }
  return `${lines.join('\n')}\n`;
}

function quoted(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
