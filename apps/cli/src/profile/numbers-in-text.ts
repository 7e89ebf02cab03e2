import type { FeatureConfig } from '@modelmeter/core/settings';
import type { Database } from '../read/database.js';
import type { DataSource } from '../read/source.js';
import { identifier } from '../read/sql.js';

/**
 * A sentence for each feature that would be compared by categories only since some texts stand
 * among its numbers: most of its values are numbers, and not all.
 */
export async function numbersInText(
  { connection }: Database,
  source: DataSource,
  features: readonly Pick<FeatureConfig, 'name'>[],
): Promise<string[]> {
  const texts = features.filter(({ name }) => source.columns.get(name) === 'text');
  if (texts.length === 0) return [];
  const counts = texts.flatMap(({ name }) => {
    const column = identifier(name);
    const number = `TRY_CAST(CAST(${column} AS VARCHAR) AS DOUBLE)`;
    const isText = `${column} IS NOT NULL AND ${number} IS NULL`;
    return [
      `CAST(count(${column}) AS DOUBLE)`,
      `CAST(count(*) FILTER (WHERE ${isText}) AS DOUBLE)`,
      `CAST(min(${column}) FILTER (WHERE ${isText}) AS VARCHAR)`,
    ];
  });
  const result = await connection.runAndReadAll(
    `SELECT ${counts.join(', ')} FROM ${source.relation}`,
  );
  const [row] = result.getRows();
  return texts.flatMap(({ name }, index) => {
    const [values, strays, example] = row!.slice(3 * index, 3 * index + 3);
    if (Number(strays) === 0 || 2 * Number(strays) >= Number(values)) return [];
    return [warning(source.name, name, Number(values), Number(strays), String(example))];
  });
}

function warning(
  source: string,
  column: string,
  values: number,
  strays: number,
  example: string,
): string {
  const [all, numbers] = [values, values - strays].map((count) => count.toLocaleString('en'));
  const shown = JSON.stringify(example.length > 40 ? `${example.slice(0, 40)}…` : example);
  const entry = (type: FeatureConfig['type']): string =>
    `{ name: ${JSON.stringify(column)}, type: ${type} }`;
  return `Column "${column}" of ${source} is read as categories: ${numbers} of its ${all} values are numbers, others are not, such as ${shown}. To read it as numbers, and the others as missing, name a configuration with --config whose features list ${entry('numeric')} among the columns to read. If these are categories, list ${entry('categorical')}.`;
}
