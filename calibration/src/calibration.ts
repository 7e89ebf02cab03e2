import { binomialBound, twoStandardErrors } from './bounds.js';
import { alertChecks, alertRateRows } from './checks/alert-rates.js';
import { challengerRows, simulateChallengers } from './checks/challenger.js';
import { changePointNotes, changePointRows } from './checks/change-points.js';
import { dependentRowsRows } from './checks/dependent-rows.js';
import { embeddingRows } from './checks/embeddings.js';
import {
  estimatedQualityNotes,
  estimatedQualityRows,
  readCalifornia,
} from './checks/estimated-quality.js';
import { faultNotes, faultRows } from './checks/fault-power.js';
import { followGradualDrift, gradualDriftRows } from './checks/gradual-drift.js';
import { evaluateGrowingWindow, growingWindowRows } from './checks/growing-window.js';
import { coverageNotes, coverageRows } from './checks/interval-coverage.js';
import { jointFaults, jointNotes, repeatedRowsRows } from './checks/joint-faults.js';
import { monthlyAlarmRows, simulateMonths } from './checks/monthly-alarms.js';
import { comparisonRow, comparisonTitle, falseAlarmRows, findingRows } from './checks/no-drift.js';
import { onlineFdrRows } from './checks/online-fdr-peer.js';
import { ordinaryYearRows, sixHourRows, yearNotes } from './checks/ordinary-time.js';
import { pValueNotes, pValueRows } from './checks/p-values.js';
import { peerNotes, peerRows, startPeers } from './checks/peers.js';
import { outlierRows, powerRows, tinyShiftRow } from './checks/power.js';
import { countFlightDays, windowNotes, windowRows } from './checks/real-windows.js';
import { scheduledPowerNotes, scheduledPowerRows } from './checks/scheduled-power.js';
import { countInWorkers, type SplitJob } from './checks/split-pool.js';
import { splitSizes, splitsAt } from './checks/split-sizes.js';
import { yearlyBudgetRows } from './checks/yearly-budget.js';
import { changePointFolder, loadAnnotatedSeries } from './data/annotated-series.js';
import type { Database } from './data/database.js';
import { type Flights, loadFlights } from './data/flights.js';
import { californiaFolder, loadBirdstrikes, loadCalifornia, loadMovies } from './data/tables.js';
import { loadYears, yearFolder } from './data/timed-tables.js';
import type { Options } from './options.js';
import type { Progress } from './progress.js';
import type { Section } from './row.js';
import { shippedRules } from './rules.js';
import type { NumericColumn, Table } from './table.js';

/** The Monday after the last whole week of the flights. */
const lastMonday = '2001-06-25';
const tinyShiftRuns = 10;
/** Periods of three years; of fewer the standard error of the share of false alarms is a guess. */
const fewestPeriods = 10;
const samplesPerPeriod = 50;
/** A year of months where the splits are 1000. */
const monthsPerSplit = 12 / 1000;

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
      .map((sizes) => ({ table: table.name, sizes, splits: splitsAt(sizes, splits), seed })),
  );
  yield* splitSections(tables, jobs, splits, progress);
  yield await comparePeers(sample, { splits, seed }, progress);
  yield {
    title: `Intervals of known shifts, ${splits} samples each`,
    rows: coverageRows(splits, seed, shippedRules, binomialBound(0.001)),
    notes: coverageNotes,
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

  yield {
    title:
      'Quality estimated without targets: California housing by month, next to those of NannyML',
    rows: estimatedQualityRows(await readCalifornia(repository)),
    notes: estimatedQualityNotes,
  };
  yield* timeSections(flights, { database, repository, seed });
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
    title: `Alerts on counters, ${Math.ceil(splits / 10)} simulated months each`,
    rows: alertRateRows(alertChecks, { months: Math.ceil(splits / 10), seed }),
    notes: alertNotes,
  };
  yield* yearSections(Math.max(fewestPeriods, Math.ceil(splits / 50)), seed, repository);
  yield {
    title: 'Gradual drift: 1000 rows a day for 40 weeks, a run a day',
    rows: gradualDriftRows(await followGradualDrift(seed, 40)),
  };
  yield await changePointSection(process.env[changePointFolder]);
  yield {
    title: `Features together and embeddings, n = 5000 (simulated, ${runs} samples)`,
    rows: embeddingRows(runs, seed, twoStandardErrors),
  };

  yield {
    title: 'Is the challenger better by 1 point or more? Decided with an error rate of 5 %',
    rows: challengerRows(
      simulateChallengers(Math.ceil(splits / 5), 10_000, seed),
      twoStandardErrors,
    ),
  };

  const delay = sample.columns.find(({ name }) => name === 'origin_delay') as NumericColumn;
  yield {
    title: 'Dependent rows, n = m = 2000, no drift',
    rows: dependentRowsRows(sample, delay, splits, seed, shippedRules, twoStandardErrors),
  };
}

/** What random splits show: false alarms, findings, faults and cruder decisions. */
async function* splitSections(
  tables: readonly Table[],
  jobs: readonly SplitJob[],
  splits: number,
  progress: Progress,
): AsyncGenerator<Section> {
  const results = await countInWorkers(tables, jobs, progress.of('random splits'));
  const counts = results.map(({ splitCounts }) => splitCounts);
  yield {
    title: `No drift: ${splits} random disjoint splits of real tables, fewer of many rows`,
    rows: counts.flatMap((count) => falseAlarmRows(count, twoStandardErrors)),
  };
  yield {
    title: 'Findings in the same splits, of which none has a cause',
    rows: findingRows(counts, twoStandardErrors),
  };
  yield {
    title: 'The same splits with a fault in one column, a tenth of them',
    rows: faultRows(
      results.flatMap(({ faultCounts }) => faultCounts),
      twoStandardErrors,
    ),
    notes: faultNotes,
  };
  const jointCounts = results.map((result) => result.jointCounts);
  yield {
    title: 'The same number of splits with a fault of whole rows, or none',
    rows: [
      ...repeatedRowsRows(jointCounts, twoStandardErrors),
      ...faultRows(
        jointCounts.flatMap(({ faults }) => faults),
        twoStandardErrors,
        jointFaults,
      ),
    ],
    notes: jointNotes,
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
}

/** How often alerts on calls and on quality fire by chance, and how soon they find a fault. */
const alertNotes = [
  'Counts of every step as the recorded increases hold them; a month is 30 days after a week of history.',
  'An alert that pauses counts again. Goals of false alerts hold for events in bursts too, those of delays for independent ones.',
];

/** Real tables in order of time. */
async function* timeSections(
  flights: Flights,
  { database, repository, seed }: { database: Database; repository: string; seed: number },
): AsyncGenerator<Section> {
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
    title: 'Six-hour windows of real flights against the same hours of January',
    rows: await sixHourRows(flights, '2001-03-01', shippedRules),
  };
  const years = await loadYears(database, repository);
  yield years === undefined
    ? {
        title: `SKIPPED: ${yearFolder} lacks the tables of a year; calibration/scripts/fetch_tables.py fetches them`,
        rows: [],
      }
    : {
        title: 'A year of three real tables against the same hours of its first weeks',
        rows: years.flatMap((table) => ordinaryYearRows(table, shippedRules)),
        notes: yearNotes,
      };
  yield {
    title: 'One real difference (12 to 18 March against January) as m grows: 1000, 1e4, 1e5, 1e6',
    rows: growingWindowRows(await evaluateGrowingWindow(flights, seed, shippedRules)),
  };
}

/** What an on-call person gets in a year, and in the same years from a peer where it is installed. */
function* yearSections(periods: number, seed: number, repository: string): Generator<Section> {
  yield {
    title: `A year on call: 50 features, correlation .5, 4 runs a day, windows of 24 h; ${3 * periods} years`,
    rows: yearlyBudgetRows(periods, seed),
  };
  yield {
    title: `A move of 10 points seen by scheduled runs: 50 features, 4 runs a day, windows of 24 h; ${samplesPerPeriod * periods} samples`,
    rows: scheduledPowerRows(samplesPerPeriod * periods, seed, shippedRules),
    notes: scheduledPowerNotes,
  };
  const peer = onlineFdrRows(repository, process.env.PYTHON ?? 'python3', seed);
  yield {
    title: 'The same decisions by online-fdr, all tests of three years in their order',
    rows: peer ?? [],
    ...(peer === undefined ? { notes: ['SKIPPED: $PYTHON has no package online-fdr 1.0.0'] } : {}),
  };
}

/** Changes that people marked in public series. */
async function changePointSection(folder: string | undefined): Promise<Section> {
  if (folder === undefined) {
    return {
      title: `SKIPPED: $${changePointFolder} names no copy of github.com/alan-turing-institute/TCPD; nothing below says anything of change points`,
      rows: [],
    };
  }
  const { series, lacking } = await loadAnnotatedSeries(folder);
  return {
    title: `Changes that five people marked in each of ${series.length} public series`,
    rows: changePointRows(series),
    notes: [
      ...changePointNotes,
      ...(lacking.length === 0 ? [] : [`Not in the folder: ${lacking.join(', ')}.`]),
    ],
  };
}

/** Other tools on the first splits of the flights. */
async function comparePeers(
  table: Table,
  { splits, seed }: Options,
  progress: Progress,
): Promise<Section> {
  const { peers, missing } = await startPeers();
  try {
    return {
      title: 'Other tools at their defaults on the same splits',
      rows: await peerRows(
        table,
        Math.ceil(splits / 20),
        seed,
        shippedRules,
        peers,
        progress.of('other tools'),
      ),
      notes: [...peerNotes, ...missing.map((reason) => `SKIPPED: ${reason}`)],
    };
  } finally {
    for (const peer of peers) peer.close();
  }
}
