import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { DOUBLE, DuckDBDataChunk, LIST, listValue } from '@duckdb/node-api';
import type { Database } from './database.js';
import { literal } from './sql.js';
import { rowGroupSize, stagedColumns, type Table } from './table.js';

/** The one column of an array; the same for every file, so that two of them can be compared. */
const columnName = 'embedding';

const magic = '\u0093NUMPY';
/** Rows that the engine takes at a time. */
const chunkRows = 2048;
const valueTypes = { '<f4': Float32Array, '<f8': Float64Array } as const;

interface Header {
  readonly type: keyof typeof valueTypes;
  readonly rows: number;
  readonly dimension: number;
  /** Where the values begin. */
  readonly start: number;
}

/**
 * Reads arrays of NumPy, a vector per row, into a table of one column, `embedding`. O(values).
 *
 * Source: NumPy Enhancement Proposal 1 (the format).
 *
 * @throws Error when a file is not a two-dimensional array of float32 or float64 in row order.
 */
export async function stageNpy(database: Database, paths: readonly string[]): Promise<Table> {
  const { connection, folder, nextId } = database;
  const id = `npy_${nextId()}`;
  await connection.run(`CREATE TEMP TABLE ${id} (c0 DOUBLE[])`);
  for (const path of paths) {
    const file = await open(path);
    try {
      await appendFile(database, id, file);
    } finally {
      await file.close();
    }
  }
  const stored = join(folder, `${id}.parquet`);
  await connection.run(
    `COPY ${id} TO ${literal(stored)} (FORMAT parquet, ROW_GROUP_SIZE ${rowGroupSize(columnsOfVector)})`,
  );
  await connection.run(`DROP TABLE ${id}`);
  return {
    columns: stagedColumns([columnName], 'numbers', 'DOUBLE[]'),
    parts: [`read_parquet(${literal(stored)})`],
  };
}

/** A vector takes the memory of many columns. */
const columnsOfVector = 1024;

async function appendFile(
  { connection }: Database,
  table: string,
  file: FileHandle,
): Promise<void> {
  const { type, rows, dimension, start } = await readHeader(file);
  const Values = valueTypes[type];
  const rowBytes = dimension * Values.BYTES_PER_ELEMENT;
  const held = (await file.stat()).size - start;
  if (held !== rows * rowBytes) {
    throw new Error(
      `its shape (${rows}, ${dimension}) takes ${rows * rowBytes} bytes of values, and it has ${held}`,
    );
  }
  const appender = await connection.createAppender(table);
  for (let from = 0; from < rows; from += chunkRows) {
    const taken = Math.min(chunkRows, rows - from);
    const bytes = await bytesAt(file, start + from * rowBytes, taken * rowBytes);
    const values = new Values(bytes.buffer, bytes.byteOffset, taken * dimension);
    const chunk = DuckDBDataChunk.create([LIST(DOUBLE)], taken);
    chunk.setColumnValues(
      0,
      Array.from({ length: taken }, (_, row) =>
        listValue(Array.from(values.subarray(row * dimension, (row + 1) * dimension))),
      ),
    );
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

async function readHeader(file: FileHandle): Promise<Header> {
  const first = await bytesAt(file, 0, 12);
  if (first.length < 12 || first.toString('latin1', 0, magic.length) !== magic) {
    throw new Error('it is not an array that numpy.save writes');
  }
  const version = first[magic.length]!;
  if (version < 1 || version > 3) {
    throw new Error(`its format has version ${version}; versions 1 to 3 are read`);
  }
  const [length, from] = version === 1 ? [first.readUInt16LE(8), 10] : [first.readUInt32LE(8), 12];
  const { size } = await file.stat();
  if (from + length > size) throw new Error('it ends within its header');
  const text = (await bytesAt(file, from, length)).toString('latin1');
  const [, type = 'structure'] = /'descr': '([^']*)'/.exec(text) ?? [];
  if (!isValueType(type)) {
    throw new Error(
      `it holds values of type ${type}; save little-endian float32 or float64, such as array.astype("<f4")`,
    );
  }
  if (!/'fortran_order': False/.test(text)) {
    throw new Error('it is in column order; save numpy.ascontiguousarray(array)');
  }
  const [, shape = ''] = /'shape': \(([\d, ]*)\)/.exec(text) ?? [];
  const [rows = 0, dimension = 0, ...more] = shape
    .split(',')
    .filter((size) => size.trim())
    .map(Number);
  if (dimension < 2 || more.length > 0) {
    throw new Error(`it has the shape (${shape}); save one row per vector, of two or more values`);
  }
  return { type, rows, dimension, start: from + length };
}

function isValueType(type: string): type is Header['type'] {
  return Object.hasOwn(valueTypes, type);
}

/** Bytes that begin at a multiple of 8 in memory; fewer where the file ends. */
async function bytesAt(
  file: FileHandle,
  position: number,
  length: number,
): Promise<Buffer<ArrayBuffer>> {
  const bytes = Buffer.from(new ArrayBuffer(length));
  const { bytesRead } = await file.read(bytes, 0, length, position);
  return bytes.subarray(0, bytesRead);
}
