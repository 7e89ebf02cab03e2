import { CliError } from '../errors.js';
import { type DataSource, requireColumn } from '../read/source.js';
import { identifier, literal } from '../read/sql.js';

/** How the rows of a source fall into groups that are judged by themselves. */
export interface Grouping {
  /** A number for each row, ascending in the order of the groups; NULL leaves the row out. */
  readonly expression: string;
  /** Whether the rows come in the order of the groups by themselves. */
  readonly isInOrder: boolean;
  readonly keyOf: (group: number, rows: number) => string;
}

/** All rows as one group. */
export const oneGroup: Grouping = {
  expression: '0::DOUBLE',
  isInOrder: true,
  keyOf: () => '',
};

const calendarUnits = ['hour', 'day', 'week', 'month'] as const;

export type CalendarUnit = (typeof calendarUnits)[number];

/**
 * Groups by the calendar, in UTC, weeks from Monday.
 *
 * @param text `month:timestamp`: a unit and a column.
 * @throws CliError OPTION_INVALID or COLUMN_UNKNOWN.
 */
export function calendarGrouping(source: DataSource, text: string): Grouping & { column: string } {
  const [unit, ...rest] = text.split(':');
  const column = rest.join(':');
  if (!calendarUnits.includes(unit as CalendarUnit) || column === '') {
    throw new CliError(
      'OPTION_INVALID',
      `--chunk-by ${text} is not a unit and a column. Write ${calendarUnits.join(', ')} and the time column, such as month:timestamp.`,
    );
  }
  requireColumn(source, column);
  const time = `TRY_CAST(${identifier(column)} AS TIMESTAMP)`;
  return {
    column,
    expression: `epoch(date_trunc(${literal(unit!)}, ${time}))`,
    isInOrder: false,
    keyOf: (seconds) => calendarKey(unit as CalendarUnit, new Date(seconds * 1000)),
  };
}

/** Groups of `size` rows in the order of the source; the last may be smaller. */
export function sizeGrouping(size: number): Grouping {
  return {
    expression: `CAST((row_number() OVER () - 1) // ${size} AS DOUBLE)`,
    isInOrder: true,
    keyOf: (group, rows) => `${group * size + 1}-${group * size + rows}`,
  };
}

/** Groups by the values given; the rows of others are left out. */
export function segmentGrouping(column: string, values: readonly string[]): Grouping {
  const cases = values.map((value, index) => `WHEN ${literal(value)} THEN ${index}`);
  return {
    expression: `CAST(CASE CAST(${identifier(column)} AS VARCHAR) ${cases.join(' ')} END AS DOUBLE)`,
    isInOrder: false,
    keyOf: (group) => values[group]!,
  };
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
