import { existsSync } from 'node:fs';
import { CliError } from '../errors.js';
import { type CsvOptions, stageCsv } from './csv.js';
import type { Database } from './database.js';
import { stageJson } from './json.js';
import { requireMagic } from './magic.js';
import { stageNpy } from './npy.js';
import {
  createReadLog,
  describeRejected,
  noteLacking,
  type ReadLog,
  type ReadReport,
} from './read-report.js';
import { identifier, literal } from './sql.js';
import { spoolStandardInput } from './standard-input.js';
import { relationOf, type Storage, type StoredColumn, type Table } from './table.js';
import { type Column, type TypingOptions, typeColumns } from './typing.js';

/** A data set that can be queried, more than once. */
export interface DataSource {
  /** As the user named it. */
  readonly name: string;
  readonly table: Table;
  readonly columns: ReadonlyMap<string, Column>;
  readonly rows: number;
  readonly log: ReadLog;
}

/** How files are read; what is undefined is detected. */
export interface ReadOptions extends CsvOptions, TypingOptions {
  /** Largest share of the rows that may be rejected, 0 to 1. */
  readonly maximumRejected?: number;
}

const defaultMaximumRejected = 0.01;

const formats = {
  csv: /\.(csv|tsv|txt)(\.gz|\.zst)?$/i,
  json: /\.(ndjson|jsonl|json)(\.gz|\.zst)?$/i,
  parquet: /\.(parquet|pq)$/i,
  arrow: /\.(arrow|arrows|feather|ipc)$/i,
  npy: /\.npy$/i,
} as const satisfies Partial<Record<ReadReport['format'], RegExp>>;

type Format = keyof typeof formats;

/**
 * Opens a file, a glob of files of one format, or `-` for standard input. Text formats and Arrow
 * are copied to Parquet first, since a data set is read more than once.
 *
 * @throws CliError DATA_UNREADABLE naming the file and the problem.
 * @throws CliError DATA_REJECTED when too many rows do not fit.
 */
export async function openSource(
  database: Database,
  name: string,
  options: ReadOptions = {},
): Promise<DataSource> {
  const path = name === '-' ? await spoolStandardInput(database.folder) : name;
  const format = formatOf(path);
  if (format === undefined) {
    throw new CliError(
      'DATA_UNREADABLE',
      `${name} has an unknown ending. Name a .csv, .tsv, .ndjson, .jsonl, .json, .parquet, .arrow, .feather or .npy file (text files may end in .gz or .zst), a glob of them, or - for standard input.`,
    );
  }
  try {
    const log = createReadLog(format);
    const table = await openTable(database, format, path, options, log);
    const rows = await countAllRows(database, table);
    requireFewRejected(name, rows, options, log);
    const columns = await typeColumns(database, table, options, log);
    return {
      name,
      table,
      columns: new Map(columns.map((column) => [column.name, column])),
      rows,
      log,
    };
  } catch (error) {
    throw error instanceof CliError ? error : unreadable(database, name, error);
  }
}

/** The error of a source that cannot be read, in the words of the engine but without its files. */
export function unreadable(
  { folder }: Pick<Database, 'folder'>,
  name: string,
  error: unknown,
): CliError {
  const text = error instanceof Error ? error.message : String(error);
  const own = name === '-' ? 'standard input' : name;
  const message = (isDamagedArchive(error) ? 'its compressed data are damaged or cut off' : text)
    .split(/\n+LINE \d|\n+Possible (?:solutions|fixes)/)[0]!
    .replaceAll(new RegExp(`${folder.replaceAll(/[.\\]/g, '\\$&')}[^\\s"',]*`, 'g'), own)
    .replace(/^[A-Z]\w+(?: \w+)* Error: /, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');
  const remedy = /out of memory|failed to allocate/i.test(text)
    ? ' Give the engine more memory with --memory, such as --memory 4GB.'
    : '';
  return new CliError(
    'DATA_UNREADABLE',
    `${name === '-' ? 'Standard input' : name} cannot be read: ${message}${remedy}`,
    error,
  );
}

function isDamagedArchive(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}

/** @throws CliError COLUMN_UNKNOWN naming the columns that there are. */
export function requireColumn(source: DataSource, name: string): Column {
  const column = source.columns.get(name);
  if (column !== undefined) return column;
  throw new CliError(
    'COLUMN_UNKNOWN',
    `${source.name} has no column "${name}"; it has ${[...source.columns.keys()].join(', ')}.`,
  );
}

/** What follows FROM to read some columns of a source. */
export function relation(source: DataSource, columns: Iterable<Column | undefined>): string {
  return relationOf(
    source.table,
    [...columns].filter((column) => column !== undefined),
  );
}

function formatOf(path: string): Format | undefined {
  const found = Object.entries(formats).find(([, ending]) => ending.test(path));
  return found?.[0] as Format | undefined;
}

async function openTable(
  database: Database,
  format: Format,
  path: string,
  options: ReadOptions,
  log: ReadLog,
): Promise<Table> {
  const paths = await pathsOf(database, path);
  if (format === 'csv') return stageCsv(database, paths, options, log);
  if (format === 'json') return stageJson(database, paths, options.encoding, log);
  if (format === 'npy') return stageNpy(database, paths);
  for (const file of paths) await requireMagic(file, format);
  if (format === 'parquet') return parquetTable(database, paths, log);
  // Loaded on demand: it is as large as the rest of the command.
  const { stageArrow } = await import('./arrow.js');
  return stageArrow(database, paths, log);
}

async function pathsOf({ connection }: Database, path: string): Promise<string[]> {
  if (existsSync(path)) return [path];
  const files = await connection.runAndReadAll(
    `SELECT file FROM glob(${literal(path)}) ORDER BY 1`,
  );
  const paths = files.getRowObjects().map(({ file }) => String(file));
  if (paths.length === 0) throw new Error('No files found');
  return paths;
}

async function parquetTable(
  { connection }: Database,
  paths: readonly string[],
  log: ReadLog,
): Promise<Table> {
  const part = `read_parquet([${paths.map(literal).join(', ')}], union_by_name = true)`;
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${part}`);
  const columns = described
    .getRowObjects()
    .map(({ column_name: column, column_type: type }): StoredColumn => {
      const name = String(column);
      return {
        name,
        sql: identifier(name),
        storage: storageOf(String(type)),
        type: String(type),
        part: 0,
      };
    });
  for (const path of paths.length > 1 ? paths : []) {
    const own = await connection.runAndReadAll(
      `DESCRIBE SELECT * FROM read_parquet(${literal(path)})`,
    );
    const names = new Set(own.getRowObjects().map(({ column_name: name }) => String(name)));
    noteLacking(path, columns, names, log);
  }
  return { columns, parts: [part] };
}

function storageOf(type: string): Storage {
  if (type.endsWith(']')) return isNumbers(type) ? 'numbers' : 'unsupported';
  if (type === 'FLOAT') return 'float32';
  if (/^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/.test(type)) return 'integer';
  if (/^(DOUBLE|DECIMAL)/.test(type)) return 'double';
  if (/^(VARCHAR|ENUM|UUID)/.test(type)) return 'text';
  if (type === 'BLOB') return 'binary';
  if (type === 'BOOLEAN') return 'boolean';
  return /^(DATE|TIMESTAMP)/.test(type) ? 'time' : 'unsupported';
}

function isNumbers(type: string): boolean {
  return /^(FLOAT|DOUBLE|DECIMAL\(\d+,\d+\)|U?(TINY|SMALL|BIG)?INT(EGER)?)\[\d*\]$/.test(type);
}

async function countAllRows({ connection }: Database, table: Table): Promise<number> {
  const result = await connection.runAndReadAll(`SELECT count(*) FROM ${table.parts[0]}`);
  return Number(result.getRows()[0]![0]);
}

function requireFewRejected(
  name: string,
  rows: number,
  { maximumRejected = defaultMaximumRejected }: ReadOptions,
  log: ReadLog,
): void {
  const { rejectedRows, rejectedExamples } = log;
  const all = rows + rejectedRows;
  if (rejectedRows <= maximumRejected * all) return;
  const isOneFile = new Set(rejectedExamples.map(({ file }) => file)).size === 1;
  const more = rejectedRows > rejectedExamples.length ? ' and more' : '';
  throw new CliError(
    'DATA_REJECTED',
    `${rejectedRows} of ${all} rows of ${name} do not fit: ${describeRejected(rejectedExamples, isOneFile)}${more}. At most ${100 * maximumRejected} % may. ${log.format === 'csv' ? 'Correct the file, name its separator with --separator' : 'Correct the file'}, or allow more with --maximum-rejected.`,
  );
}
