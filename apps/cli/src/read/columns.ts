import type { FeatureConfig } from '@modelmeter/core/settings';
import { CliError } from '../errors.js';
import { type ColumnKind, type DataSource, requireColumn } from './source.js';
import { identifier } from './sql.js';

/** A feature and how its values come out of a source. */
export interface FeatureColumn {
  readonly name: string;
  readonly type: FeatureConfig['type'];
  /**
   * Numeric: a double, or a float where the column holds no more; NaN where missing or no number.
   * Categorical: a text, NULL where missing.
   */
  readonly expression: string;
  /** True for rows that hold a value that is no number; undefined where there can be none. */
  readonly invalid: string | undefined;
}

/** The columns that can be features, as what they are read; times and nested values are not. */
export function featuresOf(
  source: DataSource,
  except: ReadonlySet<string>,
): Pick<FeatureConfig, 'name' | 'type'>[] {
  const features: Pick<FeatureConfig, 'name' | 'type'>[] = [];
  for (const [name, kind] of source.columns) {
    if (except.has(name) || kind === 'time' || kind === 'other') continue;
    const isNumber = kind === 'number' || kind === 'float32';
    features.push({ name, type: isNumber ? 'numeric' : 'categorical' });
  }
  return features;
}

/**
 * @throws CliError COLUMN_UNKNOWN when the source lacks the column.
 * @throws CliError COLUMN_UNSUITABLE for a nested column.
 */
export function featureColumn(
  source: DataSource,
  { name, type }: Pick<FeatureConfig, 'name' | 'type'>,
): FeatureColumn {
  const kind = requireColumn(source, name);
  if (kind === 'other') {
    throw new CliError(
      'COLUMN_UNSUITABLE',
      `Column "${name}" of ${source.name} holds nested or binary values; flatten it, or leave it out with --columns.`,
    );
  }
  const column = identifier(name);
  if (type === 'categorical') {
    return { name, type, expression: categoryExpression(kind, column), invalid: undefined };
  }
  const number = numberExpression(kind, column);
  return {
    name,
    type,
    expression: `coalesce(${number}, 'NaN'::${kind === 'float32' ? 'FLOAT' : 'DOUBLE'})`,
    invalid:
      source.isText || kind === 'text' ? `${column} IS NOT NULL AND ${number} IS NULL` : undefined,
  };
}

// What a column was sniffed as and what it holds may differ: CSV values are read as text.

function numberExpression(kind: ColumnKind, column: string): string {
  if (kind === 'float32') return column;
  if (kind === 'time') return `epoch(TRY_CAST(${column} AS TIMESTAMP))`;
  if (kind === 'boolean') return `CAST(TRY_CAST(${column} AS BOOLEAN) AS DOUBLE)`;
  return `TRY_CAST(${column} AS DOUBLE)`;
}

function categoryExpression(kind: ColumnKind, column: string): string {
  const text = `CAST(${column} AS VARCHAR)`;
  if (kind === 'number' || kind === 'float32') return categoryOfNumber(column);
  if (kind !== 'boolean') return text;
  return `coalesce(CAST(TRY_CAST(${column} AS BOOLEAN) AS VARCHAR), ${text})`;
}

/** 3 and 3.0 are the category "3", as they are for a model in production; NaN is missing. */
function categoryOfNumber(column: string): string {
  const number = `TRY_CAST(${column} AS DOUBLE)`;
  return `CASE WHEN isnan(${number}) THEN NULL
    WHEN ${number} = trunc(${number}) AND abs(${number}) < 1e15
    THEN CAST(CAST(${number} AS BIGINT) AS VARCHAR)
    ELSE CAST(${column} AS VARCHAR) END`;
}
