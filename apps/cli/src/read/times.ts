import { literal } from './sql.js';

/** A way to write times as text. */
export interface TimeFormat {
  readonly name: string;
  /** The time of a text in SQL; NULL when it is not written so. */
  readonly parse: (text: string) => string;
}

const clocks = [
  '',
  ' %H:%M',
  ' %H:%M:%S',
  ' %H:%M:%S.%g',
  ' %I:%M %p',
  ' %I:%M:%S %p',
  'T%H:%M:%S',
];

function strptime(name: string, dates: readonly string[], isClockOfDay = true): TimeFormat {
  const formats = isClockOfDay
    ? dates.flatMap((date) => clocks.map((clock) => literal(date + clock)))
    : dates.map(literal);
  return {
    name,
    parse: (text) => `CAST(TRY_STRPTIME(${text}, [${formats.join(', ')}]) AS TIMESTAMP)`,
  };
}

/** The zone at the end of RFC 1123 dates is always that of Greenwich. */
const withoutZone = (text: string): string =>
  `regexp_replace(${text}, ' ?(GMT|UTC|Z|\\+0000)$', '')`;

/**
 * The formats that times are recognised in, the day before the month and after it among them. Dots,
 * dashes and slashes are read alike.
 */
export const timeFormats: readonly TimeFormat[] = [
  {
    name: 'ISO 8601',
    parse: (text) =>
      `CASE WHEN regexp_matches(${text}, '^\\d{4}[-/]\\d') THEN make_timestamp(epoch_us(TRY_CAST(${text} AS TIMESTAMPTZ))) END`,
  },
  dayAndMonth('day/month/year', '%d/%m/%Y', '\\d{4}'),
  dayAndMonth('month/day/year', '%m/%d/%Y', '\\d{4}'),
  dayAndMonth('day/month/year of two digits', '%d/%m/%y', '\\d{2}'),
  dayAndMonth('month/day/year of two digits', '%m/%d/%y', '\\d{2}'),
  {
    name: 'compact date',
    parse: (text) =>
      `CASE WHEN regexp_full_match(${text}, '(19|20)\\d{6}([T ]?\\d{4}(\\d{2})?)?Z?') THEN CAST(TRY_STRPTIME(regexp_replace(${text}, '[TZ ]', '', 'g'), ['%Y%m%d', '%Y%m%d%H%M', '%Y%m%d%H%M%S']) AS TIMESTAMP) END`,
  },
  {
    name: 'RFC 1123',
    parse: (text) =>
      `coalesce(CAST(TRY_STRPTIME(${withoutZone(text)}, ['%a, %d %b %Y %H:%M:%S', '%d %b %Y %H:%M:%S', '%a %b %d %H:%M:%S %Y']) AS TIMESTAMP), make_timestamp(epoch_us(TRY_STRPTIME(${text}, ['%a, %d %b %Y %H:%M:%S %z', '%d/%b/%Y:%H:%M:%S %z']))))`,
  },
  strptime('day, name of the month, year', [
    '%d %b %Y',
    '%d-%b-%Y',
    '%d %B %Y',
    '%d-%b-%y',
    '%d. %B %Y',
  ]),
  strptime('name of the month, day, year', ['%b %d, %Y', '%B %d, %Y', '%b %d %Y', '%B %d %Y']),
];

function dayAndMonth(name: string, date: string, year: string): TimeFormat {
  const { parse } = strptime(name, [date]);
  // Without the check, a year of two digits is read as one of the first century.
  return {
    name,
    parse: (text) =>
      `CASE WHEN regexp_matches(${text}, '^\\d{1,2}[-/.]\\d{1,2}[-/.]${year}($|[T ,])') THEN ${parse(`regexp_replace(regexp_replace(${text}, '^(\\d+)[-.](\\d+)[-.]', '\\1/\\2/'), ',? +', ' ', 'g')`)} END`,
  };
}

/** The first format that reads a text; NULL when none does. */
export function anyTime(text: string): string {
  return `coalesce(${timeFormats.map(({ parse }) => parse(text)).join(', ')})`;
}

/** Seconds between 1990 and 2100 in the units that programs count them in. */
export const epochUnits = [
  { name: 'seconds since 1970', perSecond: 1 },
  { name: 'milliseconds since 1970', perSecond: 1e3 },
  { name: 'microseconds since 1970', perSecond: 1e6 },
  { name: 'nanoseconds since 1970', perSecond: 1e9 },
] as const;

const [earliest, latest] = [631_152_000, 4_102_444_800];

/** The formats of numbers that are times. */
export const numberTimeFormats: readonly TimeFormat[] = [
  ...epochUnits.map(({ name, perSecond }) => ({
    name,
    parse: (number: string) =>
      `CASE WHEN ${number} BETWEEN ${earliest * perSecond} AND ${latest * perSecond} THEN make_timestamp(CAST(${number} * ${1e6 / perSecond} AS BIGINT)) END`,
  })),
  {
    name: 'compact date',
    parse: (number) =>
      `CASE WHEN ${number} = trunc(${number}) AND ${number} BETWEEN 19000101 AND 21001231 THEN CAST(TRY_STRPTIME(CAST(CAST(${number} AS BIGINT) AS VARCHAR), '%Y%m%d') AS TIMESTAMP) END`,
  },
];

/** A format given by its strptime pattern, such as %d/%m/%Y. */
export function givenFormat(pattern: string): TimeFormat {
  return strptime(pattern, [pattern], false);
}
