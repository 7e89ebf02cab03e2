import {
  type DuckDBConnection,
  DuckDBInstance,
  DuckDBTypeId,
  type DuckDBVector,
} from '@duckdb/node-api';
import type { Column, Table } from '../table.js';

/** An SQL database in memory, which reads files by their names. */
export interface Database {
  run(sql: string): Promise<void>;
  /** Numbers become numeric columns, texts categorical ones; NULL is missing in both. */
  read(name: string, sql: string): Promise<Table>;
  close(): void;
}

/** Opens an empty database that fetches nothing from a network. */
export async function openDatabase(): Promise<Database> {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
  });
  const connection = await instance.connect();
  return {
    async run(sql) {
      await connection.run(sql);
    },
    read: (name, sql) => readTable(connection, name, sql),
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** A text as an SQL literal. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

async function readTable(connection: DuckDBConnection, name: string, sql: string): Promise<Table> {
  const result = await connection.stream(sql);
  const readers = result
    .columnNames()
    .map((column, index) => createColumnReader(column, result.columnTypeId(index)));
  let rows = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    rows += chunk.rowCount;
    for (const [index, reader] of readers.entries()) {
      reader.add(chunk.getColumnVector(index), chunk.rowCount);
    }
  }
  return { name, rows, columns: readers.map((reader) => reader.column(rows)) };
}

interface ColumnReader {
  add(vector: DuckDBVector, rows: number): void;
  column(rows: number): Column;
}

function createColumnReader(name: string, typeId: DuckDBTypeId): ColumnReader {
  if (typeId === DuckDBTypeId.VARCHAR) {
    const values: (string | null)[] = [];
    return {
      add(vector, rows) {
        for (let row = 0; row < rows; row += 1) values.push(vector.getItem(row) as string | null);
      },
      column: () => ({ name, type: 'categorical', values }),
    };
  }
  if (typeId !== DuckDBTypeId.DOUBLE) {
    throw new TypeError(`column ${name}: cast it to double or varchar`);
  }
  let values = new Float64Array(4096);
  let length = 0;
  return {
    add(vector, rows) {
      if (length + rows > values.length) {
        const larger = new Float64Array(2 * (length + rows));
        larger.set(values.subarray(0, length));
        values = larger;
      }
      for (let row = 0; row < rows; row += 1) {
        const value = vector.getItem(row) as number | null;
        values[length++] = value ?? Number.NaN;
      }
    },
    column: (rows) => ({ name, type: 'numeric', values: values.slice(0, rows) }),
  };
}
