import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import {
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
  FLOAT,
  VARCHAR,
} from '@duckdb/node-api';
import {
  CompressionType,
  compressionRegistry,
  DataType,
  Precision,
  RecordBatchReader,
  type Schema,
  type Vector,
} from 'apache-arrow';
import { decompress as decompressZstandard } from 'fzstd';
import { decompress as decompressLz4 } from 'lz4js';
import { identifier, literal } from './sql.js';

/** How a column of an Arrow file is put into a table, and read out of it. */
interface Carrier {
  readonly name: string;
  readonly type: DuckDBType;
  readonly value: (value: unknown) => DuckDBValue;
  readonly expression: string;
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
 * Copies Arrow files or streams of one schema, batch by batch, to a Parquet file, which the engine
 * reads; returns its path. Columns of lists, structures and other nested types are left out.
 */
export async function arrowToParquet(
  connection: DuckDBConnection,
  paths: readonly string[],
  folder: string,
): Promise<string> {
  const table = identifier('arrow_rows');
  let carriers: Carrier[] | undefined;
  for (const path of paths) {
    const reader = await RecordBatchReader.from(createReadStream(path));
    await reader.open();
    if (carriers === undefined) {
      carriers = carriersOf(reader.schema);
      const columns = carriers.map(({ name, type }) => `${identifier(name)} ${type}`);
      await connection.run(`CREATE TEMP TABLE ${table} (${columns.join(', ')})`);
    }
    const appender = await connection.createAppender('arrow_rows');
    for await (const batch of reader) {
      const vectors = carriers.map(({ name }) => batch.getChild(name));
      for (let from = 0; from < batch.numRows; from += chunkRows) {
        const rows = Math.min(chunkRows, batch.numRows - from);
        appender.appendDataChunk(dataChunk(carriers, vectors, from, rows));
      }
    }
    appender.closeSync();
  }
  const parquet = join(folder, 'arrow.parquet');
  const expressions = carriers!.map(({ expression }) => expression);
  await connection.run(
    `COPY (SELECT ${expressions.join(', ')} FROM ${table}) TO ${literal(parquet)} (FORMAT parquet)`,
  );
  await connection.run(`DROP TABLE ${table}`);
  return parquet;
}

function dataChunk(
  carriers: readonly Carrier[],
  vectors: readonly (Vector | null)[],
  from: number,
  rows: number,
): DuckDBDataChunk {
  const chunk = DuckDBDataChunk.create(
    carriers.map(({ type }) => type),
    rows,
  );
  for (const [column, carrier] of carriers.entries()) {
    const vector = vectors[column];
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
  const carriers: Carrier[] = [];
  for (const { name, type } of schema.fields) {
    const column = identifier(name);
    const valueType: DataType = DataType.isDictionary(type) ? type.dictionary : type;
    if (DataType.isDate(valueType) || DataType.isTimestamp(valueType)) {
      carriers.push({
        name,
        type: DOUBLE,
        value: Number,
        expression: `make_timestamp(CAST(${column} * 1000 AS BIGINT)) AS ${column}`,
      });
    } else if (DataType.isFloat(valueType) && valueType.precision !== Precision.DOUBLE) {
      carriers.push({ name, type: FLOAT, value: Number, expression: column });
    } else if (DataType.isInt(valueType) || DataType.isFloat(valueType)) {
      carriers.push({ name, type: DOUBLE, value: Number, expression: column });
    } else if (DataType.isDecimal(valueType)) {
      const { scale } = valueType;
      const value = (digits: unknown): number => Number(digits) / 10 ** scale;
      carriers.push({ name, type: DOUBLE, value, expression: column });
    } else if (DataType.isUtf8(valueType) || DataType.isLargeUtf8(valueType)) {
      carriers.push({ name, type: VARCHAR, value: String, expression: column });
    } else if (DataType.isBool(valueType)) {
      carriers.push({ name, type: BOOLEAN, value: Boolean, expression: column });
    }
  }
  return carriers;
}
