import {
  type AllRepeatedRows,
  compareRepeatedRows,
  type RepeatedRows,
  type RepeatedRowsDrift,
} from '@modelmeter/core/drift';
import type { Database } from '../read/database.js';
import { type DataSource, unreadable } from '../read/source.js';
import { relationOf, type StoredColumn } from '../read/table.js';
import type { Comparison } from './comparison.js';

/** Of blocks with more rows, a part of the rows is counted. */
const mostRows = 10_000_000;

/**
 * Counts the rows that repeat another one in all columns that both sides have. Undefined where a
 * side is a profile or has no rows, or where no column is in both.
 *
 * Rows of few columns repeat by themselves, the more rows there are, and the closer they are in time.
 * So the larger side is cut into blocks of consecutive rows, as many as the smaller side has, and
 * copies are counted within a block; rows left over are not counted. Copies that lie further apart are
 * counted among all current rows, up to `rowsCounted` of them.
 *
 * Rows are compared by hashes of 64 bits. Of blocks with more than `rowsCounted` rows, those are
 * counted whose hash falls in a part of the range: all copies of a row or none, so that the share is
 * an estimate without bias. One pass over each side; what exceeds the memory of the engine goes to
 * files.
 *
 * @param rowsCounted About how many rows of a block are counted at most.
 * @throws CliError DATA_UNREADABLE when the engine cannot read the rows.
 */
export async function countDuplicateRows(
  { reader: { database, progress }, reference, current }: Comparison,
  rowsCounted: number = mostRows,
): Promise<RepeatedRowsDrift | undefined> {
  if (reference.kind === 'profile' || current.kind === 'profile') return undefined;
  const rows = Math.min(reference.source.rows, current.source.rows);
  const columns = commonColumns(reference.source, current.source);
  if (rows === 0 || columns.reference.length === 0) return undefined;
  progress.step('Counting repeated rows');
  const blocks = { rows, parts: Math.ceil(rows / rowsCounted) };
  const before = await countRepeated(database, reference.source, columns.reference, blocks);
  const after = await countRepeated(database, current.source, columns.current, blocks);
  const all = await countAllRepeated(database, current.source, columns.current, {
    rows: reference.source.rows,
    rowsCounted,
  });
  return compareRepeatedRows(before, after, all);
}

/** The repeated rows among all, where these are more than the rows of the reference and not too many. */
async function countAllRepeated(
  database: Database,
  source: DataSource,
  columns: readonly StoredColumn[],
  reference: { readonly rows: number; readonly rowsCounted: number },
): Promise<AllRepeatedRows | undefined> {
  if (source.rows <= reference.rows || source.rows > reference.rowsCounted) return undefined;
  const all = await countRepeated(database, source, columns, { rows: source.rows, parts: 1 });
  return { ...all, times: source.rows / reference.rows };
}

function commonColumns(
  reference: DataSource,
  current: DataSource,
): Record<'reference' | 'current', StoredColumn[]> {
  const columns = new Map(current.table.columns.map((column) => [column.name, column]));
  const common = reference.table.columns.filter(({ name }) => columns.has(name));
  return { reference: common, current: common.map(({ name }) => columns.get(name)!) };
}

async function countRepeated(
  database: Database,
  source: DataSource,
  columns: readonly StoredColumn[],
  { rows: blockRows, parts }: { readonly rows: number; readonly parts: number },
): Promise<RepeatedRows> {
  const hash = `hash(${columns.map(({ sql }) => sql).join(', ')})`;
  const blocks = Math.floor(source.rows / blockRows);
  try {
    const result = await database.connection.runAndReadAll(
      `SELECT CAST(coalesce(sum(copies), 0) AS DOUBLE), CAST(coalesce(sum(distinct_rows), 0) AS DOUBLE),
         coalesce(max(1 - distinct_rows / copies), 0)
       FROM (SELECT sum(copies) AS copies, count(*) AS distinct_rows
         FROM (SELECT block, h, count(*) AS copies
           FROM (SELECT (row_number() OVER () - 1) // ${blockRows} AS block, ${hash} AS h
             FROM ${relationOf(source.table, columns)})
           WHERE block < ${blocks} AND h % ${parts} = 0 GROUP BY block, h)
         GROUP BY block)`,
    );
    const [rows, distinct, highest] = result.getRows()[0]!.map(Number);
    return { rows: rows!, repeated: rows! - distinct!, highest: highest! };
  } catch (error) {
    throw unreadable(database, source.name, error);
  }
}
