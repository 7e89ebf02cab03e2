import type { TimeRange } from '@modelmeter/core/drift';
import { codesOfSpellings } from '@modelmeter/core/drift';
import { CliError } from '../errors.js';
import { categoryExpression, type FeatureColumn } from '../read/columns.js';
import type { Database } from '../read/database.js';
import { type DataSource, relation, requireColumn } from '../read/source.js';
import { literal } from '../read/sql.js';
import { givenFormat, numberTimeFormats, type TimeFormat, timeFormats } from '../read/times.js';
import type { Column } from '../read/typing.js';
import { isText, numberOfText, textOf, usualSpelling } from '../read/values.js';

/** How the rows of a source fall into groups that are counted one by one. */
export interface Grouping {
  /** A number for each row, ascending in the order of the groups; NULL leaves the row out. */
  readonly expression: string;
  /** The columns that the expression reads. */
  readonly columns: readonly Column[];
  /** Whether the rows already come in the order of the groups. */
  readonly isInOrder: boolean;
  readonly keyOf: (group: number, rows: number) => string;
  /** The time that a group covers, where it is one. */
  readonly rangeOf?: (group: number) => TimeRange;
}

/** All rows as one group. */
export const oneGroup: Grouping = {
  expression: '0::DOUBLE',
  columns: [],
  isInOrder: true,
  keyOf: () => '',
};

const calendarUnits = ['hour', 'day', 'week', 'month'] as const;

export type CalendarUnit = (typeof calendarUnits)[number];

/** Share of the times that may be unreadable. */
const unreadableShare = 0.01;

export interface CalendarGrouping extends Grouping {
  /** How the times are written, and how many rows are in no chunk. */
  readonly notes: readonly string[];
}

/** The unit and the column of `month:timestamp`. */
export function parseChunkBy(text: string): { unit: CalendarUnit; column: string } {
  const [unit, ...rest] = text.split(':');
  const column = rest.join(':');
  const known = calendarUnits.find((name) => name === unit);
  if (known === undefined || column === '') {
    throw new CliError(
      'OPTION_INVALID',
      `--chunk-by ${text} is not a unit and a column. Write ${calendarUnits.join(', ')} and the time column, such as month:timestamp.`,
    );
  }
  return { unit: known, column };
}

/**
 * Groups by the calendar, in UTC, weeks from Monday. Reads times in ISO 8601, RFC 1123 and other
 * common formats, and as seconds, milliseconds or smaller units since 1970.
 *
 * @param text `month:timestamp`: a unit and a column.
 * @param format The format of the times as for strptime, when it is not to be detected.
 * @throws CliError OPTION_INVALID, COLUMN_UNKNOWN.
 * @throws CliError TIME_UNREADABLE when a part of the times cannot be read, or in two ways.
 */
export async function calendarGrouping(
  database: Database,
  source: DataSource,
  text: string,
  format?: string,
): Promise<CalendarGrouping> {
  const { unit, column: name } = parseChunkBy(text);
  const column = requireColumn(source, name);
  const { time, notes } = await timeOf(database, source, column, format);
  return {
    expression: `epoch(date_trunc(${literal(unit)}, ${time}))`,
    columns: [column],
    isInOrder: false,
    keyOf: (seconds) => calendarKey(unit, new Date(seconds * 1000)),
    rangeOf: (seconds) => calendarRange(unit, seconds * 1000),
    notes,
  };
}

/** Groups of `size` rows in the order of the source; the last may be smaller. */
export function sizeGrouping(size: number): Grouping {
  return {
    expression: `CAST((row_number() OVER () - 1) // ${size} AS DOUBLE)`,
    columns: [],
    isInOrder: true,
    keyOf: (group, rows) => `${group * size + 1}-${group * size + rows}`,
  };
}

/** Groups by the values given, whichever way they are written; the rows of others are left out. */
export function segmentGrouping(
  source: DataSource,
  column: string,
  values: readonly string[],
): Grouping {
  const found = requireColumn(source, column);
  const category = usualSpelling(categoryExpression(found));
  const names = codesOfSpellings(values);
  const cases = [...names].map(([name, index]) => `WHEN ${literal(name)} THEN ${index}`);
  return {
    expression: `CAST(CASE ${category} ${cases.join(' ')} END AS DOUBLE)`,
    columns: [found],
    isInOrder: false,
    keyOf: (group) => values[group]!,
  };
}

/** Groups by the value of a numeric column: up to the first edge, to the second, above the last. */
export function valueGrouping(
  { columns, expression }: FeatureColumn,
  edges: ArrayLike<number>,
): Grouping {
  const all = Array.from(edges);
  const cases = all.map((edge, index) => `WHEN ${expression} <= ${edge}::DOUBLE THEN ${index}`);
  return {
    expression: `CAST(CASE WHEN isnan(${expression}) THEN NULL ${cases.join(' ')} ELSE ${all.length} END AS DOUBLE)`,
    columns,
    isInOrder: false,
    keyOf: (group) => binName(all, group),
  };
}

/**
 * Groups by several groupings at once; a row that one of them leaves out is left out. A key is the JSON
 * list of the keys of each.
 *
 * @param most No grouping has more groups.
 */
export function crossGrouping(groupings: readonly Grouping[], most: number): Grouping {
  const digits = groupings.map(({ expression }, index) => `(${expression}) * ${most ** index}`);
  return {
    expression: digits.join(' + '),
    columns: groupings.flatMap(({ columns }) => columns),
    isInOrder: false,
    keyOf: (group, rows) =>
      JSON.stringify(
        groupings.map(({ keyOf }, index) => keyOf(Math.floor(group / most ** index) % most, rows)),
      ),
  };
}

function binName(edges: readonly number[], bin: number): string {
  const text = (edge: number): string => String(Number(edge.toPrecision(digitsOf(edges))));
  if (bin === edges.length) return bin === 0 ? 'any' : `> ${text(edges[bin - 1]!)}`;
  if (bin === 0) return `≤ ${text(edges[0]!)}`;
  return `in (${text(edges[bin - 1]!)}, ${text(edges[bin]!)}]`;
}

/** Significant digits in which all edges differ, 4 or more. */
function digitsOf(edges: readonly number[]): number {
  const areDistinct = (digits: number): boolean =>
    new Set(edges.map((edge) => edge.toPrecision(digits))).size === edges.length;
  let digits = 4;
  while (digits < 17 && !areDistinct(digits)) digits += 1;
  return digits;
}

async function timeOf(
  database: Database,
  source: DataSource,
  column: Column,
  format: string | undefined,
): Promise<{ readonly time: string; readonly notes: readonly string[] }> {
  if (!isText(column) && column.kind === 'time') {
    const type = column.type.includes('TIME ZONE');
    const time = type
      ? `make_timestamp(epoch_us(${column.sql}))`
      : `CAST(${column.sql} AS TIMESTAMP)`;
    return { time, notes: await missingTimes(database, source, column) };
  }
  const isNumber = column.kind === 'number' || column.kind === 'float32';
  const value = !isNumber
    ? isText(column)
      ? textOf(column)
      : `CAST(${column.sql} AS VARCHAR)`
    : isText(column)
      ? numberOfText(textOf(column), column.style)
      : `CAST(${column.sql} AS DOUBLE)`;
  const formats =
    format === undefined ? (isNumber ? numberTimeFormats : timeFormats) : [givenFormat(format)];
  const text = format !== undefined && isText(column) ? textOf(column) : value;
  return chooseFormat(database, source, column, text, formats);
}

async function chooseFormat(
  database: Database,
  source: DataSource,
  column: Column,
  value: string,
  formats: readonly TimeFormat[],
): Promise<{ readonly time: string; readonly notes: readonly string[] }> {
  const times = formats.map(({ parse }, index) => `${parse('v')} AS t${index}`);
  const counts = formats.flatMap((_, index) => [
    `count(t${index})`,
    `CAST(min(v) FILTER (WHERE t${index} IS NULL) AS VARCHAR)`,
  ]);
  const found = await database.connection.runAndReadAll(
    `SELECT count(v), CAST(min(v) AS VARCHAR), ${counts.join(', ')}
     FROM (SELECT v, ${times.join(', ')} FROM (SELECT ${value} AS v FROM ${relation(source, [column])}))`,
  );
  const [all, first, ...rest] = found.getRows()[0]!;
  const values = Number(all);
  const read = formats
    .map((format, index) => ({
      format,
      rows: Number(rest[2 * index]),
      example: String(rest[2 * index + 1] ?? first),
    }))
    .sort((a, b) => b.rows - a.rows);
  const [best, second] = read;
  if (values === 0) {
    throw new CliError(
      'TIME_UNREADABLE',
      `Column "${column.name}" of ${source.name} has no times.`,
    );
  }
  const unread = values - best!.rows;
  if (unread > unreadableShare * values) {
    throw new CliError(
      'TIME_UNREADABLE',
      `${unread} of ${values} values in column "${column.name}" of ${source.name} cannot be read as times (${best!.format.name}), such as ${JSON.stringify(best!.example)}. Name their format with --time-format, such as --time-format "%d/%m/%Y %H:%M".`,
    );
  }
  if (second !== undefined && second.rows === best!.rows) {
    await requireSameTimes(database, source, column, value, best!.format, second.format);
  }
  const notes = await missingTimes(database, source, column);
  notes.push(`The times of "${column.name}" are read as ${best!.format.name}.`);
  if (unread > 0) {
    notes.push(
      `${unread} values of "${column.name}" cannot be read as times, such as ${JSON.stringify(best!.example)}; their rows are in no chunk.`,
    );
  }
  return { time: best!.format.parse(value), notes };
}

/** Two formats that read every value must agree: 03/04 is a day in April, or one in March. */
async function requireSameTimes(
  { connection }: Database,
  source: DataSource,
  column: Column,
  value: string,
  a: TimeFormat,
  b: TimeFormat,
): Promise<void> {
  const result = await connection.runAndReadAll(
    `SELECT min(v) FROM (SELECT ${value} AS v FROM ${relation(source, [column])}) WHERE ${a.parse('v')} <> ${b.parse('v')}`,
  );
  const example = result.getRows()[0]![0];
  if (example === null) return;
  throw new CliError(
    'TIME_UNREADABLE',
    `The times of "${column.name}" of ${source.name} can be read as ${a.name} and as ${b.name}, such as ${JSON.stringify(String(example))}. Name their format with --time-format, such as --time-format %d/%m/%Y.`,
  );
}

async function missingTimes(
  { connection }: Database,
  source: DataSource,
  column: Column,
): Promise<string[]> {
  const value = isText(column) ? textOf(column) : column.sql;
  const result = await connection.runAndReadAll(
    `SELECT count(*) - count(v) FROM (SELECT ${value} AS v FROM ${relation(source, [column])})`,
  );
  const rows = Number(result.getRows()[0]![0]);
  return rows === 0 ? [] : [`${rows} rows without "${column.name}" are in no chunk.`];
}

function calendarRange(unit: CalendarUnit, startMs: number): TimeRange {
  if (unit === 'month') {
    const start = new Date(startMs);
    return { startMs, endMs: Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1) };
  }
  const hours = { hour: 1, day: 24, week: 7 * 24 }[unit];
  return { startMs, endMs: startMs + hours * 3_600_000 };
}

function calendarKey(unit: CalendarUnit, start: Date): string {
  const text = start.toISOString();
  if (unit === 'month') return text.slice(0, 7);
  if (unit === 'day') return text.slice(0, 10);
  if (unit === 'hour') return text.slice(0, 13);
  // The week of a year is that of its Thursday (ISO 8601).
  const thursday = new Date(start.getTime() + 3 * 86_400_000);
  const year = thursday.getUTCFullYear();
  const day = (thursday.getTime() - Date.UTC(year, 0, 1)) / 86_400_000;
  return `${year}-W${String(Math.floor(day / 7) + 1).padStart(2, '0')}`;
}
