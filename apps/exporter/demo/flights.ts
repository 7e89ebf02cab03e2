import { existsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { decompress } from 'fzstd';
import {
  type AsyncBuffer,
  type ColumnData,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
} from 'hyparquet';

/**
 * Flights in order of departure, one typed column each. `timeMs`, `delay`, `distance`, `origin` and
 * `destination` have one entry a flight; `origin` and `destination` index `airports`.
 */
export interface Flights {
  /** Number of flights. */
  readonly rows: number;
  /** Airport codes in alphabetical order. */
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

/** Smallest and largest value that a column's array holds; airports are codes by then. */
const LIMITS = {
  date: [0, 8.64e15],
  delay: [-32_768, 32_767],
  distance: [0, 65_535],
  origin: [0, 65_535],
  destination: [0, 65_535],
} as const;

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
      const column = COLUMNS.find((name) => name === chunk.columnName);
      if (column === undefined) continue;
      const row = copyValues(chunk, targets[column], offset - group.start, LIMITS[column]);
      if (row >= 0) throw foreign(path, `has no usable ${column} in row ${row}`);
    }
    offset += group.end - group.start;
  }
  return withSortedAirports({ ...flights, airports: [...codes.keys()] });
}

function codeOf(codes: Map<string, number>, bytes: Uint8Array): number {
  const airport = String.fromCharCode(...bytes);
  const known = codes.get(airport);
  if (known !== undefined) return known;
  codes.set(airport, codes.size);
  return codes.size - 1;
}

/** Copies the chunk and returns -1, or the first row whose value is missing or out of range. */
function copyValues(
  chunk: ColumnData,
  target: Float64Array | Int16Array | Uint16Array,
  shift: number,
  [least, greatest]: readonly [number, number],
): number {
  const { columnData, rowStart } = chunk;
  for (let i = 0; i < columnData.length; i++) {
    const value = Number(columnData[i] ?? Number.NaN);
    if (!(value >= least && value <= greatest)) return rowStart + i;
    target[rowStart + shift + i] = value;
  }
  return -1;
}

/** Codes follow the alphabet, so that they do not depend on where the reading began. */
function withSortedAirports(flights: Flights): Flights {
  const airports = [...flights.airports].sort();
  const rank = new Map(airports.map((airport, code) => [airport, code]));
  const recoded = Uint16Array.from(flights.airports, (airport) => rank.get(airport) ?? 0);
  const recode = (codes: Uint16Array): Uint16Array => codes.map((code) => recoded[code] ?? 0);
  const origin = recode(flights.origin);
  return { ...flights, airports, origin, destination: recode(flights.destination) };
}

function inOrder(flights: Flights): Flights {
  const { timeMs } = flights;
  if (timeMs.every((time, i) => i === 0 || time >= (timeMs[i - 1] ?? 0))) return flights;
  const order = Uint32Array.from(timeMs.keys());
  order.sort((a, b) => (timeMs[a] ?? 0) - (timeMs[b] ?? 0) || a - b);
  return {
    ...flights,
    timeMs: Float64Array.from(order, (row) => timeMs[row] ?? 0),
    delay: Int16Array.from(order, (row) => flights.delay[row] ?? 0),
    distance: Uint16Array.from(order, (row) => flights.distance[row] ?? 0),
    origin: Uint16Array.from(order, (row) => flights.origin[row] ?? 0),
    destination: Uint16Array.from(order, (row) => flights.destination[row] ?? 0),
  };
}

/** Copies, so that the rows outside are free to go. */
function between(flights: Flights, fromMs: number, toMs: number): Flights {
  const start = firstAtOrAfter(flights.timeMs, fromMs);
  const end = Math.max(start, firstAtOrAfter(flights.timeMs, toMs));
  if (start === 0 && end === flights.rows) return flights;
  return {
    rows: end - start,
    airports: flights.airports,
    timeMs: flights.timeMs.slice(start, end),
    delay: flights.delay.slice(start, end),
    distance: flights.distance.slice(start, end),
    origin: flights.origin.slice(start, end),
    destination: flights.destination.slice(start, end),
  };
}

function firstAtOrAfter(ascending: Float64Array, time: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
