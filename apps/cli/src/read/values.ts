import { missingTexts } from './missing.js';
import { literal } from './sql.js';
import type { StoredColumn } from './table.js';

/** How numbers are written as text. */
export type NumberStyle =
  /** `1234.5` */
  | 'plain'
  /** `1234,5` and `1.234,5` */
  | 'comma'
  /** `1,234.5` */
  | 'grouped';

const spaces = "' \\x{00A0}\\x{202F}";
const patterns = {
  comma: `[+-]?(\\d+|\\d{1,3}([.${spaces}]\\d{3})+)(,\\d+)?([eE][+-]?\\d+)?`,
  grouped: `[+-]?(\\d+|\\d{1,3}([,${spaces}]\\d{3})+)(\\.\\d+)?([eE][+-]?\\d+)?`,
} as const;

const missing = `[${missingTexts.map(literal).join(', ')}]`;

/** The text of a value in SQL, NULL when it is missing; only for columns that hold texts. */
export function textOf({ sql, storage }: StoredColumn): string {
  if (storage === 'untyped') return sql;
  const text =
    storage === 'json'
      ? `substr(${sql}, 2)`
      : storage === 'binary'
        ? `TRY(decode(${sql}))`
        : `CAST(${sql} AS VARCHAR)`;
  // Not as `NOT IN`: the engine makes a join of a long list, and a join loses the order of the rows.
  return `CASE WHEN NOT list_contains(${missing}, ${text}) THEN ${text} END`;
}

/** Whether the values of a column are texts, so that they decide what it holds. */
export function isText({ storage }: StoredColumn): boolean {
  return storage === 'untyped' || storage === 'json' || storage === 'text' || storage === 'binary';
}

/**
 * The list of numbers that a value is, in SQL; NULL when it is none. Only for columns of lists of
 * numbers and of JSON.
 */
export function numbersOf({ sql, storage }: StoredColumn): string {
  if (storage === 'numbers') return sql;
  // A cast makes NULL of what is not a number within a list, such as a name.
  const isNumbers = `regexp_full_match(${sql}, 'o\\[(null|[0-9.eE+,-])*\\]')`;
  return `CASE WHEN ${isNumbers} THEN TRY_CAST(substr(${sql}, 2) AS DOUBLE[]) END`;
}

/** The number that a text is, in SQL; NULL when it is not one of the style. */
export function numberOfText(text: string, style: NumberStyle): string {
  const plain = `TRY_CAST(${text} AS DOUBLE)`;
  if (style === 'plain') return plain;
  const separators = style === 'comma' ? `[.${spaces}]` : `[,${spaces}]`;
  const digits = `regexp_replace(${text}, ${literal(separators)}, '', 'g')`;
  const number = style === 'comma' ? `replace(${digits}, ',', '.')` : digits;
  return `coalesce(CASE WHEN ${matches(text, style)} THEN TRY_CAST(${number} AS DOUBLE) END, ${plain})`;
}

/** Whether a text is a number of the style, in SQL. */
export function matches(text: string, style: 'comma' | 'grouped'): string {
  return `regexp_full_match(trim(${text}), ${literal(patterns[style])})`;
}

/** The number 1 or 0 of a text that says true or false, in SQL. */
export function booleanOfText(text: string): string {
  return `CASE lower(${text}) WHEN 'true' THEN 1.0 WHEN 'false' THEN 0.0 END`;
}

/** The category of a number, in SQL: 3 and 3.0 are the category 3. NaN is missing. */
export function categoryOfNumber(number: string): string {
  return `CASE WHEN isnan(${number}) THEN NULL
    WHEN ${number} = trunc(${number}) AND abs(${number}) < 1e15
    THEN CAST(CAST(${number} AS BIGINT) AS VARCHAR)
    ELSE CAST(${number} AS VARCHAR) END`;
}

/** The category of a number that is written as text, with all of its digits. */
export function categoryOfNumberText(text: string): string {
  const trimmed = `regexp_replace(${text}, '\\.?0+$', '')`;
  return `CASE WHEN regexp_full_match(${text}, '-?\\d+') THEN ${text}
    WHEN regexp_full_match(${text}, '-?(0|[1-9]\\d*)\\.\\d+') THEN ${trimmed}
    ELSE ${categoryOfNumber(`TRY_CAST(${text} AS DOUBLE)`)} END`;
}

/**
 * The usual spelling of a category in SQL, as `codesOfSpellings` has it: `True` is `true`, `1.0` is `1`
 * and `2.50` is `2.5`. It is looked up when the reference does not have the category as it is written.
 */
export function usualSpelling(text: string): string {
  return `CASE WHEN lower(${text}) IN ('true', 'false') THEN lower(${text})
    WHEN regexp_full_match(${text}, '-?\\d+\\.\\d*0') THEN regexp_replace(${text}, '\\.?0+$', '')
    ELSE ${text} END`;
}
