import type { Random } from '@modelmeter/kernel';
import { type ColumnShape, shapeOf } from './column-shape.js';
import type { CategoricalColumn, Column, NumericColumn } from './table.js';

/** What a fault knows of the column that it spoils. */
export interface FaultContext {
  readonly shape: ColumnShape;
  /** The same rows of another column of the same type. */
  readonly other: Column;
  readonly random: Random;
}

/** A fault of a data pipeline, which spoils the current rows of one column. */
export interface Fault {
  readonly title: string;
  /** Least share of the runs in which the fault must be found, from a number of rows on. */
  readonly goal?: { readonly found: number; readonly rows: number };
  appliesTo(column: Column, shape: ColumnShape): boolean;
  apply(current: Column, context: FaultContext): Column;
}

/** Cannot be explained by chance, whatever the number of rows. */
const certain = { found: 1, rows: 60 } as const;
const nearlyCertain = { found: 0.95, rows: 1000 } as const;

/** Every fault whose power is measured. */
export const faults: readonly Fault[] = [
  ...[0.1, 0.25, 0.6, 1].map((deviations) =>
    numeric(`shift by ${deviations} σ`, (value, { shape }) => value + deviations * shape.deviation),
  ),
  numeric('spread × 1.5', (value, { shape: { mean } }) => mean + 1.5 * (value - mean), {
    goal: nearlyCertain,
  }),
  numeric('another unit: × 1000', (value) => value * 1000, { goal: certain }),
  numeric('another unit: ÷ 1000', (value) => value / 1000, { goal: certain }),
  numeric('another unit in 2 % of the rows', (value) => value * 1000, { share: 0.02 }),
  numeric('sign changed', (value) => -value, {
    goal: certain,
    appliesTo: ({ positive }) => positive >= 0.9,
  }),
  ...[-1, 999, 0].map((sentinel) =>
    numeric(`5 % are ${sentinel}`, () => sentinel, { share: 0.05 }),
  ),
  missing('2 % missing', 0.02),
  missing('10 % missing', 0.1),
  missing('all missing', 1, certain),
  categorical('2 % of a new category', () => 'a new category', { share: 0.02 }),
  categorical('letters in another case', changeCase, {
    goal: certain,
    appliesTo: ({ topTen, letters }) => topTen >= 0.5 && letters >= 0.9,
  }),
  categorical('a space after 10 % of the names', (value) => `${value} `, {
    share: 0.1,
    appliesTo: ({ topTen }) => topTen >= 0.5,
  }),
  {
    title: '10 points from one category to another',
    goal: nearlyCertain,
    appliesTo: ({ type }, { frequent }) =>
      type === 'categorical' && frequent.length > 1 && frequent[1]!.share >= 0.15,
    apply: (current, context) => moveTenPoints(current as CategoricalColumn, context),
  },
  {
    title: 'values of another column',
    appliesTo: (column, shape) => column.type === 'categorical' || isSpread(shape),
    apply: ({ name }, { other }) => ({ ...other, name }),
  },
  {
    title: 'one value in all rows',
    goal: certain,
    appliesTo: ({ type }, shape) =>
      type === 'categorical'
        ? shape.topTen >= 0.5 && shape.frequent[0]!.share <= 0.6
        : isSpread(shape),
    apply: (current, { shape }) => constant(current, shape),
  },
  numeric('clipped at the 90 % quantile', (value, { shape }) =>
    Math.min(value, shape.quantile(0.9)),
  ),
  numeric('clipped at the 92 % quantile', (value, { shape }) =>
    Math.min(value, shape.quantile(0.92)),
  ),
  numeric('20 % are the median', (_, { shape }) => shape.quantile(0.5), { share: 0.2 }),
];

/** The columns of a table that a fault can spoil. */
export function columnsFor(fault: Fault, columns: readonly Column[]): Column[] {
  return columns.filter((column) => fault.appliesTo(column, shapeOf(column)));
}

interface FaultOptions {
  readonly goal?: Fault['goal'];
  /** Share of the rows that are spoilt, at random; default all. */
  readonly share?: number;
  readonly appliesTo?: (shape: ColumnShape) => boolean;
}

/** Few missing rows, many different values and no frequent one: an ordinary measurement. */
export function isSpread({ missing, distinct, frequent }: ColumnShape): boolean {
  return missing <= 0.1 && distinct > 30 && frequent[0]!.share <= 0.1;
}

function numeric(
  title: string,
  spoil: (value: number, context: FaultContext) => number,
  { share = 1, appliesTo = () => true, goal }: FaultOptions = {},
): Fault {
  return {
    title,
    ...(goal === undefined ? {} : { goal }),
    appliesTo: ({ type }, shape) => type === 'numeric' && isSpread(shape) && appliesTo(shape),
    apply(current, context) {
      const { values, ...rest } = current as NumericColumn;
      return {
        ...rest,
        values: values.map((value) => (isHit(share, context) ? spoil(value, context) : value)),
      };
    },
  };
}

function categorical(
  title: string,
  spoil: (value: string) => string,
  { share = 1, appliesTo = () => true, goal }: FaultOptions = {},
): Fault {
  return {
    title,
    ...(goal === undefined ? {} : { goal }),
    appliesTo: ({ type }, shape) =>
      type === 'categorical' && shape.missing <= 0.2 && appliesTo(shape),
    apply(current, context) {
      const { values, ...rest } = current as CategoricalColumn;
      return {
        ...rest,
        values: values.map((value) =>
          value !== null && isHit(share, context) ? spoil(value) : value,
        ),
      };
    },
  };
}

function missing(title: string, share: number, goal?: Fault['goal']): Fault {
  return {
    title,
    ...(goal === undefined ? {} : { goal }),
    appliesTo: (_, shape) => shape.missing <= 0.1,
    apply(current, context) {
      return current.type === 'numeric'
        ? {
            ...current,
            values: current.values.map((value) => (isHit(share, context) ? Number.NaN : value)),
          }
        : {
            ...current,
            values: current.values.map((value) => (isHit(share, context) ? null : value)),
          };
    },
  };
}

function isHit(share: number, { random }: FaultContext): boolean {
  return share === 1 || random.next() < share;
}

function changeCase(value: string): string {
  const lower = value.toLowerCase();
  return lower === value ? value.toUpperCase() : lower;
}

function moveTenPoints(current: CategoricalColumn, { shape }: FaultContext): Column {
  const [first, second] = shape.frequent;
  let left = Math.round(current.values.length / 10);
  const values = current.values.map((value) => {
    if (value !== first!.value || left === 0) return value;
    left -= 1;
    return second!.value;
  });
  return { ...current, values };
}

function constant(current: Column, { frequent, quantile }: ColumnShape): Column {
  return current.type === 'numeric'
    ? { ...current, values: current.values.map(() => quantile(0.5)) }
    : { ...current, values: current.values.map(() => frequent[0]!.value) };
}
