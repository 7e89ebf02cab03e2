import type { FeatureDrift } from '@modelmeter/core';
import { evaluateDrift } from '@modelmeter/core/drift';
import { createKernel } from '@modelmeter/kernel';
import { equalWidthPsi } from '@modelmeter/kernel/compatibility';
import { shapeOf } from '../column-shape.js';
import { pick, sampleOf, samplesOf } from '../profiling.js';
import { percent, type Row, score } from '../row.js';
import type { RulesFactory } from '../rules.js';
import { createRowDrawer, normals, randomFor } from '../sampling.js';
import { type Column, featuresOf, type Table } from '../table.js';

/** A change that is made to the current sample of one column of a table. */
interface Shift {
  readonly title: string;
  readonly column: string;
  apply(column: Column): Column;
}

/** What the rules said of a shifted column, in all runs. */
export interface ShiftCounts {
  readonly title: string;
  readonly runs: number;
  readonly significant: number;
  readonly drift: number;
  readonly meanScore: number;
}

const samplesOfPower = { n: 2000, m: 2000 } as const;
const normalRows = 100_000;

/** The current values moved up by a part of the standard deviation of the whole column. */
export function meanShift(table: Table, column: string, deviations: number): Shift {
  const found = table.columns.find(({ name }) => name === column);
  if (found?.type !== 'numeric') throw new Error(`${table.name}.${column} is not numeric`);
  const step = deviations * shapeOf(found).deviation;
  return {
    title: `${table.name}.${column} + ${deviations} σ`,
    column,
    apply: (current) =>
      current.type === 'numeric'
        ? { ...current, values: current.values.map((value) => value + step) }
        : current,
  };
}

/** The current values further from their mean by a factor; their order stays in the middle. */
export function spreadChange(table: Table, column: string, factor: number): Shift {
  const { mean } = shapeOf(table.columns.find(({ name }) => name === column)!);
  return {
    title: `${table.name}.${column}, spread × ${factor}`,
    column,
    apply: (current) =>
      current.type === 'numeric'
        ? { ...current, values: current.values.map((value) => mean + factor * (value - mean)) }
        : current,
  };
}

/** So many points of the share of the most frequent category go to the second. */
export function categoryMove(table: Table, column: string, points: number): Shift {
  const found = table.columns.find(({ name }) => name === column);
  if (found?.type !== 'categorical') throw new Error(`${table.name}.${column} is not categorical`);
  const [first, second] = shapeOf(found).frequent.map(({ value }) => value);
  return {
    title: `${table.name}.${column}: ${points} points from ${first} to ${second}`,
    column,
    apply(current) {
      if (current.type !== 'categorical') return current;
      let left = Math.round((points / 100) * current.values.length);
      const values = current.values.map((value) => {
        if (value !== first || left === 0) return value;
        left -= 1;
        return second!;
      });
      return { ...current, values };
    },
  };
}

/** A table of one column of normal numbers. */
export function normalTable(seed: number, rows: number): Table {
  const values = normals(randomFor(seed, 'normal table'), rows);
  return { name: 'normal', rows, columns: [{ name: 'value', type: 'numeric', values }] };
}

/**
 * How often a shift of one column is seen in random splits of the table, with all other columns
 * next to it, which have not moved and dilute the correction.
 */
export function countShift(
  table: Table,
  shift: Shift,
  runs: number,
  seed: number,
  rulesFactory: RulesFactory,
): ShiftCounts {
  const { n, m } = samplesOfPower;
  const draw = createRowDrawer(randomFor(seed, shift.title), table.rows);
  const rules = rulesFactory(featuresOf(table.columns));
  const moved = table.columns.find(({ name }) => name === shift.column)!;
  const still = table.columns.filter((column) => column !== moved);
  const found: FeatureDrift[] = [];
  for (let run = 0; run < runs; run += 1) {
    const [reference, current] = draw(n, m);
    const samples = [
      sampleOf(pick(moved, reference!), shift.apply(pick(moved, current!))),
      ...samplesOf(still, reference!, current!),
    ];
    found.push(evaluateDrift(samples, rules)[0]!);
  }
  return {
    title: shift.title,
    runs,
    significant: found.filter(({ significant }) => significant).length,
    drift: found.filter(({ state }) => state === 'drift').length,
    meanScore: found.reduce((sum, { scores }) => sum + scores.psi!, 0) / runs,
  };
}

/** Least share of runs in which a shift that must be seen is seen. */
const leastPower = 0.99;

/** Every shift that must be seen, by what must be said of it. */
export function powerRows(
  tables: { readonly birdstrikes: Table; readonly flights: Table },
  runs: number,
  seed: number,
  rulesFactory: RulesFactory,
): Row[] {
  const { birdstrikes, flights } = tables;
  const normal = normalTable(seed, normalRows);
  const count = (table: Table, shift: Shift): ShiftCounts =>
    countShift(table, shift, runs, seed, rulesFactory);
  const columns = [
    [normal, 'value'],
    [birdstrikes, 'speed'],
    [flights, 'distance'],
    [flights, 'destination_delay'],
  ] as const;
  const categories = [
    [birdstrikes, 'Time of day'],
    [birdstrikes, 'Phase of flight'],
    [flights, 'origin'],
  ] as const;
  return [
    ...columns.map(([table, name]) => significantRow(count(table, meanShift(table, name, 0.25)))),
    ...categories.map(([table, name]) =>
      significantRow(count(table, categoryMove(table, name, 10))),
    ),
    significantRow(count(birdstrikes, spreadChange(birdstrikes, 'flight_day', 1.5))),
    ...columns.map(([table, name]) => driftRow(count(table, meanShift(table, name, 0.6)))),
  ];
}

/** A shift that must be significant, whatever its size is called. */
export function significantRow(counts: ShiftCounts): Row {
  const { runs, significant } = counts;
  return {
    check: `${counts.title}: significant`,
    measured: `${percent(significant / runs)} of ${runs}, PSI ${score(counts.meanScore)}, drift ${percent(counts.drift / runs)}`,
    goal: `≥ ${percent(leastPower)}`,
    met: significant >= leastPower * runs,
  };
}

/** A shift that must be called drift. */
export function driftRow(counts: ShiftCounts): Row {
  const { runs, drift } = counts;
  return {
    check: `${counts.title}: drift`,
    measured: `${percent(drift / runs)} of ${runs}, PSI ${score(counts.meanScore)}`,
    goal: `≥ ${percent(leastPower)}`,
    met: drift >= leastPower * runs,
  };
}

/** A shift of 0.02 σ in a million rows: sure to be there, and of no importance. */
export function tinyShiftRow(
  runs: number,
  seed: number,
  rulesFactory: RulesFactory,
  sizes: { readonly n: number; readonly m: number } = { n: 200_000, m: 1_000_000 },
): Row {
  const random = randomFor(seed, 'tiny shift');
  const rules = rulesFactory([{ name: 'value', type: 'numeric' }]);
  const columnOf = (values: Float64Array): Column => ({ name: 'value', type: 'numeric', values });
  const found = Array.from({ length: runs }, () => {
    const reference = columnOf(normals(random, sizes.n));
    const current = columnOf(normals(random, sizes.m, 0.02));
    return evaluateDrift([sampleOf(reference, current)], rules)[0]!;
  });
  const drift = found.filter(({ state }) => state === 'drift').length;
  const significant = found.filter((feature) => feature.significant).length;
  const largest = Math.max(...found.map(({ scores }) => scores.psi!));
  return {
    check: `normal + 0.02 σ, n ${sizes.n}, m ${sizes.m}: drift`,
    measured: `${drift} of ${runs}, PSI ≤ ${largest.toFixed(5)}, significant ${significant} of ${runs}`,
    goal: 'never',
    met: drift === 0,
  };
}

/** One value of a million among 5000 rows that have moved by a standard deviation. */
export function outlierRows(seed: number, rulesFactory: RulesFactory): Row[] {
  const random = randomFor(seed, 'outlier');
  const reference = normals(random, 5000);
  const current = normals(random, 5000, 1);
  const spoilt = current.with(0, 1e6);
  const rules = rulesFactory([{ name: 'value', type: 'numeric' }]);
  const psi = (values: Float64Array): number => {
    const sample = sampleOf(
      { name: 'value', type: 'numeric', values: reference },
      { name: 'value', type: 'numeric', values },
    );
    return evaluateDrift([sample], rules)[0]!.scores.psi!;
  };
  const kernel = createKernel();
  const change = Math.abs(psi(spoilt) / psi(current) - 1);
  return [
    {
      check: 'normal + 1 σ, n = m = 5000, one value made 1e6: change of PSI',
      measured: `${percent(change)} (${score(psi(current))} to ${score(psi(spoilt))})`,
      goal: '< 1 %',
      met: change < 0.01,
    },
    {
      check: '  the same on ten equal bins over both samples',
      measured: `${score(equalWidthPsi(kernel, reference, current))} to ${equalWidthPsi(kernel, reference, spoilt).toFixed(5)}`,
      goal: '',
    },
  ];
}
