import type { DuckDBValue } from '@duckdb/node-api';
import type { CategoricalProfile, FeatureProfile } from '@modelmeter/kernel/profiles';
import type { FeatureColumn } from '../read/columns.js';
import type { Database } from '../read/database.js';
import type { DataSource } from '../read/source.js';
import { identifier, literal } from '../read/sql.js';
import type { Grouping } from './groups.js';

/** Names of a categorical column that a reference keeps, the most frequent first. */
export const categoriesKept = 1000;
/** Columns that are counted by one query; the grouping id has one bit for each. */
const columnsPerQuery = 40;
const missingCode = -2;
const unseenCode = -1;

/** The most frequent categories of a column with their rows, as a reference keeps them. */
export async function vocabularyOf(
  { connection }: Database,
  { relation }: DataSource,
  { expression }: FeatureColumn,
): Promise<CategoricalProfile> {
  const counted = `SELECT ${expression} AS category, count(*) AS rows FROM ${relation} GROUP BY 1`;
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
  { relation }: DataSource,
  columns: readonly FeatureColumn[],
  grouping: Grouping,
): Promise<{ group: number; rows: number; invalid: ReadonlyMap<string, number> }[]> {
  const checked = columns.filter(({ invalid }) => invalid !== undefined);
  const flags = checked.map(({ invalid }, index) => `(${invalid}) AS f${index}`);
  const sums = checked.map((_, index) => `CAST(count(*) FILTER (WHERE f${index}) AS DOUBLE)`);
  const result = await connection.runAndReadAll(
    `SELECT ${['g', 'CAST(count(*) AS DOUBLE)', ...sums].join(', ')}
     FROM (SELECT ${[`${grouping.expression} AS g`, ...flags].join(', ')} FROM ${relation})
     WHERE g IS NOT NULL GROUP BY g ORDER BY g`,
  );
  return result.getRows().map(([group, rows, ...invalid]) => ({
    group: Number(group),
    rows: Number(rows),
    invalid: new Map(checked.map(({ name }, index) => [name, Number(invalid[index])])),
  }));
}

/** Counts the categorical columns of each group over the vocabulary of the reference. */
export async function countCategories(
  database: Database,
  source: DataSource,
  columns: readonly FeatureColumn[],
  reference: ReadonlyMap<string, FeatureProfile>,
  grouping: Grouping,
): Promise<ReadonlyMap<number, ReadonlyMap<string, CategoricalProfile>>> {
  const groups = new Map<number, Map<string, CategoricalProfile>>();
  const categorical = columns.flatMap((column) => {
    const profile = reference.get(column.name);
    return profile?.type === 'categorical' ? [{ column, profile }] : [];
  });
  for (let from = 0; from < categorical.length; from += columnsPerQuery) {
    const some = categorical.slice(from, from + columnsPerQuery);
    for (const [group, column, code, rows] of await countCodes(database, source, some, grouping)) {
      const { column: feature, profile } = some[column]!;
      const features = groups.get(group) ?? new Map<string, CategoricalProfile>();
      groups.set(group, features);
      const before = features.get(feature.name) ?? emptyLike(profile);
      features.set(feature.name, withRows(before, code, rows));
    }
  }
  return groups;
}

interface VocabularyColumn {
  readonly column: FeatureColumn;
  readonly profile: CategoricalProfile;
}

/** Rows by group, column and code; the vocabularies are joined as small tables. */
async function countCodes(
  { connection }: Database,
  { relation }: DataSource,
  columns: readonly VocabularyColumn[],
  grouping: Grouping,
): Promise<[group: number, column: number, code: number, rows: number][]> {
  const joins: string[] = [];
  for (const [index, { profile }] of columns.entries()) {
    const table = identifier(`vocabulary ${index}`);
    await connection.run(`CREATE OR REPLACE TEMP TABLE ${table} (name VARCHAR, code INTEGER)`);
    const names = profile.categories.map((name, code) => `(${literal(name)}, ${code})`);
    if (names.length > 0) await connection.run(`INSERT INTO ${table} VALUES ${names.join(', ')}`);
    joins.push(`LEFT JOIN ${table} AS t${index} ON x${index} = t${index}.name`);
  }
  const codes = columns.map((_, index) => `c${index}`);
  const inner = columns.map(({ column }, index) => `${column.expression} AS x${index}`);
  const coded = columns.map(
    (_, index) =>
      `CASE WHEN x${index} IS NULL THEN ${missingCode} ELSE coalesce(t${index}.code, ${unseenCode}) END AS c${index}`,
  );
  const result = await connection.runAndReadAll(
    `SELECT g, CAST(grouping_id(${codes.join(', ')}) AS DOUBLE), CAST(coalesce(${codes.join(', ')}) AS DOUBLE), CAST(count(*) AS DOUBLE)
     FROM (SELECT g, ${coded.join(', ')}
       FROM (SELECT ${[`${grouping.expression} AS g`, ...inner].join(', ')} FROM ${relation})
       ${joins.join(' ')} WHERE g IS NOT NULL)
     GROUP BY GROUPING SETS (${codes.map((code) => `(g, ${code})`).join(', ')})`,
  );
  return result.getRows().map((row) => {
    const [group, grouped, code, rows] = row.map((value: DuckDBValue) => Number(value));
    return [group!, groupedColumn(grouped!, columns.length), code!, rows!];
  });
}

/** The grouping id has a 1 for every column that was not grouped by, the first one highest. */
function groupedColumn(groupingId: number, columns: number): number {
  const left = 2 ** columns - 1 - groupingId;
  return columns - 1 - Math.round(Math.log2(left));
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
 * Rows that count as one where those of a key move together: the size of the key of an average
 * row, sum of squares by sum (Kish 1965, Survey Sampling).
 */
export async function rowsPerKey(
  { connection }: Database,
  { relation }: DataSource,
  key: string,
): Promise<number> {
  const result = await connection.runAndReadAll(
    `SELECT coalesce(sum(n * n) / sum(n), 1) FROM (SELECT CAST(count(*) AS DOUBLE) AS n FROM ${relation} GROUP BY ${identifier(key)})`,
  );
  return Number(result.getRows()[0]![0]);
}

/** The most frequent values of a column, the rows of the rest, and how many values those are. */
export async function largestSegments(
  { connection }: Database,
  { relation }: DataSource,
  column: string,
  limit: number,
): Promise<{ values: string[]; leftOut: { segments: number; rows: number } }> {
  const result = await connection.runAndReadAll(
    `SELECT CAST(${identifier(column)} AS VARCHAR) AS segment, CAST(count(*) AS DOUBLE),
       CAST(count(*) OVER () AS DOUBLE), CAST(sum(count(*)) OVER () AS DOUBLE)
     FROM ${relation} WHERE ${identifier(column)} IS NOT NULL
     GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT ${limit}`,
  );
  const rows = result.getRows();
  const kept = rows.reduce((sum, [, count]) => sum + Number(count), 0);
  return {
    values: rows.map(([segment]) => String(segment)),
    leftOut: {
      segments: Number(rows[0]?.[2] ?? 0) - rows.length,
      rows: Number(rows[0]?.[3] ?? 0) - kept,
    },
  };
}
