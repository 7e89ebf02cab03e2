import type { Database } from './database.js';
import type { LeftOut, ReadLog } from './read-report.js';
import { relationOf, type StoredColumn, type Table } from './table.js';
import { anyTime } from './times.js';
import { booleanOfText, isText, matches, type NumberStyle, numbersOf, textOf } from './values.js';

/** What a column holds. */
export type ColumnKind =
  | 'number'
  | 'float32'
  | 'boolean'
  | 'text'
  | 'time'
  | 'vector'
  | 'empty'
  | 'unsupported';

/** A column and what its values are. */
export interface Column extends StoredColumn {
  readonly kind: ColumnKind;
  /** How its numbers are written, when it is text. */
  readonly style: NumberStyle;
  /** Values that are not missing, and how many of them are numbers; undefined unless it is text. */
  readonly texts: TextCounts | undefined;
  /** Values per vector, of a column of vectors. */
  readonly dimension?: number;
}

export interface TextCounts {
  readonly values: number;
  readonly numbers: number;
  readonly booleans: number;
  /** A value that is not a number. */
  readonly example: string | undefined;
}

export interface TypingOptions {
  /** The decimal mark of numbers in text; detected when undefined. */
  readonly decimal?: '.' | ',';
}

/** Columns that are looked at by one query, and by one that matches patterns. */
const columnsPerQuery = 50;
const marksPerQuery = 25;
/** Share of the values that must be times for a column of texts to be one of times. */
const timeShare = 0.99;
/** Share of the lists that must have one length for a column of vectors. */
const vectorShare = 0.99;
const largestExact = 9_007_199_254_740_992;

interface Counts {
  readonly values: number;
  readonly missingTexts: number;
  readonly plain: number;
  readonly comma: number;
  readonly grouped: number;
  readonly booleans: number;
  /** The largest absolute value of the numbers. */
  readonly largest: number;
  /** Strings of JSON. */
  readonly strings: number;
  /** Lists and objects of JSON, or bytes that are not text. */
  readonly opaque: number;
  readonly example: string | undefined;
}

/** Decides what every column of a table holds, by all of its values. */
export async function typeColumns(
  database: Database,
  table: Table,
  options: TypingOptions,
  log: ReadLog,
): Promise<Column[]> {
  const texts = table.columns.filter(isText);
  const counts = new Map<StoredColumn, Counts>();
  for (const page of pages(texts)) {
    for (const [column, found] of await countTexts(database, table, page))
      counts.set(column, found);
  }
  await countWords(database, table, counts);
  await countMarks(database, table, counts, mayHaveMarks);
  if ([...counts.values()].some(({ comma, plain }) => comma > plain)) {
    // Whether 1.234 is a thousand depends on all columns of the file.
    await countMarks(database, table, counts, ({ values, plain }) => plain === values);
  }
  const decimal = options.decimal ?? decimalOf([...counts.values()], log.detected.separator);
  const columns = table.columns.map((column) =>
    typed(column, counts.get(column), decimal, options),
  );
  const timed = await withVectors(database, table, await withTimes(database, table, columns));
  await reportLongIntegers(database, table, timed, counts, log);
  for (const column of timed)
    reportColumn(column, counts.get(table.columns[timed.indexOf(column)]!), log);
  if (timed.some(({ style, kind }) => style === 'comma' && kind === 'number')) {
    log.detected = { ...log.detected, decimal: ',' };
  }
  return timed;
}

/** Why a column is not compared unless it is named; undefined when it is. */
export function reasonToLeaveOut(column: Column): string | undefined {
  if (column.kind === 'time') return 'holds times';
  if (column.kind === 'unsupported') return `holds values of type ${column.type}`;
  if (/^column \d+$/.test(column.name) && column.storage === 'untyped') {
    return 'has no name in the header';
  }
  return undefined;
}

export function leftOutOf(columns: readonly Column[]): LeftOut[] {
  return columns.flatMap((column) => {
    const reason = reasonToLeaveOut(column);
    return reason === undefined ? [] : [{ column: column.name, reason }];
  });
}

async function countTexts(
  { connection }: Database,
  table: Table,
  columns: readonly StoredColumn[],
): Promise<Map<StoredColumn, Counts>> {
  const stored = columns.map(
    (column, index) => `${textOf(column)} AS x${index}, ${column.sql} AS r${index}`,
  );
  const parsed = columns.map(
    (_, index) => `x${index}, r${index}, TRY_CAST(x${index} AS DOUBLE) AS n${index}`,
  );
  const counts = columns.flatMap(({ storage }, index) => {
    const [x, r, n] = [`x${index}`, `r${index}`, `n${index}`];
    const opaque = isOpaque(storage, r);
    return [
      `count(${x})`,
      `count(${r})`,
      `count(${n})`,
      `max(abs(${n}))`,
      storage === 'json'
        ? `count(CASE WHEN ${x} IS NOT NULL AND starts_with(${r}, 's') THEN 1 END)`
        : '0',
      opaque === undefined ? '0' : `count(CASE WHEN ${opaque} THEN 1 END)`,
    ];
  });
  const result = await connection.runAndReadAll(
    `SELECT ${counts.join(', ')} FROM (SELECT ${parsed.join(', ')}
       FROM (SELECT ${stored.join(', ')} FROM ${relationOf(table, columns)}))`,
  );
  const row = result.getRows()[0]!;
  return new Map(
    columns.map((column, index) => {
      const own = row.slice(6 * index, 6 * index + 6).map(Number);
      const [values = 0, all = 0, plain = 0, largest = 0, strings = 0, opaque = 0] = own;
      const missingTexts = all - values;
      const words = { comma: plain, grouped: plain, booleans: 0, example: undefined };
      return [column, { values, missingTexts, plain, ...words, largest, strings, opaque }];
    }),
  );
}

/** Looks at the values that are not plain numbers, in the columns that have some. */
async function countWords(
  { connection }: Database,
  table: Table,
  counts: Map<StoredColumn, Counts>,
): Promise<void> {
  const candidates = [...counts].filter(([, { values, plain }]) => plain < values);
  for (const page of pages(candidates)) {
    const texts = page.map(([column], index) => `${textOf(column)} AS x${index}`);
    const selected = page.flatMap((_, index) => [
      `count(${booleanOfText(`x${index}`)})`,
      `min(CASE WHEN TRY_CAST(x${index} AS DOUBLE) IS NULL THEN x${index} END)`,
    ]);
    const columns = page.map(([column]) => column);
    const result = await connection.runAndReadAll(
      `SELECT ${selected.join(', ')} FROM (SELECT ${texts.join(', ')} FROM ${relationOf(table, columns)})`,
    );
    const row = result.getRows()[0]!;
    for (const [index, [column, before]] of page.entries()) {
      const example = row[2 * index + 1];
      counts.set(column, {
        ...before,
        booleans: Number(row[2 * index]),
        example: example === null ? undefined : String(example),
      });
    }
  }
}

function isOpaque(storage: StoredColumn['storage'], value: string): string | undefined {
  if (storage === 'json') return `starts_with(${value}, 'o')`;
  return storage === 'binary'
    ? `${value} IS NOT NULL AND TRY(decode(${value})) IS NULL`
    : undefined;
}

/** Counts the numbers with decimal commas and those with thousands separators in some columns. */
async function countMarks(
  { connection }: Database,
  table: Table,
  counts: Map<StoredColumn, Counts>,
  isCandidate: (counts: Counts) => boolean,
): Promise<void> {
  const candidates = [...counts].filter(([, found]) => isCandidate(found));
  for (const page of pages(candidates, marksPerQuery)) {
    const selected = page.flatMap(([column]) => [
      `count(*) FILTER (WHERE ${matches(textOf(column), 'comma')})`,
      `count(*) FILTER (WHERE ${matches(textOf(column), 'grouped')})`,
    ]);
    const columns = page.map(([column]) => column);
    const result = await connection.runAndReadAll(
      `SELECT ${selected.join(', ')} FROM ${relationOf(table, columns)}`,
    );
    const row = result.getRows()[0]!.map(Number);
    for (const [index, [column, before]] of page.entries()) {
      counts.set(column, { ...before, comma: row[2 * index]!, grouped: row[2 * index + 1]! });
    }
  }
}

/** Whether some values are not plain numbers, and may be others: digits and signs come before letters. */
function mayHaveMarks({ values, plain, booleans, example = '' }: Counts): boolean {
  return plain + booleans < values && example < ':';
}

/** The decimal mark of a file whose columns leave no doubt about it. */
function decimalOf(
  counts: readonly Counts[],
  separator: string | undefined,
): '.' | ',' | undefined {
  const comma = counts.some((count) => count.comma > count.plain && count.comma > count.grouped);
  const point = counts.some((count) => count.plain > count.comma || count.grouped > count.comma);
  if (comma !== point) return comma ? ',' : '.';
  return separator === ';' && !point ? ',' : undefined;
}

function styleOf(
  { values, plain, comma, grouped }: Counts,
  decimal: '.' | ',' | undefined,
  given: '.' | ',' | undefined,
): NumberStyle {
  if (given === ',') return 'comma';
  if (given === '.') return grouped > plain ? 'grouped' : 'plain';
  // In a file with decimal commas, 1.234 is a thousand and more.
  if (decimal === ',' && comma === values && values > 0) return 'comma';
  if (plain >= comma && plain >= grouped) return 'plain';
  if (comma === grouped) return decimal === ',' ? 'comma' : 'grouped';
  return comma > grouped ? 'comma' : 'grouped';
}

function typed(
  column: StoredColumn,
  counts: Counts | undefined,
  decimal: '.' | ',' | undefined,
  options: TypingOptions,
): Column {
  if (counts === undefined) {
    return { ...column, kind: nativeKind(column), style: 'plain', texts: undefined };
  }
  const style = styleOf(counts, decimal, options.decimal);
  const { values, booleans, strings, opaque, example } = counts;
  const numbers = style === 'plain' ? counts.plain : Math.max(counts[style], counts.plain);
  return {
    ...column,
    style,
    texts: { values, numbers, booleans, example },
    kind: textKind(column, { values, numbers, booleans, strings, opaque }),
  };
}

function textKind(
  { storage }: StoredColumn,
  counts: Pick<Counts, 'values' | 'booleans' | 'strings' | 'opaque'> & { numbers: number },
): ColumnKind {
  const { values, numbers, booleans, strings, opaque } = counts;
  if (opaque > 0 && 2 * opaque >= values) return 'unsupported';
  if (values === 0) return 'empty';
  // Texts of a typed file are texts, even when they look like numbers.
  const isFree = storage === 'untyped' || (storage === 'json' && 2 * strings <= values);
  if (isFree && numbers === values) return 'number';
  return booleans === values ? 'boolean' : 'text';
}

function nativeKind({ storage }: StoredColumn): ColumnKind {
  if (storage === 'integer' || storage === 'double') return 'number';
  if (storage === 'float32' || storage === 'boolean' || storage === 'time') return storage;
  return 'unsupported';
}

/** Finds the columns of lists that are vectors: nearly all of one length, two or more. */
async function withVectors(
  { connection }: Database,
  table: Table,
  columns: readonly Column[],
): Promise<Column[]> {
  const candidates = columns.filter(
    ({ storage, kind }) => storage === 'numbers' || (storage === 'json' && kind === 'unsupported'),
  );
  if (candidates.length === 0) return [...columns];
  const lengths = candidates.flatMap((column) => [
    `mode(len(${numbersOf(column)}))`,
    `count(${column.sql})`,
  ]);
  const found = await connection.runAndReadAll(
    `SELECT ${lengths.join(', ')} FROM ${relationOf(table, candidates)}`,
  );
  const row = found.getRows()[0]!.map(Number);
  const fitting = candidates.map(
    (column, index) => `count(*) FILTER (WHERE len(${numbersOf(column)}) = ${row[2 * index]})`,
  );
  const counts = await connection.runAndReadAll(
    `SELECT ${fitting.join(', ')} FROM ${relationOf(table, candidates)}`,
  );
  const dimensions = new Map<Column, number>();
  for (const [index, column] of candidates.entries()) {
    const [dimension = 0, values = 0] = row.slice(2 * index);
    const share = Number(counts.getRows()[0]![index]) / values;
    if (dimension > 1 && share >= vectorShare) dimensions.set(column, dimension);
  }
  return columns.map((column) => {
    const dimension = dimensions.get(column);
    return dimension === undefined ? column : { ...column, kind: 'vector', dimension };
  });
}

/** Finds the columns of texts whose values are times. */
async function withTimes(
  { connection }: Database,
  table: Table,
  columns: readonly Column[],
): Promise<Column[]> {
  const candidates = columns.filter(
    ({ kind, texts }) => kind === 'text' && texts!.numbers === 0 && /\d/.test(texts!.example ?? ''),
  );
  const times = new Set<Column>();
  for (const page of pages(candidates, marksPerQuery)) {
    const counts = page.map((column) => `count(${anyTime(textOf(column))})`);
    const result = await connection.runAndReadAll(
      `SELECT ${counts.join(', ')} FROM ${relationOf(table, page)}`,
    );
    for (const [index, column] of page.entries()) {
      const count = Number(result.getRows()[0]![index]);
      if (count >= timeShare * column.texts!.values) times.add(column);
    }
  }
  return columns.map((column) => (times.has(column) ? { ...column, kind: 'time' } : column));
}

async function reportLongIntegers(
  { connection }: Database,
  table: Table,
  columns: readonly Column[],
  counts: ReadonlyMap<StoredColumn, Counts>,
  log: ReadLog,
): Promise<void> {
  const isLong = ({ sql, storage }: Column, text: string): string =>
    storage === 'integer'
      ? `abs(CAST(${sql} AS DOUBLE)) > ${largestExact}`
      : `abs(TRY_CAST(${text} AS DOUBLE)) > ${largestExact} AND regexp_full_match(${text}, '[+-]?\\d+')`;
  const candidates = columns.filter(
    ({ kind, storage, type }, index) =>
      (storage === 'integer' && type !== 'DOUBLE') ||
      (kind === 'number' && (counts.get(table.columns[index]!)?.largest ?? 0) > largestExact),
  );
  const long = new Set<string>();
  for (const page of pages(candidates)) {
    const found = page.map(
      (column) => `bool_or(${isLong(column, isText(column) ? textOf(column) : '')})`,
    );
    const result = await connection.runAndReadAll(
      `SELECT ${found.join(', ')} FROM ${relationOf(table, page)}`,
    );
    for (const [index, { name }] of page.entries()) {
      if (result.getRows()[0]![index] === true) long.add(name);
    }
  }
  for (const name of long) {
    log.notes.push(
      `"${name}" has integers above 2^53, which are rounded when they are compared as numbers. Declare the column categorical to keep their digits.`,
    );
  }
}

function reportColumn(column: Column, counts: Counts | undefined, log: ReadLog): void {
  const { name, storage, style, kind } = column;
  if (counts === undefined) return;
  if (kind === 'number' && style === 'grouped') {
    log.notes.push(`The numbers of "${name}" are read with thousands separators, as in 1,234.5.`);
  }
  if (storage !== 'untyped' && counts.missingTexts > 0 && kind !== 'unsupported') {
    log.notes.push(
      `${counts.missingTexts} values of "${name}", such as "NA" or "None", are read as missing.`,
    );
  }
}

function* pages<Item>(
  items: readonly Item[],
  size: number = columnsPerQuery,
): Generator<readonly Item[]> {
  for (let from = 0; from < items.length; from += size) {
    yield items.slice(from, from + size);
  }
}
