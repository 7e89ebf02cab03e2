import type { FeatureConfig } from '@modelmeter/core/settings';
import { CliError } from '../errors.js';
import { type DataSource, requireColumn } from './source.js';
import { anyTime } from './times.js';
import { type Column, reasonToLeaveOut } from './typing.js';
import {
  booleanOfText,
  categoryOfNumber,
  categoryOfNumberText,
  isText,
  numberOfText,
  numbersOf,
  textOf,
} from './values.js';

export interface Feature extends Pick<FeatureConfig, 'name' | 'type' | 'dimension'> {
  /** Numeric columns of which each row is one vector, of the features together. */
  readonly together?: readonly string[];
}

/** A feature and how its values come out of a source. */
export interface FeatureColumn extends Feature {
  /** The columns of the source that it is read from; none when every value is missing. */
  readonly columns: readonly Column[];
  /**
   * Numeric: a double, or a float where the column holds no more; NaN where missing or not a number.
   * Categorical: a text, NULL where missing. Embedding: its values one below the other, NaN where the
   * vector is missing or has another length.
   */
  readonly expression: string;
  /** True for rows that hold a value that is not a number; undefined where there can be none. */
  readonly invalid: string | undefined;
}

/** The columns that are compared unless others are named, as what they hold. */
export function featuresOf(source: DataSource): Feature[] {
  const features: Feature[] = [];
  for (const column of source.columns.values()) {
    const { name, kind } = column;
    if (kind === 'empty' || reasonToLeaveOut(column) !== undefined) continue;
    if (kind === 'vector') {
      features.push({ name, type: 'embedding', dimension: column.dimension });
      continue;
    }
    const isNumber = kind === 'number' || kind === 'float32';
    features.push({ name, type: isNumber ? 'numeric' : 'categorical' });
  }
  return features;
}

/**
 * How a feature is read from the data that the reference is built from.
 *
 * @throws CliError COLUMN_UNKNOWN when the source lacks the column.
 * @throws CliError COLUMN_UNSUITABLE for a column of lists, structures or binary values.
 */
export function referenceColumn(source: DataSource, feature: Feature): FeatureColumn {
  if (feature.together !== undefined) return rowVectors(source, feature, referenceColumn);
  const column = requireColumn(source, feature.name);
  if (feature.type === 'embedding' && column.kind !== 'vector' && column.storage !== 'numbers') {
    throw new CliError(
      'COLUMN_UNSUITABLE',
      `Column "${feature.name}" of ${source.name} holds values of type ${column.type}; an embedding is read from lists of numbers that nearly all have one length, of two or more.`,
    );
  }
  if (column.kind === 'unsupported') {
    throw new CliError(
      'COLUMN_UNSUITABLE',
      `Column "${feature.name}" of ${source.name} holds values of type ${column.type}. Flatten it, or leave it out with --exclude.`,
    );
  }
  return featureColumn(column, feature);
}

/** How a feature of the reference is read from other data: its type decides, not the column's. */
export function currentColumn(source: DataSource, feature: Feature): FeatureColumn {
  if (feature.together !== undefined) return rowVectors(source, feature, currentColumn);
  const { name, type } = feature;
  const column = source.columns.get(name);
  if (column !== undefined) return featureColumn(column, feature);
  const expression =
    type === 'embedding'
      ? `unnest(${missingVector(feature)})`
      : type === 'numeric'
        ? "'NaN'::DOUBLE"
        : 'NULL::VARCHAR';
  return { ...feature, columns: [], expression, invalid: undefined };
}

/** The numbers of a row, one below the other. */
function rowVectors(
  source: DataSource,
  feature: Feature,
  read: (source: DataSource, feature: Feature) => FeatureColumn,
): FeatureColumn {
  const parts = feature.together!.map((name) => read(source, { name, type: 'numeric' }));
  const values = parts.map(({ expression }) => `CAST(${expression} AS DOUBLE)`).join(', ');
  return {
    ...feature,
    columns: parts.flatMap(({ columns }) => columns),
    expression: `unnest([${values}])`,
    invalid: undefined,
  };
}

/** The category of a value in SQL, NULL when it is missing. */
export function categoryExpression(column: Column): string {
  const { kind, sql, storage } = column;
  if (!isText(column)) {
    const number = `CAST(${sql} AS DOUBLE)`;
    if (storage === 'float32') {
      return `CASE WHEN isnan(${sql}) THEN NULL WHEN ${sql} = trunc(${sql}) THEN ${categoryOfNumber(number)} ELSE CAST(${sql} AS VARCHAR) END`;
    }
    return storage === 'double' || column.type === 'DOUBLE'
      ? categoryOfNumber(number)
      : `CAST(${sql} AS VARCHAR)`;
  }
  const text = textOf(column);
  if (kind === 'boolean') return `lower(${text})`;
  if (kind !== 'number') return text;
  return column.style === 'plain'
    ? categoryOfNumberText(text)
    : categoryOfNumber(numberOfText(text, column.style));
}

/** The value of each row is a list of as many NaN as a vector has values. */
function missingVector({ dimension = 1 }: Feature): string {
  return `list_resize([]::DOUBLE[], ${dimension}, 'NaN'::DOUBLE)`;
}

function vectorExpression(column: Column, feature: Feature): string {
  const missing = missingVector(feature);
  if (column.storage !== 'numbers' && column.storage !== 'json') return `unnest(${missing})`;
  const numbers = numbersOf(column);
  const values = `list_transform(CAST(${numbers} AS DOUBLE[]), x -> coalesce(x, 'NaN'::DOUBLE))`;
  return `unnest(CASE WHEN len(${numbers}) = ${feature.dimension} THEN ${values} ELSE ${missing} END)`;
}

function featureColumn(column: Column, feature: Feature): FeatureColumn {
  const { name, type } = feature;
  if (type === 'embedding') {
    const expression = vectorExpression(column, feature);
    return { ...feature, columns: [column], expression, invalid: undefined };
  }
  if (type === 'categorical') {
    return {
      name,
      type,
      columns: [column],
      expression: categoryExpression(column),
      invalid: undefined,
    };
  }
  const number = numberExpression(column);
  const nothing = column.kind === 'float32' ? "'NaN'::FLOAT" : "'NaN'::DOUBLE";
  return {
    name,
    type,
    columns: [column],
    expression: `coalesce(${number}, ${nothing})`,
    invalid: invalidExpression(column, number),
  };
}

function numberExpression(column: Column): string {
  const { kind, sql } = column;
  if (!isText(column)) {
    if (kind === 'float32') return sql;
    if (kind === 'time') return `CAST(epoch(${sql}) AS DOUBLE)`;
    if (kind === 'boolean') return `CAST(CAST(${sql} AS INTEGER) AS DOUBLE)`;
    return kind === 'unsupported' ? 'NULL::DOUBLE' : `CAST(${sql} AS DOUBLE)`;
  }
  const text = textOf(column);
  if (kind === 'time') return `CAST(epoch(${anyTime(text)}) AS DOUBLE)`;
  const number = numberOfText(text, column.style);
  return (column.texts?.booleans ?? 0) > 0 ? `coalesce(${number}, ${booleanOfText(text)})` : number;
}

function invalidExpression(column: Column, number: string): string | undefined {
  // Every value was seen to be a number, so the rows need not be looked at again.
  if (column.kind === 'number' || column.kind === 'empty') return undefined;
  if (isText(column)) return `${textOf(column)} IS NOT NULL AND ${number} IS NULL`;
  return column.kind === 'unsupported' ? `${column.sql} IS NOT NULL` : undefined;
}
