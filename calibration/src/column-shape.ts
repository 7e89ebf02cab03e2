import { createKernel } from '@modelmeter/kernel';
import type { CategoricalColumn, Column, NumericColumn } from './table.js';

/** What the rows of a column have in common; shares are of all rows. */
export interface ColumnShape {
  readonly missing: number;
  /** Number of different values. */
  readonly distinct: number;
  /** The ten most frequent values, the most frequent first. */
  readonly frequent: readonly { readonly value: string; readonly share: number }[];
  /** Share of the rows that have one of them. */
  readonly topTen: number;
  /** Share of the names with a letter that has two cases; 0 for numbers. */
  readonly letters: number;
  /** Mean and standard deviation of the values; NaN for names, as the quantiles. */
  readonly mean: number;
  readonly deviation: number;
  /** Third standardised moment. */
  readonly skewness: number;
  /** Share of the rows with a value above 0. */
  readonly positive: number;
  quantile(probability: number): number;
}

const shapes = new WeakMap<Column, ColumnShape>();

/** The shape of a column, which is computed once. O(rows log rows). */
export function shapeOf(column: Column): ColumnShape {
  let shape = shapes.get(column);
  if (shape === undefined) {
    shape = column.type === 'numeric' ? shapeOfNumbers(column) : shapeOfNames(column);
    shapes.set(column, shape);
  }
  return shape;
}

function shapeOfNumbers(column: NumericColumn): ColumnShape {
  const values = column.values.filter((value) => !Number.isNaN(value)).sort();
  const { mean, m2 } = createKernel().moments(values);
  const deviation = Math.sqrt(m2 / values.length);
  const cubes = values.reduce((sum, value) => sum + (value - mean) ** 3, 0);
  return {
    ...frequenciesOf(Array.from(values, String), column.values.length),
    letters: 0,
    mean,
    deviation,
    skewness: cubes / values.length / deviation ** 3,
    positive: values.filter((value) => value > 0).length / column.values.length,
    quantile: (probability) => values[Math.floor(probability * (values.length - 1))]!,
  };
}

function shapeOfNames(column: CategoricalColumn): ColumnShape {
  const values = column.values.filter((value) => value !== null);
  const letters = values.filter((value) => value.toLowerCase() !== value.toUpperCase()).length;
  return {
    ...frequenciesOf(values, column.values.length),
    letters: letters / values.length,
    mean: Number.NaN,
    deviation: Number.NaN,
    skewness: Number.NaN,
    positive: 0,
    quantile: () => Number.NaN,
  };
}

function frequenciesOf(
  values: readonly string[],
  rows: number,
): Pick<ColumnShape, 'missing' | 'distinct' | 'frequent' | 'topTen'> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const frequent = [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 10)
    .map(([value, count]) => ({ value, share: count / rows }));
  return {
    missing: 1 - values.length / rows,
    distinct: counts.size,
    frequent,
    topTen: frequent.reduce((sum, { share }) => sum + share, 0),
  };
}
