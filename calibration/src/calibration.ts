import { twoStandardErrors } from './bounds.js';
import { dependentRowsRows } from './checks/dependent-rows.js';
import { embeddingRows } from './checks/embeddings.js';
import { evaluateGrowingWindow, growingWindowRows } from './checks/growing-window.js';
import { monthlyAlarmRows, simulateMonths } from './checks/monthly-alarms.js';
import { comparisonRow, comparisonTitle, falseAlarmRows } from './checks/no-drift.js';
import { pValueNotes, pValueRows } from './checks/p-values.js';
import { outlierRows, powerRows, tinyShiftRow } from './checks/power.js';
import { countFlightDays, windowNotes, windowRows } from './checks/real-windows.js';
import { countInWorkers } from './checks/split-pool.js';
import { splitSizes } from './checks/split-sizes.js';
import type { Database } from './data/database.js';
import { loadFlights } from './data/flights.js';
import { californiaFolder, loadBirdstrikes, loadCalifornia, loadMovies } from './data/tables.js';
import type { Options } from './options.js';
import type { Progress } from './progress.js';
import type { Section } from './row.js';
import { shippedRules } from './rules.js';
import type { NumericColumn } from './table.js';

/** The Monday after the last whole week of the flights. */
const lastMonday = '2001-06-25';
const tinyShiftRuns = 10;
/** A year of months where the splits are 2000. */
const monthsPerSplit = 12 / 2000;

/**
 * Every section of the calibration table, as soon as it is measured.
 *
 * @param repository Folder of the repository; the optional tables are next to it.
 */
export async function* calibrate(
  { splits, seed }: Options,
  database: Database,
  repository: string,
  progress: Progress,
): AsyncGenerator<Section> {
  progress.of('reading the tables')(0);
  const flights = await loadFlights(database);
  const sample = await flights.sample();
  const birdstrikes = await loadBirdstrikes(database);
  const california = await loadCalifornia(database, repository);
  const tables = [
    sample,
    birdstrikes,
    await loadMovies(database),
    ...(california === undefined ? [] : [california]),
  ];
  if (california === undefined) {
    yield {
      title: `SKIPPED: ${californiaFolder} does not exist; nothing below says anything of it`,
      rows: [],
    };
  }

  const jobs = tables.flatMap((table) =>
    splitSizes
      .filter(({ n, m }) => n + m <= table.rows)
      .map((sizes) => ({ table: table.name, sizes, splits, seed })),
  );
  const counts = await countInWorkers(tables, jobs, progress.of('random splits'));
  yield {
    title: `No drift: ${splits} random disjoint splits of real tables`,
    rows: counts.flatMap((count) => falseAlarmRows(count, twoStandardErrors)),
  };
  yield {
    title: 'The same splits by cruder decisions: share in which any column rings',
    rows: [comparisonTitle, ...counts.map(comparisonRow)],
  };
  yield {
    title:
      'Rejection rates of the p-values at .01 .05 .1 in the same splits, lowest to highest column',
    rows: pValueRows(counts.flatMap(({ rejections }) => rejections)),
    notes: pValueNotes,
  };

  const runs = Math.ceil(splits / 8);
  yield {
    title: 'Real shifts, n = m = 2000, among all other columns of the table, which stay',
    rows: [
      ...powerRows({ birdstrikes, flights: sample }, runs, seed, shippedRules),
      tinyShiftRow(tinyShiftRuns, seed, shippedRules),
      ...outlierRows(seed, shippedRules),
    ],
  };

  const days = await countFlightDays(flights, lastMonday);
  yield {
    title: 'Real flights in order of time against the first four weeks of January',
    rows: [
      ...windowRows('whole weeks', days.weeks(shippedRules)),
      ...windowRows('every day (24 h; with a weekly cycle 7 d)', days.everyDay(shippedRules)),
    ],
    notes: windowNotes,
  };
  yield {
    title: 'One real difference (12 to 18 March against January) as m grows: 1000, 1e4, 1e5, 1e6',
    rows: growingWindowRows(await evaluateGrowingWindow(flights, seed, shippedRules)),
  };
  yield {
    title: 'False alarms a month: 50 features without drift, 4 runs a day, windows of 24 h',
    rows: monthlyAlarmRows(
      simulateMonths(
        tables,
        Math.ceil(splits * monthsPerSplit),
        seed,
        shippedRules,
        progress.of('months'),
      ),
    ),
  };

  yield {
    title: `Features together and embeddings, n = 5000 (simulated, ${runs} samples)`,
    rows: embeddingRows(runs, seed, twoStandardErrors),
  };

  const delay = sample.columns.find(({ name }) => name === 'origin_delay') as NumericColumn;
  yield {
    title: 'Dependent rows, n = m = 2000, no drift',
    rows: dependentRowsRows(sample, delay, splits, seed, shippedRules, twoStandardErrors),
  };
}
