import { identifier } from './sql.js';

/** What the values of a column are stored as. */
export type Storage =
  /** A text for every value, as in CSV files: the values decide about the type. */
  | 'untyped'
  /** The JSON text of every value. */
  | 'json'
  | 'text'
  | 'binary'
  | 'boolean'
  | 'integer'
  | 'double'
  | 'float32'
  | 'time'
  /** Lists of numbers. */
  | 'numbers'
  /** Other lists, structures, durations and other types that are not compared. */
  | 'unsupported';

/** A column as it is stored. */
export interface StoredColumn {
  readonly name: string;
  /** Its name in the part, quoted. */
  readonly sql: string;
  readonly storage: Storage;
  /** The type in the words of the engine. */
  readonly type: string;
  /** Which part of the table has it. */
  readonly part: number;
}

/** Rows that can be queried more than once; wide tables are stored in parts of some columns each. */
export interface Table {
  readonly columns: readonly StoredColumn[];
  /** What follows FROM to read a part; the rows of all parts have one order. */
  readonly parts: readonly string[];
}

/** Columns in one part of a table: every query of a part costs time for each of them. */
export const columnsPerPart = 128;

/** What follows FROM to read some columns. */
export function relationOf(table: Table, columns: Iterable<StoredColumn>): string {
  const parts = new Map<number, StoredColumn[]>();
  for (const column of columns) {
    const list = parts.get(column.part) ?? [];
    if (!list.includes(column)) list.push(column);
    parts.set(column.part, list);
  }
  if (parts.size <= 1) return table.parts[[...parts.keys()][0] ?? 0]!;
  const selected = [...parts].map(
    ([part, list]) => `(SELECT ${list.map(({ sql }) => sql).join(', ')} FROM ${table.parts[part]})`,
  );
  return `(SELECT * FROM ${selected.join(' POSITIONAL JOIN ')})`;
}

/** The names of the staged columns: of their places, since names in SQL ignore case. */
export function stagedColumns(
  names: readonly string[],
  storage: Storage,
  type: string,
): StoredColumn[] {
  return names.map((name, index) => ({
    name,
    sql: identifier(`c${index}`),
    storage,
    type,
    part: Math.floor(index / columnsPerPart),
  }));
}

/** Rows of a row group, so that one of many columns needs no more memory than one of few. */
export function rowGroupSize(columns: number): number {
  const values = 4 * 1024 * 1024;
  return Math.min(122_880, Math.max(2048, 2048 * Math.floor(values / columns / 2048)));
}
