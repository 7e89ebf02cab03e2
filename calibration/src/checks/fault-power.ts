import type { FeatureDrift } from '@modelmeter/core';
import { type ComparedFeature, type DriftPolicy, evaluateDrift } from '@modelmeter/core/drift';
import type { Bound } from '../bounds.js';
import { shapeOf } from '../column-shape.js';
import { columnsFor, type Fault, faults } from '../faults.js';
import { pick, profileOf, samplesOf } from '../profiling.js';
import { percent, type Row } from '../row.js';
import type { RulesFactory } from '../rules.js';
import { createRowDrawer, randomFor } from '../sampling.js';
import { type Column, featuresOf, type Table } from '../table.js';
import type { Sizes } from './split-sizes.js';

/** What the rules said of a column with a fault. */
export interface FaultCounts extends Sizes {
  readonly fault: string;
  readonly runs: number;
  /** Runs in which the column is in state investigate or drift; in state drift. */
  readonly found: number;
  readonly drift: number;
}

/** A column of a split, its current rows spoilt by a fault. */
export interface FaultyColumn {
  readonly fault: Fault;
  readonly reference: Column;
  readonly current: Column;
}

/**
 * The columns of a split with each fault. A fault spoils one column of each split, the next one in
 * turn; a fault that no column of the table can have is left out.
 */
export function faultyColumns(
  table: Table,
  reference: Uint32Array,
  current: Uint32Array,
  split: number,
  seed: number,
): FaultyColumn[] {
  return faults.flatMap((fault) => {
    const columns = columnsFor(fault, table.columns);
    if (columns.length === 0) return [];
    const column = columns[split % columns.length]!;
    const alike = table.columns.filter(({ type }) => type === column.type);
    const other = alike[(alike.indexOf(column) + 1) % alike.length]!;
    const spoilt = fault.apply(pick(column, current), {
      shape: shapeOf(column),
      other: pick(other, current),
      random: randomFor(seed, `${fault.title} ${split}`),
    });
    return [{ fault, reference: pick(column, reference), current: spoilt }];
  });
}

/** How often each fault is found in the first random splits of a table, one column at a time. */
export function countFaults(
  table: Table,
  sizes: Sizes,
  splits: number,
  seed: number,
  rulesFactory: RulesFactory,
): FaultCounts[] {
  const { n, m } = sizes;
  const draw = createRowDrawer(randomFor(seed, `${table.name} ${n} ${m}`), table.rows);
  const rules = rulesFactory(featuresOf(table.columns));
  const counts = new Map<string, { runs: number; found: number; drift: number }>();
  for (let split = 0; split < splits; split += 1) {
    const [reference, current] = draw(n, m);
    const samples = samplesOf(table.columns, reference!, current!);
    const pValues = new Map(
      evaluateDrift(samples, rules).map(({ name, pValue }) => [name, pValue]),
    );
    for (const faulty of faultyColumns(table, reference!, current!, split, seed)) {
      const { state } = evaluateAmong(faulty, samples, pValues, rules);
      const count = counts.get(faulty.fault.title) ?? { runs: 0, found: 0, drift: 0 };
      count.runs += 1;
      if (state === 'investigate' || state === 'drift') count.found += 1;
      if (state === 'drift') count.drift += 1;
      counts.set(faulty.fault.title, count);
    }
  }
  return Array.from(counts, ([fault, count]) => ({ ...sizes, fault, ...count }));
}

/** The verdict on a spoilt column together with the p-values of all others, which are as they were. */
export function evaluateAmong(
  { reference, current }: FaultyColumn,
  samples: readonly ComparedFeature[],
  pValues: ReadonlyMap<string, number>,
  rules: DriftPolicy,
): FeatureDrift {
  const { feature, reference: profile } = samples.find(
    (sample) => sample.feature.name === reference.name,
  )!;
  const others = [...pValues].flatMap(([name, pValue]) =>
    name === reference.name ? [] : [pValue],
  );
  const among: DriftPolicy = {
    ...rules,
    correct: (own) => rules.correct([...own, ...others]).subarray(0, own.length),
  };
  const sample = { feature, reference: profile, current: profileOf(current, profile) };
  return evaluateDrift([sample], among)[0]!;
}

/** How often each fault is found, by the rows of the samples; all tables together. */
export function faultRows(
  counts: readonly FaultCounts[],
  bound: Bound,
  measured: readonly Pick<Fault, 'title' | 'goal'>[] = faults,
): Row[] {
  const sizes = [...new Set(counts.map(({ n, m }) => `${n}/${m}`))];
  const head: Row = {
    check: 'investigate or drift at n/m:',
    measured: sizes.map((size) => size.padStart(11)).join(' '),
    goal: '',
  };
  return [
    head,
    ...measured.flatMap(({ title, goal }) => {
      const ofFault = counts.filter(({ fault }) => fault === title);
      if (ofFault.length === 0) return [];
      const sums = sizes.map((size) => sumOf(ofFault.filter(({ n, m }) => `${n}/${m}` === size)));
      const shares = sums
        .map(({ runs, found }) => (runs === 0 ? '' : percent(found / runs)).padStart(11))
        .join(' ');
      if (goal === undefined) return [{ check: title, measured: shares, goal: '' }];
      const isMet = sizes.every((size, index) => {
        const { runs, found } = sums[index]!;
        const least = Math.min(...size.split('/').map(Number));
        return least < goal.rows || runs - found <= bound.most(1 - goal.found, runs);
      });
      return [
        {
          check: title,
          measured: shares,
          goal: `${percent(goal.found)}${goal.found === 1 ? '' : ` - ${bound.allowance}`} from ${goal.rows} rows`,
          met: isMet,
        },
      ];
    }),
  ];
}

function sumOf(counts: readonly FaultCounts[]): Pick<FaultCounts, 'runs' | 'found'> {
  return {
    runs: counts.reduce((sum, { runs }) => sum + runs, 0),
    found: counts.reduce((sum, { found }) => sum + found, 0),
  };
}

/** How to read the lines of `faultRows`. */
export const faultNotes: readonly string[] = [
  'Share of the runs in which the column with the fault is investigate or drift among all others, which stay.',
  'Faults take turns over the columns that can have them; all tables together.',
];
