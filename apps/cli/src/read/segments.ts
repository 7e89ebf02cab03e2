import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from './database.js';
import { literal } from './sql.js';
import { rowGroupSize } from './table.js';

/** Rows in normalised CSV that wait to be stored as Parquet, in the parts of a table. */
export interface Segments {
  /** The text of the rows of a part. */
  readonly sinks: readonly ByteSink[];
  readonly rows: number;
  readonly bytes: number;
  /** Ends a row whose fields were written to every sink. */
  endRow(rowBytes: number, hasLineBreaks: boolean): void;
  /**
   * Stores the rows of a part in a Parquet file.
   *
   * @param fields The number of fields of a row.
   * @param selected The columns, in terms of the fields f0, f1 and so on.
   * @param nulls The texts that are missing values.
   */
  store(
    part: number,
    fields: number,
    selected: readonly string[],
    nulls: readonly string[],
  ): Promise<string>;
  /** Forgets the rows, once every part is stored. */
  clear(): void;
}

export interface ByteSink {
  readonly length: number;
  copy(bytes: Buffer, from: number, to: number): void;
  write(text: string): void;
  taken(): Buffer;
  clear(): void;
}

/** Bytes of text that are handed to the engine at a time. */
export const segmentBytes = 64 * 1024 * 1024;

const mebibyte = 1024 * 1024;

export function createSegments(database: Database, separator: string, parts: number): Segments {
  const sinks = Array.from({ length: parts }, createByteSink);
  let rows = 0;
  let longest = 0;
  let isMultiLine = false;

  return {
    sinks,
    get rows() {
      return rows;
    },
    get bytes() {
      return sinks.reduce((sum, { length }) => sum + length, 0);
    },
    endRow(rowBytes, hasLineBreaks) {
      // The last field is never empty, so that the engine takes no row for a blank line.
      for (const sink of sinks) sink.write(`${separator}1\n`);
      rows += 1;
      longest = Math.max(longest, rowBytes);
      isMultiLine ||= hasLineBreaks;
    },
    async store(part, fields, selected, nulls) {
      const path = join(database.folder, `segment-${database.nextId()}`);
      await writeFile(`${path}.csv`, sinks[part]!.taken());
      const lineBytes = Math.max(2 * mebibyte, 2 * longest);
      const columns = Array.from(
        { length: Math.max(1, fields) + 1 },
        (_, index) => `f${index}: 'VARCHAR'`,
      );
      const read = `read_csv(${literal(`${path}.csv`)}, auto_detect = false, header = false,
        delim = ${literal(separator)}, quote = '"', escape = '"', new_line = '\\n',
        columns = {${columns.join(', ')}}, nullstr = [${nulls.map(literal).join(', ')}],
        null_padding = false, parallel = ${!isMultiLine},
        max_line_size = ${lineBytes}, buffer_size = ${Math.max(16 * mebibyte, 2 * lineBytes)})`;
      const copied = await database.connection.runAndReadAll(
        `COPY (SELECT ${selected.join(', ')} FROM ${read}) TO ${literal(`${path}.parquet`)}
         (FORMAT parquet, ROW_GROUP_SIZE ${rowGroupSize(selected.length)})`,
      );
      const stored = Number(copied.getRows()[0]?.[0]);
      // A row that gets lost between two readers must never go unnoticed.
      if (stored !== rows) throw new Error(`the engine read ${stored} of ${rows} rows`);
      await rm(`${path}.csv`);
      return `${path}.parquet`;
    },
    clear() {
      for (const sink of sinks) sink.clear();
      rows = 0;
    },
  };
}

function createByteSink(): ByteSink {
  let bytes = Buffer.alloc(64 * 1024);
  let length = 0;

  function reserve(more: number): void {
    if (length + more <= bytes.length) return;
    const larger = Buffer.alloc(Math.max(2 * bytes.length, length + more));
    bytes.copy(larger, 0, 0, length);
    bytes = larger;
  }

  return {
    get length() {
      return length;
    },
    copy(source, from, to) {
      reserve(to - from);
      source.copy(bytes, length, from, to);
      length += to - from;
    },
    write(text) {
      reserve(3 * text.length);
      length += bytes.write(text, length);
    },
    taken: () => bytes.subarray(0, length),
    clear() {
      length = 0;
    },
  };
}
