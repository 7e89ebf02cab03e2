import type { DuckDBDataChunk } from '@duckdb/node-api';
import type { NumericArray } from '@modelmeter/kernel';
import type { FeatureColumn } from '../read/columns.js';
import type { Database } from '../read/database.js';
import { type DataSource, relation } from '../read/source.js';
import { createEngineMemory } from './engine-memory.js';
import type { Grouping } from './groups.js';

/** A few thousand rows; only valid until the next block is asked for. */
export interface NumberBlock {
  readonly rows: number;
  /** The group of each row. */
  readonly groups: Float64Array;
  /** Float32Array for columns that are stored so. */
  readonly columns: readonly NumericArray[];
}

/** Streams numeric columns, NaN where missing, in the order of the groups. */
export async function* readNumbers(
  { connection }: Database,
  source: DataSource,
  columns: readonly FeatureColumn[],
  grouping: Grouping,
): AsyncGenerator<NumberBlock> {
  const expressions = columns.map(({ expression }, index) => `${expression} AS v${index}`);
  const read = relation(source, [
    ...grouping.columns,
    ...columns.flatMap((column) => column.columns),
  ]);
  const rows = `SELECT ${[`${grouping.expression} AS g`, ...expressions].join(', ')} FROM ${read}`;
  const result = await connection.stream(
    grouping.isInOrder ? rows : `SELECT * FROM (${rows}) WHERE g IS NOT NULL ORDER BY g`,
  );
  const memory = createEngineMemory();
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    const [groups, ...values] = Array.from({ length: chunk.columnCount }, (_, column) =>
      numbers(chunk, column),
    );
    yield { rows: chunk.rowCount, groups: groups as Float64Array, columns: values };
    await memory.handedOver(chunk.rowCount * chunk.columnCount * Float64Array.BYTES_PER_ELEMENT);
  }
}

/** The numbers of a column without a copy; the accessor of the vector makes an object per value. */
function numbers(chunk: DuckDBDataChunk, column: number): NumericArray {
  const vector: object = chunk.getColumnVector(column);
  if ('items' in vector) {
    const { items } = vector;
    if (items instanceof Float64Array || items instanceof Float32Array) {
      return items.subarray(0, chunk.rowCount);
    }
  }
  throw new TypeError(`column ${column} of a query of numbers does not hold floats`);
}
