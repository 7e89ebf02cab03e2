import type { Column, Table } from '../table.js';
import type { RecordedPValue } from './p-value-recorder.js';
import type { Sizes } from './split-sizes.js';

/** Levels at which rejections are counted. */
export const levels = [0.01, 0.05, 0.1] as const;

/** Shape of a column, as far as the distributions of the tests depend on it. */
interface Shape {
  /** Share of the rows that hold the most frequent value; 1 for categories, which have no order. */
  readonly mostFrequent: number;
  /** Third standardised moment; what a test of means needs many rows to overcome. */
  readonly skewness: number;
}

/** Rejections of one test on one column without drift. */
export interface Rejections extends Shape {
  readonly test: string;
  readonly place: string;
  readonly sizes: Sizes;
  readonly trials: number;
  /** By level. */
  readonly counts: readonly number[];
}

/** Counts, test by test and column by column, how often p-values are below the levels. */
export interface PValueTally {
  add(recorded: readonly RecordedPValue[]): void;
  rejections(): Rejections[];
}

export function createPValueTally(table: Table, sizes: Sizes): PValueTally {
  const shapes = new Map(table.columns.map((column) => [column.name, shapeOf(column)]));
  const tallies = new Map<string, { test: string; feature: string; pValues: number[] }>();
  return {
    add(recorded) {
      for (const { test, feature, pValue } of recorded) {
        const key = `${test} ${feature}`;
        let tally = tallies.get(key);
        if (tally === undefined) tallies.set(key, (tally = { test, feature, pValues: [] }));
        tally.pValues.push(pValue);
      }
    },
    rejections: () =>
      Array.from(tallies.values(), ({ test, feature, pValues }) => ({
        test,
        place: `${table.name}.${feature}`,
        sizes,
        ...shapes.get(feature)!,
        trials: pValues.length,
        counts: levels.map((level) => pValues.filter((pValue) => pValue < level).length),
      })),
  };
}

function shapeOf(column: Column): Shape {
  if (column.type === 'categorical') return { mostFrequent: 1, skewness: 0 };
  const values = column.values.filter((value) => !Number.isNaN(value)).sort();
  let longest = 0;
  let run = 0;
  for (let row = 0; row < values.length; row += 1) {
    run = row > 0 && values[row] === values[row - 1] ? run + 1 : 1;
    longest = Math.max(longest, run);
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const moment = (power: number): number =>
    values.reduce((sum, value) => sum + (value - mean) ** power, 0) / values.length;
  return {
    mostFrequent: longest / values.length,
    skewness: moment(3) / moment(2) ** 1.5,
  };
}
