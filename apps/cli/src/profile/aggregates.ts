import { codesOfSpellings } from '@modelmeter/core/drift';
import type { CategoricalProfile } from '@modelmeter/kernel/profiles';
import { categoryExpression, type FeatureColumn } from '../read/columns.js';
import type { Database } from '../read/database.js';
import { type DataSource, relation, requireColumn } from '../read/source.js';
import { literal } from '../read/sql.js';
import { usualSpelling } from '../read/values.js';
import type { Grouping } from './groups.js';

/** Names of a categorical column that a reference keeps, the most frequent first. */
export const categoriesKept = 1000;
/** Columns that are checked by one query. */
const columnsPerQuery = 40;
const missingCode = -2;
const unseenCode = -1;

/** The most frequent categories of a column with their rows, as a reference keeps them. */
export async function vocabularyOf(
  { connection }: Database,
  source: DataSource,
  { columns, expression }: FeatureColumn,
): Promise<CategoricalProfile> {
  const counted = `SELECT ${expression} AS category, count(*) AS rows FROM ${relation(source, columns)} GROUP BY 1`;
  const result = await connection.runAndReadAll(
    `SELECT category, CAST(rows AS DOUBLE), CAST(sum(rows) OVER () AS DOUBLE)
     FROM (${counted}) ORDER BY category IS NULL DESC, rows DESC, category LIMIT ${categoriesKept + 1}`,
  );
  const rows = result.getRows();
  const total = Number(rows[0]?.[2] ?? 0);
  const missing = rows[0]?.[0] === null ? Number(rows[0][1]) : 0;
  const kept = rows
    .filter(([category]) => category !== null)
    .slice(0, categoriesKept)
    .map(([category, count]) => ({ category: String(category), count: Number(count) }))
    .sort((a, b) => b.count - a.count || (a.category < b.category ? -1 : 1));
  const counts = Float64Array.from(kept, ({ count }) => count);
  return {
    type: 'categorical',
    count: total - missing,
    missing,
    categories: kept.map(({ category }) => category),
    counts,
    other: total - missing - counts.reduce((sum, count) => sum + count, 0),
  };
}

/** Rows of each group, and how many of them hold no number where one is expected. */
export async function countRows(
  { connection }: Database,
  source: DataSource,
  columns: readonly FeatureColumn[],
  grouping: Grouping,
): Promise<{ group: number; rows: number; invalid: ReadonlyMap<string, number> }[]> {
  const groups = new Map<number, { rows: number; invalid: Map<string, number> }>();
  const checked = columns.filter(({ invalid }) => invalid !== undefined);
  // At least one query, for the rows.
  for (let from = 0; from === 0 || from < checked.length; from += columnsPerQuery) {
    const page = checked.slice(from, from + columnsPerQuery);
    const flags = page.map(({ invalid }, index) => `(${invalid}) AS f${index}`);
    const sums = page.map((_, index) => `CAST(count(*) FILTER (WHERE f${index}) AS DOUBLE)`);
    const read = relation(source, [
      ...grouping.columns,
      ...page.flatMap(({ columns: own }) => own),
    ]);
    const result = await connection.runAndReadAll(
      `SELECT ${['g', 'CAST(count(*) AS DOUBLE)', ...sums].join(', ')}
       FROM (SELECT ${[`${grouping.expression} AS g`, ...flags].join(', ')} FROM ${read})
       WHERE g IS NOT NULL GROUP BY g ORDER BY g`,
    );
    for (const [group, rows, ...invalid] of result.getRows()) {
      const found = groups.get(Number(group)) ?? { rows: Number(rows), invalid: new Map() };
      for (const [index, { name }] of page.entries())
        found.invalid.set(name, Number(invalid[index]));
      groups.set(Number(group), found);
    }
  }
  return Array.from(groups, ([group, found]) => ({ group, ...found }));
}

/** Counts a categorical column of each group over the vocabulary of the reference. */
export async function countCategories(
  { connection }: Database,
  source: DataSource,
  { columns, expression }: FeatureColumn,
  vocabulary: CategoricalProfile,
  grouping: Grouping,
): Promise<ReadonlyMap<number, CategoricalProfile>> {
  const codes = codesOfSpellings(vocabulary.categories);
  // Values are looked up once each, not row by row.
  const result = await connection.runAndReadAll(
    `WITH codes(name, code) AS (${valuesOf(codes)})
     SELECT g, CASE WHEN x IS NULL THEN ${missingCode} ELSE coalesce(written.code, usual.code, ${unseenCode}) END,
       CAST(sum(n) AS DOUBLE)
     FROM (SELECT g, x, count(*) AS n
       FROM (SELECT ${grouping.expression} AS g, ${expression} AS x FROM ${relation(source, [...grouping.columns, ...columns])})
       WHERE g IS NOT NULL GROUP BY g, x)
     LEFT JOIN codes AS written ON x = written.name LEFT JOIN codes AS usual ON ${usualSpelling('x')} = usual.name
     GROUP BY 1, 2`,
  );
  const groups = new Map<number, CategoricalProfile>();
  for (const [group, code, rows] of result.getRows()) {
    const before = groups.get(Number(group)) ?? emptyLike(vocabulary);
    groups.set(Number(group), withRows(before, Number(code), Number(rows)));
  }
  return groups;
}

function valuesOf(codes: ReadonlyMap<string, number>): string {
  if (codes.size === 0) return 'SELECT NULL::VARCHAR, NULL::INTEGER WHERE false';
  return `VALUES ${Array.from(codes, ([name, code]) => `(${literal(name)}, ${code})`).join(', ')}`;
}

function emptyLike({ categories, counts }: CategoricalProfile): CategoricalProfile {
  return {
    type: 'categorical',
    count: 0,
    missing: 0,
    categories,
    counts: new Float64Array(counts.length),
    other: 0,
  };
}

function withRows(profile: CategoricalProfile, code: number, rows: number): CategoricalProfile {
  if (code === missingCode) return { ...profile, missing: profile.missing + rows };
  const count = profile.count + rows;
  if (code === unseenCode) return { ...profile, count, other: profile.other + rows };
  profile.counts[code]! += rows;
  return { ...profile, count };
}

/**
 * Effective block size: the size of the key of an average row, the sum of squares divided by the
 * sum (Kish 1965, Survey Sampling).
 */
export async function rowsPerKey(
  { connection }: Database,
  source: DataSource,
  key: string,
): Promise<number> {
  const column = requireColumn(source, key);
  const result = await connection.runAndReadAll(
    `SELECT coalesce(sum(n * n) / sum(n), 1) FROM (SELECT CAST(count(*) AS DOUBLE) AS n FROM ${relation(source, [column])} GROUP BY ${column.sql})`,
  );
  return Number(result.getRows()[0]![0]);
}

/** The segments of a data set: the largest of them, and how many rows are in no kept segment. */
export interface SegmentCounts {
  /** The largest first. */
  readonly values: readonly { readonly value: string; readonly rows: number }[];
  readonly leftOut: { readonly segments: number; readonly rows: number };
  /** Rows without a value of the segment column. */
  readonly missing: number;
}

/** The most frequent values of a column; those of `except` and their aliases are not counted. */
export async function largestSegments(
  { connection }: Database,
  source: DataSource,
  name: string,
  limit: number,
  except: readonly string[] = [],
): Promise<SegmentCounts> {
  const column = requireColumn(source, name);
  const known = [...codesOfSpellings(except).keys()].map(literal);
  const isOther =
    known.length === 0
      ? 'true'
      : `(s IS NULL OR ${usualSpelling('s')} NOT IN (${known.join(', ')}))`;
  const result = await connection.runAndReadAll(
    `SELECT s, CAST(n AS DOUBLE), CAST(count(s) OVER () AS DOUBLE), CAST(sum(n) FILTER (WHERE s IS NOT NULL) OVER () AS DOUBLE),
       CAST(sum(n) FILTER (WHERE s IS NULL) OVER () AS DOUBLE)
     FROM (SELECT s, count(*) AS n FROM (SELECT ${categoryExpression(column)} AS s FROM ${relation(source, [column])}) GROUP BY s)
     WHERE ${isOther} ORDER BY s IS NULL, n DESC, s LIMIT ${limit + 1}`,
  );
  const rows = result.getRows();
  const values = rows
    .filter(([value]) => value !== null)
    .slice(0, limit)
    .map(([value, count]) => ({ value: String(value), rows: Number(count) }));
  const kept = values.reduce((sum, { rows: count }) => sum + count, 0);
  return {
    values,
    leftOut: {
      segments: Number(rows[0]?.[2] ?? 0) - values.length,
      rows: Number(rows[0]?.[3] ?? 0) - kept,
    },
    missing: Number(rows[0]?.[4] ?? 0),
  };
}
