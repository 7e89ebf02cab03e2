import type { Column } from '../table.js';
import type { Fault } from './time-slices.js';

/** What breaks in a feed of data, by name; a fault applies to the columns that it can break. */
export const faults: Readonly<Record<string, (column: Column) => Fault | undefined>> = {
  'unit of 60': (column) =>
    column.type === 'numeric'
      ? (rows) => (rows.type === 'numeric' ? numbers(rows, (value) => 60 * value) : rows)
      : undefined,
  'feed lost': () => (rows) =>
    rows.type === 'numeric'
      ? numbers(rows, () => Number.NaN)
      : { ...rows, values: rows.values.map(() => null) },
  'sensor stuck': (column) =>
    column.type === 'numeric'
      ? (rows) => {
          if (rows.type !== 'numeric') return rows;
          const last = rows.values.findLast((value) => !Number.isNaN(value)) ?? Number.NaN;
          return numbers(rows, () => last);
        }
      : undefined,
  'category lost': (column) =>
    column.type === 'categorical'
      ? (rows) => {
          if (rows.type !== 'categorical') return rows;
          const most = mostFrequent(rows.values);
          return { ...rows, values: rows.values.filter((value) => value !== most) };
        }
      : undefined,
  'category renamed': (column) =>
    column.type === 'categorical'
      ? (rows) => {
          if (rows.type !== 'categorical') return rows;
          const most = mostFrequent(rows.values);
          return {
            ...rows,
            values: rows.values.map((value) => (value === most ? `K${most}` : value)),
          };
        }
      : undefined,
};

function numbers(
  rows: Extract<Column, { type: 'numeric' }>,
  change: (value: number) => number,
): Column {
  return { ...rows, values: rows.values.map(change) };
}

function mostFrequent(values: readonly (string | null)[]): string | null {
  const rows = new Map<string, number>();
  for (const value of values) if (value !== null) rows.set(value, (rows.get(value) ?? 0) + 1);
  return [...rows].sort(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}
