import type { FeatureDrift } from '@modelmeter/core';
import { type DriftPolicy, evaluateDrift } from '@modelmeter/core/drift';
import type { FeatureProfile } from '@modelmeter/kernel/profiles';
import type { Flights } from '../data/flights.js';
import type { TimedTable } from '../data/timed-tables.js';
import { percent, type Row } from '../row.js';
import type { RulesFactory } from '../rules.js';
import type { Column } from '../table.js';
import { faults } from './faults.js';
import { dayMs, type Fault, hourMs, sliceTime, type TimeSlices } from './time-slices.js';

/** The limits of the rules `ModelDataDriftPersistent`, `ModelDriftManyFeatures`, `ModelReferenceOld`. */
const limits = {
  driftRunsInARow: 2,
  driftedFeatures: 3,
  driftedFeaturesRatio: 0.3,
  lastingDriftSeconds: 691_200,
  oldReferenceRatio: 0.5,
} as const;
/** A shift is over when no run has found it for so long. */
const quietMs = 7 * dayMs;
const mostAlertsOfYear = 6;
const leastFound = 0.95;

/** How a table is compared with its first weeks. */
export interface Plan {
  readonly referenceDays: number;
  readonly windowMs: number;
  readonly stepMs: number;
  /** Every n-th window is broken by each fault in turn. */
  readonly faultEvery: number;
}

/** What the runs over a table said. */
export interface TimeResult {
  readonly name: string;
  readonly plan: Plan;
  readonly runs: number;
  readonly days: number;
  /** Runs with drift of any feature, and pairs of run and feature with drift. */
  readonly drifted: { readonly runs: number; readonly features: number };
  readonly features: number;
  /** Alerts by feature, and those that take the place of many. */
  readonly alerts: ReadonlyMap<string, number>;
  /** By fault: broken windows, those in drift, and those at least to investigate. */
  readonly faults: ReadonlyMap<string, { trials: number; drift: number; found: number }>;
}

/** Evaluates the windows after the reference, as they are and broken. */
export function evaluateTime(
  table: TimedTable,
  plan: Plan,
  rulesFactory: RulesFactory,
  options: { readonly isWhole?: boolean; readonly withFaults?: boolean } = {},
): TimeResult {
  const { isWhole = false, withFaults = true } = options;
  const { windowMs, stepMs } = plan;
  const firstMs = Math.ceil(table.times[0]! / dayMs) * dayMs;
  const slices = sliceTime(table, firstMs, plan.referenceDays * dayMs);
  const rules = rulesFactory(slices.features);
  const alerts = createAlertCount(slices.features.length);
  const tally = new Map<string, { trials: number; drift: number; found: number }>();
  const drifted = { runs: 0, features: 0 };
  let runs = 0;
  for (
    let endMs = slices.referenceEndMs + windowMs;
    endMs <= slices.lastMs + hourMs;
    endMs += stepMs
  ) {
    const samples = slices.samples(endMs - windowMs, endMs, { isWhole });
    if (samples.every(({ current }) => current.count + current.missing === 0)) continue;
    const found = evaluateDrift(samples, rules);
    alerts.add(found, endMs);
    const inDrift = found.filter(({ state }) => state === 'drift').length;
    drifted.features += inDrift;
    if (inDrift > 0) drifted.runs += 1;
    if (withFaults && runs % plan.faultEvery === 0) {
      breakWindow(slices, table.columns, { startMs: endMs - windowMs, endMs }, rules, tally);
    }
    runs += 1;
  }
  return {
    name: table.name,
    plan,
    runs,
    days: (runs * stepMs) / dayMs,
    drifted,
    features: slices.features.length,
    alerts: alerts.counts,
    faults: tally,
  };
}

function breakWindow(
  slices: TimeSlices,
  columns: readonly Column[],
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
  rules: DriftPolicy,
  tally: Map<string, { trials: number; drift: number; found: number }>,
): void {
  const intact = new Map(
    slices.samples(startMs, endMs).map(({ feature, current }) => [feature.name, current]),
  );
  for (const [name, faultOf] of Object.entries(faults)) {
    const count = tally.get(name) ?? { trials: 0, drift: 0, found: 0 };
    tally.set(name, count);
    for (const column of columns) {
      const apply = faultOf(column);
      if (apply === undefined) continue;
      const fault = { feature: column.name, apply };
      const samples = slices.samples(startMs, endMs, { fault });
      const broken = samples.find(({ feature }) => feature.name === column.name)!.current;
      if (!isBroken(intact.get(column.name)!, broken)) continue;
      const { state } = evaluateDrift(samples, rules).find((one) => one.name === column.name)!;
      count.trials += 1;
      if (state === 'drift') count.drift += 1;
      if (state === 'drift' || state === 'investigate') count.found += 1;
    }
  }
}

/** Whether a fault changed anything and left rows: the weekday of one day is constant anyway. */
function isBroken(intact: FeatureProfile, broken: FeatureProfile): boolean {
  if (intact.type === 'embedding' || broken.type === 'embedding') return false;
  const isEmpty = broken.count + broken.missing === 0;
  const isSame =
    broken.missing === intact.missing &&
    broken.counts.every((rows, index) => rows === intact.counts[index]);
  return !isEmpty && !isSame;
}

/**
 * Counts what the rules would send. A shift is reported once; when many features drift together, or when
 * the shifts of most are old, one alert takes the place of theirs.
 */
function createAlertCount(features: number) {
  const counts = new Map<string, number>();
  const shifts = new Map<string, { streak: number; sinceMs: number; lastMs: number }>();
  const lastSent = new Map<string, number>();
  const send = (name: string, timeMs: number): void => {
    const isNew = timeMs - (lastSent.get(name) ?? -Infinity) > quietMs;
    if (isNew) counts.set(name, (counts.get(name) ?? 0) + 1);
    lastSent.set(name, timeMs);
  };
  return {
    counts,
    add(found: readonly FeatureDrift[], timeMs: number): void {
      const fresh: string[] = [];
      let old = 0;
      for (const { name, state } of found) {
        const before = shifts.get(name);
        if (state !== 'drift') {
          if (before !== undefined) before.streak = 0;
          continue;
        }
        const goesOn = before !== undefined && timeMs - before.lastMs <= quietMs;
        const sinceMs = goesOn ? before.sinceMs : timeMs;
        const streak = (before?.streak ?? 0) + 1;
        shifts.set(name, { streak, sinceMs, lastMs: timeMs });
        if (timeMs - sinceMs > limits.lastingDriftSeconds * 1000) old += 1;
        else if (streak >= limits.driftRunsInARow) fresh.push(name);
      }
      if (old > limits.oldReferenceRatio * features) send('old reference', timeMs);
      const isMany =
        fresh.length >= limits.driftedFeatures &&
        fresh.length > limits.driftedFeaturesRatio * features;
      if (isMany) send('many features', timeMs);
      else for (const name of fresh) send(name, timeMs);
    },
  };
}

/** Departures are many enough for windows of a day; the hourly tables have windows of a week. */
function planOf(table: TimedTable, referenceDays: number): Plan {
  const days = table.rows > 100_000 ? 1 : 7;
  return { referenceDays, windowMs: days * dayMs, stepMs: days * dayMs, faultEvery: 56 / days };
}

/** How calm the decision is in a year without an incident, and what it still finds. */
export function ordinaryYearRows(table: TimedTable, rules: RulesFactory): Row[] {
  return [
    ...timeRows(evaluateTime(table, planOf(table, 56), rules), {
      whole: evaluateTime(table, planOf(table, 56), rules, { isWhole: true, withFaults: false }),
      hasGoal: true,
    }),
    ...timeRows(evaluateTime(table, planOf(table, 28), rules, { withFaults: false }), {
      hasGoal: false,
    }),
  ];
}

/** How to read the rows of a year. */
export const yearNotes: readonly string[] = [
  'An alert is what the rules send: after two runs, once for a shift, one for many features together.',
  'Found: at least investigate. Where weeks differ much, a fault is found by its finding, not by its size.',
  'The goals are those of a reference of eight weeks; four weeks know ordinary movement less well.',
];

function timeRows(
  result: TimeResult,
  { whole, hasGoal }: { readonly whole?: TimeResult; readonly hasGoal: boolean },
): Row[] {
  const { name, plan, runs, drifted, features, faults: found } = result;
  const alertsOfYear = (one: TimeResult): number =>
    (sum(one.alerts) * 365 * 13) / (one.days * features);
  const alerts = alertsOfYear(result);
  const compared =
    whole === undefined ? '' : `; against the whole reference ${alertsOfYear(whole).toFixed(1)}`;
  return [
    {
      check: `${name}, ${plan.windowMs / hourMs} h against ${plan.referenceDays} days: alerts a year of 13 features`,
      measured: `${alerts.toFixed(1)} (${list(result.alerts)})${compared}`,
      ...(hasGoal
        ? { goal: `≤ ${mostAlertsOfYear}`, met: alerts <= mostAlertsOfYear }
        : { goal: '' }),
    },
    {
      check: '  drift of a feature in a run',
      measured: `${percent(drifted.features / (runs * features))} of ${runs * features}`,
      goal: '',
    },
    ...[...found].map(([fault, { trials, drift, found: any }]) => ({
      check: `  ${fault}: found in its first window`,
      measured: `${percent(any / trials)} (drift ${percent(drift / trials)}) of ${trials}`,
      goal: `≥ ${percent(leastFound)}`,
      met: any / trials >= leastFound,
    })),
  ];
}

/** The delays in seconds and an airport under another code, as the demonstration breaks its feeds. */
const incident: Readonly<Record<string, Fault>> = {
  origin_delay: inSeconds,
  destination_delay: inSeconds,
  origin: renamed,
  destination: renamed,
};
const demonstrationDay = '2001-04-09';
const mostDriftOfSixHours = 0.01;

/**
 * Six-hour windows of the real flights against the same hours of January: the quiet ones up to
 * `quietUntil`, and those of a day on which the feeds break.
 *
 * @param options.incidentDay Default: the day of the demonstration.
 * @param options.every Takes every n-th flight only.
 */
export async function sixHourRows(
  flights: Flights,
  quietUntil: string,
  rulesFactory: RulesFactory,
  options: { readonly incidentDay?: string; readonly every?: number } = {},
): Promise<Row[]> {
  const { incidentDay = demonstrationDay, every } = options;
  const nextDay = new Date(Date.parse(incidentDay) + dayMs).toISOString().slice(0, 10);
  const isLater = incidentDay >= quietUntil;
  const table = await flights.timed(
    [['2001-01-01', quietUntil], ...(isLater ? [[incidentDay, nextDay] as const] : [])],
    every,
  );
  const slices = sliceTime(table, Date.UTC(2001, 0, 1), 28 * dayMs);
  const rules = rulesFactory(slices.features);
  const windowMs = 6 * hourMs;
  const drifted = new Map<string, number>();
  let windows = 0;
  for (
    let endMs = slices.referenceEndMs + windowMs;
    endMs <= Date.parse(quietUntil);
    endMs += windowMs
  ) {
    windows += 1;
    for (const { name, state } of evaluateDrift(slices.samples(endMs - windowMs, endMs), rules)) {
      if (state === 'drift') drifted.set(name, (drifted.get(name) ?? 0) + 1);
    }
  }
  const pairs = windows * slices.features.length;
  const rows: Row[] = [
    {
      check: `${windows} quiet windows of 6 h, drift of ${slices.features.length} features`,
      measured: `${percent(sum(drifted) / pairs)} (${list(drifted)})`,
      goal: `≤ ${percent(mostDriftOfSixHours)}`,
      met: sum(drifted) <= mostDriftOfSixHours * pairs,
    },
  ];
  const startMs = Date.parse(incidentDay);
  const states = Object.entries(incident).map(([feature, apply]) => ({
    feature,
    states: [0, 1, 2, 3].map((quarter) => {
      const from = startMs + quarter * windowMs;
      const samples = slices.samples(from, from + windowMs, { fault: { feature, apply } });
      return evaluateDrift(samples, rules).find(({ name }) => name === feature)!.state;
    }),
  }));
  const firstDrift = [0, 1, 2, 3].find((quarter) =>
    states.some((one) => one.states[quarter] === 'drift'),
  );
  rows.push(
    {
      check: `${incidentDay}, four feeds broken from midnight on: first window in drift`,
      measured: firstDrift === undefined ? 'none' : `number ${firstDrift + 1}`,
      goal: 'the first, or the second where the first has a few rows',
      met: firstDrift !== undefined && firstDrift <= 1,
    },
    ...states.map((one) => ({
      check: `  ${one.feature}, states of the four windows`,
      measured: one.states.join(', '),
      goal: '',
    })),
  );
  return rows;
}

function inSeconds(rows: Column): Column {
  return rows.type === 'numeric'
    ? { ...rows, values: rows.values.map((minutes) => 60 * minutes) }
    : rows;
}

function renamed(rows: Column): Column {
  return rows.type === 'categorical'
    ? { ...rows, values: rows.values.map((code) => (code === 'ORD' ? 'KORD' : code)) }
    : rows;
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}

function list(counts: ReadonlyMap<string, number>): string {
  return counts.size === 0
    ? 'none'
    : [...counts].map(([name, count]) => `${name} ${count}`).join(', ');
}
