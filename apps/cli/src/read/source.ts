import { createWriteStream } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CliError, messageOf } from '../errors.js';
import type { Database } from './database.js';
import { literal } from './sql.js';

/** How the values of a column are read. */
export type ColumnKind = 'number' | 'float32' | 'text' | 'boolean' | 'time' | 'other';

/** A data set that can be queried, more than once. */
export interface DataSource {
  /** As the user named it. */
  readonly name: string;
  /** What stands behind FROM. */
  readonly relation: string;
  readonly columns: ReadonlyMap<string, ColumnKind>;
  /** Whether all values are read as text, whatever their column was sniffed to hold. */
  readonly isText: boolean;
}

/** Texts that stand for a missing value in CSV files. */
const nullTexts = ['', 'NA', 'N/A', 'NaN', 'nan', 'NULL', 'null', 'None'];

const formats = {
  csv: /\.(csv|tsv|txt)(\.gz|\.zst)?$/i,
  json: /\.(ndjson|jsonl|json)(\.gz|\.zst)?$/i,
  parquet: /\.(parquet|pq)$/i,
  arrow: /\.(arrow|arrows|feather|ipc)$/i,
} as const;

type Format = keyof typeof formats;

/** Magic bytes of formats that begin with some. */
const arrowFile = 'ARROW1';
const parquetFile = 'PAR1';
const gzip = '\u001f\u008b';

/**
 * Opens a file, a glob of files of one format, or `-` for standard input, which is put into a file
 * first, since a reference is read twice.
 *
 * Columns of a CSV file are read as text and cast value by value, so that one bad value among
 * numbers is counted, not an error.
 *
 * @throws CliError DATA_UNREADABLE naming the file and what is wrong with it.
 */
export async function openSource(database: Database, name: string): Promise<DataSource> {
  const path = name === '-' ? await spoolStandardInput(database.folder) : name;
  const format = formatOf(path);
  if (format === undefined) {
    throw new CliError(
      'DATA_UNREADABLE',
      `${name} has an ending that is not known. Name a .csv, .tsv, .ndjson, .jsonl, .parquet, .arrow or .feather file (text files may end in .gz), a glob of them, or - for standard input.`,
    );
  }
  try {
    if (format === 'arrow') return await openArrow(database, name, path);
    const { sniffed, relation } = relations(format, path);
    const columns = await describe(database, sniffed);
    return { name, relation, columns, isText: format === 'csv' };
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw unreadable(name, error);
  }
}

/** What reading a source threw, told with its name. */
export function unreadable(name: string, error: unknown): CliError {
  return new CliError(
    'DATA_UNREADABLE',
    `${name === '-' ? 'Standard input' : name} cannot be read: ${messageOf(error)}`,
    error,
  );
}

function relations(
  format: Exclude<Format, 'arrow'>,
  path: string,
): { readonly sniffed: string; readonly relation: string } {
  const file = literal(path);
  if (format === 'parquet') {
    const relation = `read_parquet(${file}, union_by_name = true)`;
    return { sniffed: relation, relation };
  }
  if (format === 'json') {
    const relation = `read_json(${file}, format = 'newline_delimited', union_by_name = true)`;
    return { sniffed: relation, relation };
  }
  const nulls = `nullstr = [${nullTexts.map(literal).join(', ')}], union_by_name = true`;
  return {
    sniffed: `read_csv(${file}, ${nulls})`,
    relation: `read_csv(${file}, ${nulls}, all_varchar = true)`,
  };
}

function formatOf(path: string): Format | undefined {
  const found = Object.entries(formats).find(([, ending]) => ending.test(path));
  return found?.[0] as Format | undefined;
}

async function describe(
  { connection }: Database,
  relation: string,
): Promise<ReadonlyMap<string, ColumnKind>> {
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${relation}`);
  return new Map(
    described
      .getRowObjects()
      .map(({ column_name: column, column_type: type }) => [String(column), kindOf(String(type))]),
  );
}

function kindOf(type: string): ColumnKind {
  if (type === 'FLOAT') return 'float32';
  if (/^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|DECIMAL)(\(|$)/.test(type)) {
    return 'number';
  }
  if (/^(VARCHAR|ENUM|UUID)/.test(type) && !type.endsWith(']')) return 'text';
  if (type === 'BOOLEAN') return 'boolean';
  return /^(DATE|TIMESTAMP)/.test(type) && !type.endsWith(']') ? 'time' : 'other';
}

async function openArrow(database: Database, name: string, path: string): Promise<DataSource> {
  const { connection, folder } = database;
  const files = await connection.runAndReadAll(
    `SELECT file FROM glob(${literal(path)}) ORDER BY 1`,
  );
  const paths = files.getRowObjects().map(({ file }) => String(file));
  if (paths.length === 0) throw new Error('no such file');
  // Loaded for those who need it: it is as large as the rest of the command.
  const { arrowToParquet } = await import('./arrow.js');
  const parquet = await arrowToParquet(connection, paths, folder);
  const relation = `read_parquet(${literal(parquet)})`;
  return { name, relation, columns: await describe(database, relation), isText: false };
}

/** Writes standard input to a file whose ending says what it holds. */
async function spoolStandardInput(folder: string): Promise<string> {
  const path = join(folder, 'standard-input');
  await pipeline(process.stdin, createWriteStream(path));
  const file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
  await file.close();
  if (bytesRead === 0) {
    throw new CliError(
      'DATA_UNREADABLE',
      'Standard input is empty. Pipe a CSV, NDJSON, Parquet or Arrow file into the command.',
    );
  }
  const named = `${path}.${endingOf(buffer.subarray(0, bytesRead).toString('latin1'))}`;
  await rename(path, named);
  return named;
}

function endingOf(start: string): string {
  if (start.startsWith(parquetFile)) return 'parquet';
  if (start.startsWith(arrowFile)) return 'arrow';
  // An Arrow stream begins with the continuation marker of its first message.
  if (start.startsWith('\u00ff\u00ff\u00ff\u00ff')) return 'arrows';
  if (start.startsWith(gzip)) return 'csv.gz';
  return start.trimStart().startsWith('{') ? 'ndjson' : 'csv';
}

/** @throws CliError COLUMN_UNKNOWN naming the columns that there are. */
export function requireColumn(source: DataSource, column: string): ColumnKind {
  const kind = source.columns.get(column);
  if (kind !== undefined) return kind;
  throw new CliError(
    'COLUMN_UNKNOWN',
    `${source.name} has no column "${column}"; it has ${[...source.columns.keys()].join(', ')}.`,
  );
}
