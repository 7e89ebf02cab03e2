import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
  FLOAT,
  LIST,
  listValue,
  VARCHAR,
} from '@duckdb/node-api';
import {
  CompressionType,
  compressionRegistry,
  DataType,
  Precision,
  type RecordBatch,
  RecordBatchReader,
  type Schema,
} from 'apache-arrow';
import { decompress as decompressZstandard } from 'fzstd';
import { decompress as decompressLz4 } from 'lz4js';
import type { Database } from './database.js';
import { noteLacking, type ReadLog } from './read-report.js';
import { literal } from './sql.js';
import {
  columnsPerPart,
  rowGroupSize,
  type Storage,
  type StoredColumn,
  stagedColumns,
  type Table,
} from './table.js';

/** How a column of an Arrow file is put into a table, and read out of it. */
interface Carrier {
  readonly name: string;
  /** The type in the words of Arrow. */
  readonly arrowType: string;
  readonly storage: Storage;
  readonly type: DuckDBType;
  readonly value: (value: unknown) => DuckDBValue;
  /** The stored value of a column in the table. */
  readonly expression?: (column: string) => string;
}

/** Rows that the engine takes at a time. */
const chunkRows = 2048;

// Copied, so that the values begin at a multiple of their size.
compressionRegistry.set(CompressionType.LZ4_FRAME, {
  decode: (data) => decompressLz4(data).slice(),
});
compressionRegistry.set(CompressionType.ZSTD, {
  decode: (data) => decompressZstandard(data).slice(),
});

/**
 * Reads Arrow files or streams, batch by batch, into a table. The first file decides the columns;
 * the values of structures, and of lists other than of numbers, are not read.
 */
export async function stageArrow(
  database: Database,
  paths: readonly string[],
  log: ReadLog,
): Promise<Table> {
  const id = database.nextId();
  let carriers: Carrier[] | undefined;
  let columns: StoredColumn[] = [];
  const tables: string[] = [];
  for (const path of paths) {
    const reader = await RecordBatchReader.from(createReadStream(path));
    await reader.open();
    if (carriers === undefined) {
      carriers = carriersOf(reader.schema);
      columns = columnsOf(carriers);
      const parts = Math.max(1, Math.ceil(columns.length / columnsPerPart));
      for (let part = 0; part < parts; part += 1) {
        const own = columns.flatMap((column, index) =>
          column.part === part ? [`${column.sql} ${carriers![index]!.type}`] : [],
        );
        tables.push(`arrow_${id}_${part}`);
        await database.connection.run(
          `CREATE TEMP TABLE ${tables[part]} (${own.join(', ') || 'nothing DOUBLE'})`,
        );
      }
    }
    checkSchema(path, reader.schema, carriers, log);
    await appendFile(database, reader, carriers, columns, tables);
  }
  const parts: string[] = [];
  for (const [part, table] of tables.entries()) {
    parts.push(await storePart(database, table, carriers!, columns, part));
  }
  return { columns, parts };
}

/** A file of several must have the columns of the first, with the same types. */
function checkSchema(
  path: string,
  schema: Schema,
  carriers: readonly Carrier[],
  log: ReadLog,
): void {
  const types = new Map(schema.fields.map(({ name, type }) => [name, String(type)]));
  noteLacking(path, carriers, new Set(types.keys()), log);
  for (const { name, arrowType } of carriers) {
    const type = types.get(name) ?? arrowType;
    types.delete(name);
    if (type === arrowType) continue;
    throw new Error(`column "${name}" is ${type} in ${path} and ${arrowType} in the first file`);
  }
  if (types.size > 0) {
    log.notes.push(`The columns ${[...types.keys()].join(', ')} are not in the first file.`);
  }
}

async function appendFile(
  { connection }: Database,
  reader: AsyncIterable<RecordBatch>,
  carriers: readonly Carrier[],
  columns: readonly StoredColumn[],
  tables: readonly string[],
): Promise<void> {
  const appenders = [];
  for (const table of tables) appenders.push(await connection.createAppender(table));
  for await (const batch of reader) {
    for (const [part, appender] of appenders.entries()) {
      const own = carriers.filter((_, index) => columns[index]!.part === part);
      for (let from = 0; from < batch.numRows; from += chunkRows) {
        const rows = Math.min(chunkRows, batch.numRows - from);
        appender.appendDataChunk(dataChunk(own, batch, from, rows));
      }
    }
  }
  for (const appender of appenders) appender.closeSync();
}

async function storePart(
  { connection, folder, nextId }: Database,
  table: string,
  carriers: readonly Carrier[],
  columns: readonly StoredColumn[],
  part: number,
): Promise<string> {
  const selected = columns.flatMap(({ sql, part: own }, index) => {
    if (own !== part) return [];
    const { expression } = carriers[index]!;
    return [expression === undefined ? sql : `${expression(sql)} AS ${sql}`];
  });
  const path = join(folder, `arrow-${nextId()}.parquet`);
  await connection.run(
    `COPY (SELECT ${selected.join(', ') || 'nothing'} FROM ${table}) TO ${literal(path)}
     (FORMAT parquet, ROW_GROUP_SIZE ${rowGroupSize(Math.max(1, selected.length))})`,
  );
  await connection.run(`DROP TABLE ${table}`);
  return `read_parquet(${literal(path)})`;
}

function columnsOf(carriers: readonly Carrier[]): StoredColumn[] {
  return stagedColumns(
    carriers.map(({ name }) => name),
    'text',
    '',
  ).map((column, index) => ({
    ...column,
    storage: carriers[index]!.storage,
    type: carriers[index]!.arrowType,
  }));
}

function dataChunk(
  carriers: readonly Carrier[],
  batch: RecordBatch,
  from: number,
  rows: number,
): DuckDBDataChunk {
  const types = carriers.length === 0 ? [DOUBLE] : carriers.map(({ type }) => type);
  const chunk = DuckDBDataChunk.create(types, rows);
  if (carriers.length === 0) chunk.setColumnValues(0, new Array<null>(rows).fill(null));
  for (const [column, carrier] of carriers.entries()) {
    const vector = batch.getChild(carrier.name);
    chunk.setColumnValues(
      column,
      Array.from({ length: rows }, (_, row) => {
        const value: unknown = vector?.get(from + row);
        return value === null || value === undefined ? null : carrier.value(value);
      }),
    );
  }
  return chunk;
}

function carriersOf(schema: Schema): Carrier[] {
  return schema.fields.map(({ name, type }) => {
    const valueType: DataType = DataType.isDictionary(type) ? type.dictionary : type;
    return { name, arrowType: String(type), ...carrierOf(valueType) };
  });
}

function carrierOf(type: DataType): Omit<Carrier, 'name' | 'arrowType'> {
  if (DataType.isDate(type) || DataType.isTimestamp(type)) {
    // Arrow gives milliseconds of whatever unit the column has.
    const expression = (column: string): string =>
      `make_timestamp(CAST(${column} * 1000 AS BIGINT))`;
    return { storage: 'time', type: DOUBLE, value: Number, expression };
  }
  if (DataType.isFloat(type)) {
    return type.precision === Precision.DOUBLE
      ? { storage: 'double', type: DOUBLE, value: Number }
      : { storage: 'float32', type: FLOAT, value: Number };
  }
  if (DataType.isInt(type)) {
    // Unsigned integers of 64 bits do not fit into a signed one.
    return type.bitWidth === 64 && type.isSigned
      ? { storage: 'integer', type: BIGINT, value: (value) => BigInt(value as bigint) }
      : { storage: type.bitWidth === 64 ? 'double' : 'integer', type: DOUBLE, value: Number };
  }
  if (DataType.isDecimal(type)) {
    const { scale } = type;
    return { storage: 'double', type: DOUBLE, value: (digits) => decimal(digits, scale) };
  }
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isUtf8View(type)) {
    return { storage: 'text', type: VARCHAR, value: String };
  }
  if (DataType.isBool(type)) return { storage: 'boolean', type: BOOLEAN, value: Boolean };
  if (DataType.isNull(type)) return { storage: 'text', type: VARCHAR, value: String };
  return numbersCarrier(type) ?? { storage: 'unsupported', type: BOOLEAN, value: () => null };
}

/** Lists of numbers, of any lengths or of one. */
function numbersCarrier(type: DataType): Omit<Carrier, 'name' | 'arrowType'> | undefined {
  if (!DataType.isList(type) && !DataType.isFixedSizeList(type)) return undefined;
  const item: DataType = type.children[0]!.type;
  if (!DataType.isFloat(item) && !DataType.isInt(item)) return undefined;
  const isFloat32 = DataType.isFloat(item) && item.precision !== Precision.DOUBLE;
  return {
    storage: 'numbers',
    type: LIST(isFloat32 ? FLOAT : DOUBLE),
    value: (values) =>
      listValue(
        Array.from(values as Iterable<unknown>, (value) => (value === null ? null : Number(value))),
      ),
  };
}

/** The number of a decimal: little-endian words of its two's complement. */
function decimal(digits: unknown, scale: number): number {
  if (!(digits instanceof Uint32Array)) return Number(digits) / 10 ** scale;
  let whole = 0n;
  for (const [index, word] of digits.entries()) whole |= BigInt(word) << BigInt(32 * index);
  const bits = 32 * digits.length;
  return Number(BigInt.asIntN(bits, whole)) / 10 ** scale;
}
