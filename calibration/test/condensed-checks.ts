import { binomialBound } from '../src/bounds.js';
import { dependentRowsRows } from '../src/checks/dependent-rows.js';
import { countFaults, faultRows } from '../src/checks/fault-power.js';
import { coverageRows } from '../src/checks/interval-coverage.js';
import { countFalseAlarms, falseAlarmRows, findingRows } from '../src/checks/no-drift.js';
import { sixHourRows } from '../src/checks/ordinary-time.js';
import { pValueRows } from '../src/checks/p-values.js';
import {
  categoryMove,
  countShift,
  driftRow,
  meanShift,
  normalTable,
  outlierRows,
  significantRow,
  tinyShiftRow,
} from '../src/checks/power.js';
import { countFlightDays, type FlightDays, windowRows } from '../src/checks/real-windows.js';
import type { Sizes } from '../src/checks/split-sizes.js';
import { type Database, openDatabase } from '../src/data/database.js';
import { type Flights, loadFlights } from '../src/data/flights.js';
import { loadBirdstrikes, loadMovies } from '../src/data/tables.js';
import type { Row } from '../src/row.js';
import type { RulesFactory } from '../src/rules.js';
import type { NumericColumn, Table } from '../src/table.js';

const seed = 2001;
/** Every bound is passed by chance in one of a thousand checks at most. */
const bound = binomialBound(0.001);

/** The real data of the condensed checks: six weeks of flights and two tables. */
export interface CondensedData {
  readonly database: Database;
  readonly flights: Table;
  readonly timedFlights: Flights;
  readonly birdstrikes: Table;
  readonly movies: Table;
  readonly days: FlightDays;
}

export async function loadCondensedData(): Promise<CondensedData> {
  const database = await openDatabase();
  const flights = await loadFlights(database, '2001-02-12');
  return {
    database,
    flights: await flights.sample(),
    timedFlights: flights,
    birdstrikes: await loadBirdstrikes(database),
    movies: await loadMovies(database),
    days: await countFlightDays(flights, '2001-02-12'),
  };
}

/** Tables of many and of few categories, of equal and of unequal samples. */
const splits: readonly (Sizes & { readonly table: 'birdstrikes' | 'flights' | 'movies' })[] = [
  { table: 'flights', n: 60, m: 60 },
  { table: 'movies', n: 100, m: 100 },
  { table: 'birdstrikes', n: 1000, m: 4000 },
  { table: 'movies', n: 1000, m: 1000 },
  { table: 'flights', n: 5000, m: 100 },
];
const splitsOfEach = 100;

/** Samples with faults, and how many of each. */
const faultSplits: readonly (Sizes & { readonly table: 'birdstrikes' | 'flights' })[] = [
  { table: 'birdstrikes', n: 60, m: 60 },
  { table: 'flights', n: 60, m: 60 },
  { table: 'birdstrikes', n: 1000, m: 1000 },
];
const faultSplitsOfEach = 20;

/** The checks of `npm run calibration` on less data with fewer repetitions, by name. */
export const condensedChecks = {
  noDrift: (data, rules) => {
    const counts = splits.map(({ table, n, m }) =>
      countFalseAlarms(data[table], { n, m }, splitsOfEach, seed, rules),
    );
    return [
      ...counts.flatMap((count) => falseAlarmRows(count, bound)),
      ...findingRows(counts, bound),
      ...pValueRows(counts.flatMap(({ rejections }) => rejections)),
    ];
  },
  faults: (data, rules) =>
    faultRows(
      faultSplits.flatMap(({ table, n, m }) =>
        countFaults(data[table], { n, m }, faultSplitsOfEach, seed, rules),
      ),
      bound,
    ),
  coverage: (_, rules) =>
    coverageRows(200, seed, rules, bound, [
      { n: 100, m: 100, correlated: false },
      { n: 100_000, m: 1000, correlated: false },
      { n: 2000, m: 2000, correlated: true },
    ]),
  smallShifts: ({ birdstrikes, flights }, rules) => [
    significantRow(countShift(birdstrikes, meanShift(birdstrikes, 'speed', 0.25), 40, seed, rules)),
    significantRow(
      countShift(birdstrikes, categoryMove(birdstrikes, 'Time of day', 10), 40, seed, rules),
    ),
    significantRow(countShift(flights, meanShift(flights, 'distance', 0.25), 40, seed, rules)),
  ],
  largeShift: (_, rules) => {
    const table = normalTable(seed, 20_000);
    return [driftRow(countShift(table, meanShift(table, 'value', 0.7), 200, seed, rules))];
  },
  tinyShift: (_, rules) => [tinyShiftRow(3, seed, rules, { n: 100_000, m: 500_000 })],
  outlier: (_, rules) => outlierRows(seed, rules),
  realWindows: ({ days }, rules) => [
    ...windowRows('whole weeks', days.weeks(rules)),
    ...windowRows('every day', days.everyDay(rules)),
  ],
  sixHours: ({ timedFlights }, rules) =>
    sixHourRows(timedFlights, '2001-02-05', rules, { incidentDay: '2001-02-03', every: 8 }),
  dependentRows: ({ flights }, rules) => {
    const delay = flights.columns.find(({ name }) => name === 'origin_delay') as NumericColumn;
    return dependentRowsRows(flights, delay, 300, seed, rules, bound);
  },
} satisfies Record<string, (data: CondensedData, rules: RulesFactory) => Row[] | Promise<Row[]>>;

/** The goals that were missed, with what was measured. */
export function missed(rows: readonly Row[]): string[] {
  return rows
    .filter(({ met }) => met === false)
    .map(({ check, measured, goal }) => `${check}: ${measured}; ${goal}`);
}
