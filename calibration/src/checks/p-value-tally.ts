import { shapeOf } from '../column-shape.js';
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
  const shapes = new Map(table.columns.map((column) => [column.name, shapeOfTests(column)]));
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

function shapeOfTests(column: Column): Shape {
  if (column.type === 'categorical') return { mostFrequent: 1, skewness: 0 };
  const { frequent, missing, skewness } = shapeOf(column);
  return { mostFrequent: frequent[0]!.share / (1 - missing), skewness };
}
