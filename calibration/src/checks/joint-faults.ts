import {
  type ComparedFeature,
  compareRepeatedRows,
  type DriftPolicy,
  evaluateDrift,
  type RepeatedRows,
} from '@modelmeter/core/drift';
import type { Random } from '@modelmeter/kernel';
import { type Bound, describeBound } from '../bounds.js';
import { shapeOf } from '../column-shape.js';
import { type Fault, isSpread } from '../faults.js';
import { pick, profileOf, samplesOf } from '../profiling.js';
import { percent, type Row } from '../row.js';
import type { RulesFactory } from '../rules.js';
import { createRowDrawer, randomFor } from '../sampling.js';
import { type Column, featuresOf, type Table } from '../table.js';
import type { FaultCounts } from './fault-power.js';
import type { Sizes } from './split-sizes.js';

const swapTitle = 'two columns in exchanged places';
const namedTitle = 'two columns in exchanged places, each named';
/** Shares of the current rows that are replaced by copies of others. */
const copies = [
  { share: 0.02, title: '2 % of the rows are copies' },
  { share: 0.1, title: '10 % of the rows are copies' },
] as const;

/** Faults of whole rows, and the least share of runs in which each must be found. */
export const jointFaults: readonly Pick<Fault, 'title' | 'goal'>[] = [
  { title: swapTitle, goal: { found: 0.9, rows: 1000 } },
  { title: namedTitle },
  { title: copies[0].title },
  { title: copies[1].title, goal: { found: 0.95, rows: 300 } },
];

/** What was said of splits of which rows as a whole were spoilt, or none. */
export interface JointCounts extends Sizes {
  readonly table: string;
  readonly faults: readonly FaultCounts[];
  /** Splits without a fault, compared once by all columns and once by a few. */
  readonly splits: number;
  /** Of these, those with more repeated rows than the reference: false alarms. */
  readonly repeated: { readonly all: number; readonly few: number };
}

/** So many columns, those with the fewest values, so that rows repeat each other without a fault. */
const fewColumns = 3;

/** How often exchanged columns and copied rows are found, and repeated rows without a fault. */
export function countJointFaults(
  table: Table,
  sizes: Sizes,
  splits: number,
  seed: number,
  rulesFactory: RulesFactory,
): JointCounts {
  const { n, m } = sizes;
  const purpose = `${table.name} ${n} ${m} rows`;
  const draw = createRowDrawer(randomFor(seed, purpose), table.rows);
  const random = randomFor(seed, `${purpose} copied`);
  const rules = rulesFactory(featuresOf(table.columns));
  const all = rowIds(table.columns);
  const few = rowIds(
    table.columns
      .toSorted((a, b) => shapeOf(a).distinct - shapeOf(b).distinct)
      .slice(0, fewColumns),
  );
  const pairs = pairsOf(table.columns);
  const repeated = { all: 0, few: 0 };
  const found = new Map<string, { runs: number; found: number; drift: number }>();
  const add = (title: string, isFound: boolean, drift = false): void => {
    const count = found.get(title) ?? { runs: 0, found: 0, drift: 0 };
    count.runs += 1;
    if (isFound) count.found += 1;
    if (drift) count.drift += 1;
    found.set(title, count);
  };
  for (let split = 0; split < splits; split += 1) {
    const [reference, current] = draw(n, m) as [Uint32Array, Uint32Array];
    if (hasRepeated(all, reference, current)) repeated.all += 1;
    if (hasRepeated(few, reference, current)) repeated.few += 1;
    for (const { share, title } of copies) {
      add(title, hasRepeated(all, reference, withCopies(current, share, random)));
    }
    if (pairs.length === 0) continue;
    const exchanged = evaluateExchanged(
      table,
      pairs[split % pairs.length]!,
      samplesOf(table.columns, reference, current),
      current,
      rules,
    );
    const isFound = exchanged.every(({ state }) => state === 'investigate' || state === 'drift');
    add(
      swapTitle,
      isFound,
      exchanged.every(({ state }) => state === 'drift'),
    );
    add(
      namedTitle,
      exchanged.every(({ findings }) => findings.some(({ kind }) => kind === 'swapped_columns')),
    );
  }
  return {
    ...sizes,
    table: table.name,
    splits,
    repeated,
    faults: Array.from(found, ([fault, count]) => ({ ...sizes, fault, ...count })),
  };
}

/** A number for each row, the same for rows that are equal in all columns. */
function rowIds(columns: readonly Column[]): Uint32Array {
  const known = new Map<string, number>();
  return Uint32Array.from({ length: columns[0]!.values.length }, (_, row) => {
    const key = JSON.stringify(columns.map(({ values }) => String(values[row])));
    const id = known.get(key) ?? known.size;
    known.set(key, id);
    return id;
  });
}

function hasRepeated(ids: Uint32Array, reference: Uint32Array, current: Uint32Array): boolean {
  const block = Math.min(reference.length, current.length);
  const before = countRepeated(ids, reference, block);
  const after = countRepeated(ids, current, block);
  const times = current.length / reference.length;
  const all = times > 1 ? { ...countRepeated(ids, current, current.length), times } : undefined;
  return compareRepeatedRows(before, after, all).state === 'investigate';
}

/** Rows that repeat another one of their block; rows that are left over are not counted. */
function countRepeated(ids: Uint32Array, rows: Uint32Array, block: number): RepeatedRows {
  const counted = rows.length - (rows.length % block);
  let repeated = 0;
  let highest = 0;
  for (let start = 0; start < counted; start += block) {
    const distinct = new Set(rows.subarray(start, start + block).map((row) => ids[row]!));
    repeated += block - distinct.size;
    highest = Math.max(highest, 1 - distinct.size / block);
  }
  return { rows: counted, repeated, highest };
}

/** The rows, of which the last ones are replaced by copies of the others. */
function withCopies(rows: Uint32Array, share: number, random: Random): Uint32Array {
  const kept = rows.length - Math.round(share * rows.length);
  return rows.map((row, index) => (index < kept ? row : rows[random.integer(kept)]!));
}

type Pair = readonly [Column, Column];

/** Pairs of measurements, and of names of which most are common to both columns. */
function pairsOf(columns: readonly Column[]): Pair[] {
  const spread = columns.filter((column) => column.type === 'numeric' && isSpread(shapeOf(column)));
  const named = columns.filter(({ type }) => type === 'categorical');
  const all = (list: readonly Column[]): Pair[] =>
    list.flatMap((a, index) => list.slice(index + 1).map((b): Pair => [a, b]));
  return [...all(spread), ...all(named).filter(([a, b]) => isMostlyIn(a, b) && isMostlyIn(b, a))];
}

function isMostlyIn(column: Column, other: Column): boolean {
  const names = new Set<unknown>(other.values);
  let common = 0;
  for (const value of column.values) if (value !== null && names.has(value)) common += 1;
  return common >= column.values.length / 2;
}

/** The verdicts on two columns whose current values are exchanged, among all others. */
function evaluateExchanged(
  table: Table,
  [a, b]: Pair,
  samples: readonly ComparedFeature[],
  current: Uint32Array,
  rules: DriftPolicy,
) {
  const isExchanged = (name: string): boolean => name === a.name || name === b.name;
  const spoilt = samples.map((sample, index) => {
    const column = table.columns[index]!;
    if (!isExchanged(column.name)) return sample;
    const values = pick(column === a ? b : a, current);
    return { ...sample, current: profileOf(values, sample.reference) };
  });
  return evaluateDrift(spoilt, rules).filter(({ name }) => isExchanged(name));
}

/** The largest share of splits without a fault in which repeated rows may be found. */
const repeatedGoal = 0.001;

/** How often repeated rows are found where none were copied, over all tables. */
export function repeatedRowsRows(counts: readonly JointCounts[], bound: Bound): Row[] {
  const trials = counts.reduce((sum, { splits }) => sum + splits, 0);
  const line = (check: string, found: number): Row => ({
    check: `${check} of ${trials} splits`,
    measured: `${percent(found / trials)} (${found})`,
    goal: describeBound(bound, repeatedGoal, trials),
    met: found <= bound.most(repeatedGoal, trials),
  });
  const sum = (of: keyof JointCounts['repeated']): number =>
    counts.reduce((total, { repeated }) => total + repeated[of], 0);
  return [
    line('repeated rows, by all columns,', sum('all')),
    line(`repeated rows, by the ${fewColumns} columns with the fewest values,`, sum('few')),
  ];
}

/** How to read the lines of the joint faults. */
export const jointNotes: readonly string[] = [
  'Pairs of measurements, and of names that are mostly common, take turns; pairs whose columns are alike cannot be distinguished.',
  'Copies lie anywhere. Where the window is larger, as many of them must exclude what 1000 rows leave open: 3.8 %.',
  'Found where both columns are investigate or drift; named where each has the finding swapped_columns.',
];
