import { findingKinds } from '@modelmeter/core/catalogue';
import { evaluateDrift } from '@modelmeter/core/drift';
import { type Bound, describeBound } from '../bounds.js';
import { samplesOf } from '../profiling.js';
import { percent, type Row } from '../row.js';
import type { RulesFactory } from '../rules.js';
import { createRowDrawer, randomFor } from '../sampling.js';
import { featuresOf, type Table } from '../table.js';
import { createPValueRecorder } from './p-value-recorder.js';
import { createPValueTally, type Rejections } from './p-value-tally.js';
import type { Sizes } from './split-sizes.js';

/** Number of random splits of a table, all without drift, in which an alarm fired. */
export interface SplitCounts extends Sizes {
  readonly table: string;
  readonly columns: number;
  readonly splits: number;
  /** Splits with a feature that is significant; in state investigate or drift; in state drift. */
  readonly significant: number;
  readonly worthALook: number;
  readonly drift: number;
  /** Features, over all splits, of which nothing was concluded. */
  readonly insufficient: number;
  /** Splits that would fire without correction: a p-value below the level in any column. */
  readonly uncorrected: number;
  /** Splits that would ring by a fixed threshold: a PSI of 0.1, or of 0.2, or more in any column. */
  readonly psi10: number;
  readonly psi20: number;
  /** Splits in which a goodness-of-fit test, uncorrected, rejects any column. */
  readonly goodnessOfFit: number;
  /** Features, over all splits, with a finding of each kind. */
  readonly findings: ReadonlyMap<string, number>;
  readonly rejections: readonly Rejections[];
}

/**
 * Splits a table into two random, disjoint samples repeatedly and evaluates the rules on each
 * split: whatever rings is a false alarm.
 */
export function countFalseAlarms(
  table: Table,
  sizes: Sizes,
  splits: number,
  seed: number,
  rulesFactory: RulesFactory,
): SplitCounts {
  const { n, m } = sizes;
  const draw = createRowDrawer(randomFor(seed, `${table.name} ${n} ${m}`), table.rows);
  const recorder = createPValueRecorder();
  const rules = rulesFactory(featuresOf(table.columns), {}, recorder.statistics);
  const tally = createPValueTally(table, sizes);
  const findings = new Map<string, number>();
  const counts = {
    significant: 0,
    worthALook: 0,
    drift: 0,
    insufficient: 0,
    uncorrected: 0,
    psi10: 0,
    psi20: 0,
    goodnessOfFit: 0,
  };
  for (let split = 0; split < splits; split += 1) {
    const [reference, current] = draw(n, m);
    const samples = samplesOf(table.columns, reference!, current!);
    const found = evaluateDrift(samples, rules);
    const recorded = recorder.take(samples);
    tally.add(recorded);
    tally.add(found.map(({ name, pValue }) => ({ test: 'auto', feature: name, pValue })));
    const any = (rings: boolean): number => (rings ? 1 : 0);
    counts.significant += any(found.some(({ significant }) => significant));
    counts.worthALook += any(
      found.some(({ state }) => state === 'investigate' || state === 'drift'),
    );
    counts.drift += any(found.some(({ state }) => state === 'drift'));
    for (const { kind } of found.flatMap((feature) => feature.findings)) {
      findings.set(kind, (findings.get(kind) ?? 0) + 1);
    }
    counts.insufficient += found.filter(({ state }) => state === 'insufficient_data').length;
    counts.uncorrected += any(found.some(({ pValue }) => pValue < rules.significanceLevel));
    counts.psi10 += any(found.some(({ scores }) => scores.psi! >= 0.1));
    counts.psi20 += any(found.some(({ scores }) => scores.psi! >= 0.2));
    counts.goodnessOfFit += any(
      recorded.some(({ test, pValue }) => test === 'goodness_of_fit' && pValue < 0.05),
    );
  }
  return {
    ...sizes,
    ...counts,
    table: table.name,
    columns: table.columns.length,
    splits,
    findings,
    rejections: tally.rejections(),
  };
}

/** The largest share of splits in which a run may find each. */
const falseAlarmGoals = { significant: 0.05, worthALook: 0.05 } as const;
/** The largest share of features with a finding of one kind. */
const findingGoal = 0.001;

/** The false alarms of one table at one pair of sizes, as lines of the table. */
export function falseAlarmRows(counts: SplitCounts, bound: Bound): Row[] {
  const { table, columns, n, m, splits } = counts;
  const where = `${table} (${columns} columns), n ${n}, m ${m}`;
  const goal = (name: keyof typeof falseAlarmGoals): Pick<Row, 'goal' | 'met'> => {
    const rate = falseAlarmGoals[name];
    return {
      goal: describeBound(bound, rate, splits),
      met: counts[name] <= bound.most(rate, splits),
    };
  };
  const share = (count: number): string => `${percent(count / splits)} (${count})`;
  return [
    {
      check: `${where}: any significant`,
      measured: share(counts.significant),
      ...goal('significant'),
    },
    {
      check: `${where}: any investigate or drift`,
      measured: share(counts.worthALook),
      ...goal('worthALook'),
    },
    { check: `${where}: any drift`, measured: share(counts.drift), goal: '' },
    {
      check: `${where}: features with insufficient data`,
      measured: percent(counts.insufficient / (splits * columns)),
      goal: '',
    },
  ];
}

/** How often each kind of finding is reported of a feature without drift, over all tables. */
export function findingRows(counts: readonly SplitCounts[], bound: Bound): Row[] {
  const trials = counts.reduce((sum, { splits, columns }) => sum + splits * columns, 0);
  const most = bound.most(findingGoal, trials);
  return findingKinds.map((kind) => {
    const found = counts.reduce((sum, { findings }) => sum + (findings.get(kind) ?? 0), 0);
    return {
      check: `${kind} of ${trials} features`,
      measured: `${percent(found / trials)} (${found})`,
      goal: describeBound(bound, findingGoal, trials),
      met: found <= most,
    };
  });
}

/** Heads of the figures of `comparisonRow`. */
export const comparisonTitle: Row = {
  check: 'decision:',
  measured: ['state', 'corrected', 'p < .05', 'PSI ≥ .1', 'fit p < .05']
    .map((name) => name.padStart(11))
    .join(' '),
  goal: '',
};

/** What cruder decisions would have made of the same splits. */
export function comparisonRow(counts: SplitCounts): Row {
  const { table, n, m, splits } = counts;
  const share = (count: number): string => percent(count / splits).padStart(11);
  return {
    check: `${table}, n ${n}, m ${m}`,
    measured: [
      counts.worthALook,
      counts.significant,
      counts.uncorrected,
      counts.psi10,
      counts.psi20,
      counts.goodnessOfFit,
    ]
      .map(share)
      .join(' '),
    goal: '',
  };
}
