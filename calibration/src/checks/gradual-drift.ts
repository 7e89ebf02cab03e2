import { buildReference, createMonitor } from '@modelmeter/core';
import type { FeatureConfig } from '@modelmeter/core/settings';
import { Registry } from 'prom-client';
import type { Row } from '../row.js';
import { normal, randomFor } from '../sampling.js';

const referenceRows = 5000;
const rowsPerDay = 1000;
const dayMs = 86_400_000;

/** A feature that moves a little every week, drawn for a week. */
const movements = {
  'a mean that moves by 2 % of a deviation a week': (random, week) => normal(random) + 0.02 * week,
  'a unit that grows by 1 % a week': (random, week) =>
    Math.exp(0.5 * normal(random)) * 1.01 ** week,
  'a share that moves by a point a week': (random, week) =>
    random.next() < 0.3 + 0.01 * week ? 1 : 0,
} satisfies Record<string, (random: ReturnType<typeof randomFor>, week: number) => number>;

/** Days until the trend was reported, and until the state was drift; undefined if never. */
export interface GradualDrift {
  readonly name: string;
  readonly trendDay: number | undefined;
  readonly driftDay: number | undefined;
}

/** A monitor with a run a day of features that all move slowly. */
export async function followGradualDrift(seed: number, weeks: number): Promise<GradualDrift[]> {
  const random = randomFor(seed, 'gradual drift');
  const names = Object.keys(movements) as (keyof typeof movements)[];
  const columnOf = (name: (typeof names)[number], rows: number, week: number): Float64Array =>
    Float64Array.from({ length: rows }, () => movements[name](random, week));
  const features: FeatureConfig[] = names.map((name) => ({ name, type: 'numeric' }));
  let nowMs = Date.UTC(2024, 0, 1);
  const reference = buildReference({
    modelName: 'gradual',
    modelVersion: '1',
    created: new Date(nowMs).toISOString(),
    source: 'drawn rows',
    features,
    columns: Object.fromEntries(names.map((name) => [name, columnOf(name, referenceRows, 0)])),
  });
  const monitor = createMonitor({
    model: { name: 'gradual' },
    features,
    outputs: { task: 'regression', value: 'value' },
    registry: new Registry(),
    reference,
    driftDetection: { schedule: '0 0 * * *' },
    // Runs are started below, when the day has passed.
    clock: { now: () => nowMs, at: () => () => {} },
  });
  const found = new Map(names.map((name) => [name as string, { trendDay: 0, driftDay: 0 }]));
  for (let day = 1; day <= 7 * weeks; day += 1) {
    monitor.observe({
      rows: rowsPerDay,
      durationSeconds: 0.01,
      features: names.map((name) => ({
        names: [name],
        data: columnOf(name, rowsPerDay, day / 7),
      })),
      outputs: [{ name: 'value', data: new Float64Array(rowsPerDay) }],
    });
    nowMs += dayMs;
    const report = await monitor.runDrift();
    for (const { name, findings, state } of report!.features) {
      const days = found.get(name)!;
      if (findings.some(({ kind }) => kind === 'trend')) days.trendDay ||= day;
      if (state === 'drift') days.driftDay ||= day;
    }
  }
  monitor.close();
  return Array.from(found, ([name, { trendDay, driftDay }]) => ({
    name,
    trendDay: trendDay || undefined,
    driftDay: driftDay || undefined,
  }));
}

/** The trend is reported before the feature has been in state `drift` for a month. */
export function gradualDriftRows(followed: readonly GradualDrift[]): Row[] {
  return followed.map(({ name, trendDay, driftDay }) => ({
    check: `${name}: reported as a trend, in state drift`,
    measured: `${weekOf(trendDay)}, ${weekOf(driftDay)}`,
    goal: 'a trend before a month of drift',
    met: trendDay !== undefined && trendDay < (driftDay ?? Infinity) + 30,
  }));
}

function weekOf(day: number | undefined): string {
  return day === undefined ? 'never' : `week ${(day / 7).toFixed(1)}`;
}
