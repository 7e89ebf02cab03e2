import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@modelmeter/kernel';
import { afterAll, beforeAll } from 'vitest';
import { type CompareOptions, compare } from '../src/compare.js';
import { type Database, openDatabase } from '../src/data/database.js';
import { createReader } from '../src/data/profile-source.js';
import { literal } from '../src/data/sql.js';
import type { DriftResult } from '../src/drift-result.js';
import { createProgress } from '../src/progress.js';

/** A folder of files, gone after the tests of the file that asks for it. */
export function useFolder(): {
  path(name: string): string;
  write(name: string, text: string): Promise<string>;
} {
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
