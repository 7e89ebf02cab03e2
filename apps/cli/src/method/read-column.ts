import { oneGroup } from '../profile/groups.js';
import { readNumbers } from '../profile/read-numbers.js';
import type { FeatureColumn } from '../read/columns.js';
import type { Database } from '../read/database.js';
import { type DataSource, relation } from '../read/source.js';

/** The numbers of a column in the order of the rows, NaN where missing. */
export async function columnNumbers(
  database: Database,
  source: DataSource,
  column: FeatureColumn,
): Promise<Float64Array> {
  const numbers = new Float64Array(source.rows);
  let row = 0;
  for await (const { rows, columns } of readNumbers(database, source, [column], oneGroup)) {
    numbers.set(columns[0]!, row);
    row += rows;
  }
  return numbers.subarray(0, row);
}

/**
 * Rows per category in each chunk of so many rows; missing values in none.
 *
 * @param chunkRows Rows of a chunk, in the order of the source.
 */
export async function categoryCounts(
  { connection }: Database,
  source: DataSource,
  { expression, columns }: FeatureColumn,
  chunkRows: number,
): Promise<Map<string, number>[]> {
  const result = await connection.runAndReadAll(
    `SELECT chunk, category, CAST(count(*) AS DOUBLE)
     FROM (SELECT CAST((row_number() OVER () - 1) // ${chunkRows} AS INTEGER) AS chunk, ${expression} AS category
           FROM ${relation(source, columns)})
     WHERE category IS NOT NULL GROUP BY ALL`,
  );
  const chunks = Array.from(
    { length: Math.ceil(source.rows / chunkRows) },
    () => new Map<string, number>(),
  );
  for (const [chunk, category, rows] of result.getRows()) {
    chunks[Number(chunk)]!.set(String(category), Number(rows));
  }
  return chunks;
}

/** The counts of some chunks over the categories of all of them. */
export function countsOf(
  chunks: readonly ReadonlyMap<string, number>[],
  categories: Iterable<string>,
): Float64Array[] {
  const names = [...categories];
  return chunks.map((chunk) => Float64Array.from(names, (name) => chunk.get(name) ?? 0));
}
