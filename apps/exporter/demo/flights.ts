import { existsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { decompress } from 'fzstd';
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetRead } from 'hyparquet';

/**
 * Flights in order of departure, one typed column each. `timeMs`, `delay`, `distance`, `origin` and
 * `destination` have one entry a flight; `origin` and `destination` index `airports`.
 */
export interface Flights {
  /** Number of flights. */
  readonly rows: number;
  /** Airport codes in alphabetical order, each used by at least one flight read. */
  readonly airports: readonly string[];
  /**
   * Actual departure in milliseconds since the epoch. The file holds the local time of the origin
   * without a zone; it is taken as UTC, so that the whole country shares one clock.
   */
  readonly timeMs: Float64Array;
  /** Minutes late on arrival; negative when early. */
  readonly delay: Int16Array;
  /** Miles. */
  readonly distance: Uint16Array;
  readonly origin: Uint16Array;
  readonly destination: Uint16Array;
}

/** What to read. */
export interface ReadFlightsOptions {
  /** Path of `flights-3m.parquet`; the file of the installed `vega-datasets` when left out. */
  readonly path?: string;
  /** First departure to keep, in milliseconds since the epoch. */
  readonly fromMs?: number;
  /** Departure from which on nothing is kept, in milliseconds since the epoch. */
  readonly toMs?: number;
}

/** `flights-missing`: there is no such file; `flights-foreign`: it is not the flights file. */
export type FlightsErrorCode = 'flights-missing' | 'flights-foreign';

/** The flights could not be read. */
export class FlightsError extends Error {
  override readonly name = 'FlightsError';
  readonly code: FlightsErrorCode;
  readonly path: string;

  constructor(code: FlightsErrorCode, path: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.path = path;
  }
}

/**
 * The path of the 3 000 000 flights that the npm package `vega-datasets` carries.
 *
 * @throws FlightsError `flights-missing` when the package is not installed.
 */
export function flightsPath(): string {
  const name = 'vega-datasets';
  // The package exports its program only, not its files: look where Node would look for it.
  for (const folder of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    const path = join(folder, name, 'data', 'flights-3m.parquet');
    if (existsSync(path)) return path;
  }
  throw new FlightsError(
    'flights-missing',
    name,
    `${name}: data/flights-3m.parquet was not found; install it with \`npm install ${name}\``,
  );
}

/**
 * The flights of the file, or those that depart in `[fromMs, toMs)`, in order of departure; flights
 * of the same minute keep the order of the file. Row groups outside the range are not read; the
 * others are read one after the other, so memory is 16 bytes a flight plus one group's pages.
 *
 * @throws FlightsError `flights-missing` when there is no file, `flights-foreign` when it is not
 *   Parquet, lacks a column or holds a value out of its range.
 */
export async function readFlights(options: ReadFlightsOptions = {}): Promise<Flights> {
  const { path = flightsPath(), fromMs = -Infinity, toMs = Infinity } = options;
  const handle = await open(path).catch((cause: unknown) => {
    throw new FlightsError(
      'flights-missing',
      path,
      `${path}: cannot be opened; give the path of flights-3m.parquet or install vega-datasets`,
      cause,
    );
  });
  try {
    const file = await fileBuffer(handle);
    const metadata = await parquetMetadataAsync(file).catch((cause: unknown) => {
      throw foreign(path, 'is not a Parquet file', cause);
    });
    const rows = rowRange(metadata, path, fromMs, toMs);
    return between(inOrder(await readRows(file, metadata, path, rows)), fromMs, toMs);
  } finally {
    await handle.close();
  }
}

const COLUMNS = ['date', 'delay', 'distance', 'origin', 'destination'] as const;
type Column = (typeof COLUMNS)[number];

interface RowGroup {
  readonly start: number;
  readonly end: number;
}

function foreign(path: string, problem: string, cause?: unknown): FlightsError {
  const remedy = 'give flights-3m.parquet of the npm package vega-datasets';
  return new FlightsError('flights-foreign', path, `${path}: ${problem}; ${remedy}`, cause);
}

async function fileBuffer(handle: FileHandle): Promise<AsyncBuffer> {
  const { size } = await handle.stat();
  return {
    byteLength: size,
    async slice(start, end = size) {
      const bytes = new Uint8Array(end - start);
      await handle.read(bytes, 0, bytes.length, start);
      return bytes.buffer;
    },
  };
}

/** The row groups whose departures may lie in the range, by the file's own statistics. */
function rowRange(metadata: FileMetaData, path: string, fromMs: number, toMs: number): RowGroup[] {
  const names = metadata.schema.slice(1).map((element) => element.name);
  const lacking = COLUMNS.filter((column) => !names.includes(column));
  if (lacking.length > 0) throw foreign(path, `has no column ${lacking.join(', ')}`);
  const groups: RowGroup[] = [];
  let start = 0;
  for (const group of metadata.row_groups) {
    const end = start + Number(group.num_rows);
    const statistics = group.columns[names.indexOf('date')]?.meta_data?.statistics;
    const first = statistics?.min_value;
    const last = statistics?.max_value;
    const before = last instanceof Date && last.getTime() < fromMs;
    const after = first instanceof Date && first.getTime() >= toMs;
    if (!before && !after) groups.push({ start, end });
    start = end;
  }
  return groups;
}

async function readRows(
  file: AsyncBuffer,
  metadata: FileMetaData,
  path: string,
  groups: readonly RowGroup[],
): Promise<Flights> {
  const rows = groups.reduce((sum, group) => sum + group.end - group.start, 0);
  const flights = {
    rows,
    airports: [] as string[],
    timeMs: new Float64Array(rows),
    delay: new Int16Array(rows),
    distance: new Uint16Array(rows),
    origin: new Uint16Array(rows),
    destination: new Uint16Array(rows),
  };
  const targets = {
    date: flights.timeMs,
    delay: flights.delay,
    distance: flights.distance,
    origin: flights.origin,
    destination: flights.destination,
  };
  const codes = new Map<string, number>();
  let offset = 0;
  for (const group of groups) {
    const chunks: ColumnData[] = [];
    await parquetRead({
      file,
      metadata,
      columns: [...COLUMNS],
      rowStart: group.start,
      rowEnd: group.end,
      compressors: { ZSTD: (input, length) => decompress(input, new Uint8Array(length)) },
      // Run once a dictionary entry: no Date and no string is made for a row.
      parsers: {
        timestampFromMicroseconds: (microseconds) => Number(microseconds) / 1000,
        stringFromBytes: (bytes) => codeOf(codes, bytes),
      },
      // Only collects: what this throws would be lost.
      onChunk: (chunk) => chunks.push(chunk),
    }).catch((cause: unknown) => {
      throw foreign(path, `is damaged in rows ${group.start} to ${group.end}`, cause);
    });
    for (const chunk of chunks) {
      const column = chunk.columnName as Column;
      const at = offset + chunk.rowStart - group.start;
      copyValues(chunk.columnData, targets[column], at, `${path}: ${column}`);
    }
    offset += group.end - group.start;
  }
  return withSortedAirports({ ...flights, airports: [...codes.keys()] });
}

