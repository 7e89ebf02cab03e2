import type { ColumnProfile } from '@modelmeter/kernel/profiles';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { exportedBins } from '../../../src/bins/decision-bins.js';
import { featureBins } from '../../../src/bins/feature-bins.js';
import type { ComparedFeature } from '../../../src/drift/compared-feature.js';
import { evaluateDrift } from '../../../src/drift/evaluate.js';
import { createDriftPolicy } from '../../../src/drift/policy.js';
import { exportedFeature } from '../../../src/drift/runs/exported-feature.js';
import {
  createFleetSource,
  type InstantQuery,
  type VectorSample,
} from '../../../src/drift/runs/fleet-source.js';
import { createMonitor, type Monitor } from '../../../src/monitor.js';
import type { MonitorOptions } from '../../../src/monitor-options.js';
import type { Reference } from '../../../src/reference.js';
import { driftSchema } from '../../../src/settings/drift.js';
import type { FeatureConfig } from '../../../src/settings/features.js';
import { parseSettings } from '../../../src/settings/problems.js';
import { createFeatureWindow } from '../../../src/windows/feature-window.js';
import { windowProfile } from '../../../src/windows/window-layout.js';
import { dayMs, referenceOf, seededNormal, seededRandom, startMs } from '../../support.js';

const model = { name: 'a', version: '1' };
const features: FeatureConfig[] = [
  { name: 'size', type: 'numeric' },
  { name: 'place', type: 'categorical' },
];
const outputs = { task: 'binary', score: 'p' } as const;
const rows = 4000;

type Columns = {
  readonly size: readonly (number | null)[];
  readonly place: readonly (string | null)[];
};

/** Sizes about `shift`, one in fifty missing, and places of which the first is the most frequent. */
function columns(seed: number, options: { shift?: number; count?: number } = {}): Columns {
  const { shift = 0, count = rows } = options;
  const normal = seededNormal(seed);
  const random = seededRandom(seed + 1000);
  return {
    size: Array.from({ length: count }, () => (random() < 0.02 ? null : normal() + shift)),
    place: Array.from({ length: count }, () => {
      const place = Math.floor(-4 * Math.log(1 - random()));
      return random() < 0.01 ? null : `place ${place}`;
    }),
  };
}

const reference = referenceOf(features, columns(1));

function observe(monitor: Monitor, { size, place }: Columns): void {
  monitor.observe({
    rows: size.length,
    durationSeconds: 0.001,
    features: [
      { names: ['size'], data: size },
      { names: ['place'], data: place },
    ],
    outputs: [{ name: 'p', data: new Float32Array(size.length) }],
  });
}

function monitorOf(options: Partial<MonitorOptions> = {}): {
  readonly monitor: Monitor;
  readonly registry: Registry;
} {
  const registry = new Registry();
  const monitor = createMonitor({
    model,
    features,
    outputs,
    reference,
    registry,
    clock: { now: () => startMs },
    onMonitorError: () => {},
    ...options,
  });
  return { monitor, registry };
}

const selectorPattern = /(?:increase|max_over_time)\((\w+)\{(.*)\}\[/;

/** Answers as an API does that has scraped these replicas from their first row to their last. */
function fleetOf(replicas: readonly Registry[]): InstantQuery {
  return async (expression) => {
    const [, labelList = ''] = /by \(([^)]*)\)/.exec(expression) ?? [];
    const [, name = '', matchers = ''] = selectorPattern.exec(expression) ?? [];
    const wanted = Array.from(matchers.matchAll(/(\w+)(=~?)("(?:[^"\\]|\\.)*")/g), (match) => ({
      label: match[1]!,
      fits: (value: string): boolean => {
        const text: string = JSON.parse(match[3]!);
        return match[2] === '=' ? value === text : new RegExp(`^(?:${text})$`).test(value);
      },
    })).filter(({ label }) => label !== 'job');
    const by = labelList.split(', ');
    const sums = new Map<string, VectorSample>();
    for (const registry of replicas) {
      for (const metric of await registry.getMetricsAsJSON()) {
        for (const value of metric.values) {
          const { metricName: sampleName = metric.name } = value as { metricName?: string };
          const labels = value.labels as Record<string, string>;
          if (sampleName !== name) continue;
          if (!wanted.every(({ label, fits }) => fits(String(labels[label])))) continue;
          const kept = Object.fromEntries(by.map((label) => [label, String(labels[label])]));
          const key = JSON.stringify(kept);
          sums.set(key, { labels: kept, value: (sums.get(key)?.value ?? 0) + value.value });
        }
      }
    }
    return [...sums.values()];
  };
}

/** A query whose answers are given by metric, and what was asked. */
function answering(answers: Readonly<Record<string, readonly VectorSample[]>>): {
  readonly query: InstantQuery;
  readonly asked: { readonly expression: string; readonly timeMs: number }[];
} {
  const asked: { expression: string; timeMs: number }[] = [];
  return {
    asked,
    async query(expression, timeMs) {
      asked.push({ expression, timeMs });
      return answers[selectorPattern.exec(expression)?.[1] ?? ''] ?? [];
    },
  };
}

function samplesOf(
  answers: Readonly<Record<string, readonly VectorSample[]>>,
  of: Reference = reference,
): Promise<readonly ComparedFeature[]> {
  return Promise.resolve(
    createFleetSource({
      model,
      job: undefined,
      features,
      reference: of,
      windowMs: dayMs,
      query: answering(answers).query,
    }).samples(startMs),
  );
}

const edges = featureBins(reference.features.get('size') as ColumnProfile).edges;

/** The buckets of `size`, with the label as an engine writes it. */
function buckets(
  upTo: readonly number[],
  write: (edge: number) => string = String,
): VectorSample[] {
  return [...edges, Number.POSITIVE_INFINITY].map((upper, index) => ({
    labels: { feature: 'size', le: upper === Number.POSITIVE_INFINITY ? '+Inf' : write(upper) },
    value: upTo[index]!,
  }));
}

const each = [...edges, 0].map((_, index) => 10 * (index + 1));

describe('createFleetSource', () => {
  it('queries the counters of one reference, over the window of each feature, at one time', async () => {
    const { query, asked } = answering({});
    const source = createFleetSource({
      model: { name: 'a', version: '"1"' },
      job: 'web',
      features: [...features, { name: 'hour (utc)', type: 'numeric', cycle: 'week' }],
      reference: referenceOf([...features, { name: 'hour (utc)', type: 'numeric' }], {
        ...columns(1),
        'hour (utc)': new Float32Array(rows),
      }),
      windowMs: dayMs,
      query,
    });
    await source.samples(startMs + 1);
    const ofModel = String.raw`job="web",model_name="a",model_version="\"1\""`;
    const id = expect.stringContaining('reference_id="');
    expect(asked.map(({ timeMs }) => timeMs)).toEqual(asked.map(() => startMs + 1));
    const expressions = asked.map(({ expression }) => expression);
    expect(expressions).toHaveLength(9);
    for (const expression of expressions) expect(expression).toContain(`{${ofModel},feature=~`);
    const byReference = expressions.filter((expression) => !expression.includes('reason="type"'));
    expect(byReference).toHaveLength(7);
    for (const expression of byReference) expect(expression).toEqual(id);
    expect(expressions[0]).toMatch(
      /^sum by \(feature, le\) \(increase\(model_feature_value_bucket\{.*,feature=~"size\|place",reference_id="\w+"\}\[86400000ms\]\)\)$/,
    );
    expect(expressions[4]).toMatch(
      /^max by \(feature\) \(max_over_time\(model_feature_reference_samples\{.*\}\[1h\] offset 86400000ms\)\)$/,
    );
    expect(expressions[5]).toContain(String.raw`feature=~"hour \\(utc\\)",reference_id=`);
    expect(expressions[5]).toContain('[604800000ms]');
  });

  it.each<[string, (edge: number) => string]>([
    ['Prometheus 2 and 3', (edge: number) => edge.toExponential()],
    ['others', String],
  ])('returns rows per bin, however %s write an edge', async (_, write) => {
    const [size] = await samplesOf({
      model_feature_value_bucket: buckets(each, write),
      model_feature_missing_total: [{ labels: { feature: 'size' }, value: 3 }],
      model_feature_invalid_total: [{ labels: { feature: 'size' }, value: 5 }],
      model_feature_reference_samples: [{ labels: { feature: 'size' }, value: rows }],
    });
    expect(Array.from(size!.exported!.current)).toEqual([...each.map(() => 10), 3]);
    // More were of another type than came through as missing: the others were refused.
    expect(size).toMatchObject({ invalid: 3 });
    expect(size?.notReady).toBeUndefined();
    expect(size?.current).toMatchObject({ count: 10 * each.length, missing: 3 });
  });

  it('returns no negative rows when extrapolation makes a bucket decrease', async () => {
    const turned = each.with(3, each[2]! - 0.001);
    const [size] = await samplesOf({ model_feature_value_bucket: buckets(turned) });
    expect(size!.exported!.current[3]).toBe(0);
  });

  it('distinguishes other, unseen and missing categories', async () => {
    const names = featureBins(reference.features.get('place') as ColumnProfile).categories;
    const [, place] = await samplesOf({
      model_feature_category_total: [
        { labels: { feature: 'place', category: names[0]! }, value: 7.5 },
        { labels: { feature: 'place', category: '__other__' }, value: 4 },
        { labels: { feature: 'place', category: '__unseen__' }, value: 2 },
        { labels: { feature: 'place', category: '__missing__' }, value: 1 },
      ],
    });
    expect(Array.from(place!.exported!.current)).toEqual([
      7.5,
      ...names.slice(1, -2).map(() => 0),
      4,
      2,
      1,
    ]);
    expect(place?.current).toMatchObject({ count: 13.5, other: 6, missing: 1 });
  });

  it('returns no rows for counters that no replica has', async () => {
    const samples = await samplesOf({});
    for (const { exported, notReady } of samples) {
      expect(exported!.current.every((count) => count === 0)).toBe(true);
      expect(notReady).toBe('The window of 24 hours is not complete yet');
    }
  });

  const foreignEdge = { labels: { feature: 'size', le: '123456.5' }, value: 1 };
  it.each<[string, Record<string, readonly VectorSample[]>, RegExp]>([
    [
      'a bucket is missing',
      { model_feature_value_bucket: buckets(each).slice(1) },
      /feature "size" do not fit the reference: a bucket up to \S+ is missing/,
    ],
    [
      'a bucket is foreign',
      { model_feature_value_bucket: [...buckets(each), foreignEdge] },
      /a bucket up to 123456\.5 is not in the reference/,
    ],
    [
      'a category is foreign',
      {
        model_feature_category_total: [
          { labels: { feature: 'place', category: 'elsewhere' }, value: 1 },
        ],
      },
      /feature "place" do not fit the reference: the category "elsewhere"/,
    ],
    [
      'a count is none',
      { model_feature_missing_total: [{ labels: { feature: 'size' }, value: Number.NaN }] },
      /feature "size" increased by NaN rows/,
    ],
  ])('throws when %s', async (_, answers, message) => {
    await expect(samplesOf(answers)).rejects.toThrow(
      expect.objectContaining({
        code: 'COUNTS_INVALID',
        message: expect.stringMatching(message) as string,
      }),
    );
  });
});

describe('the evaluator of a fleet', () => {
  /** Replicas that count parts of the rows, and one monitor that counts all rows. */
  async function evaluated(
    current: Columns,
    rowsPerBlock = 1,
  ): Promise<{ fleet: Monitor; alone: Monitor }> {
    let nowMs = startMs;
    const clock = { now: () => nowMs };
    const replicas = [0.7, 0.2, 0.1].map(() => monitorOf({ driftDetection: { source: 'none' } }));
    const { monitor: alone } = monitorOf({ clock, driftDetection: { rowsPerBlock } });
    observe(alone, current);
    let from = 0;
    for (const [index, share] of [0.7, 0.2, 0.1].entries()) {
      const to = index === 2 ? current.size.length : from + Math.round(share * current.size.length);
      observe(replicas[index]!.monitor, {
        size: current.size.slice(from, to),
        place: current.place.slice(from, to),
      });
      from = to;
    }
    const { monitor: fleet } = monitorOf({
      clock,
      driftDetection: { source: 'prometheus', rowsPerBlock },
      queryPrometheus: fleetOf(replicas.map(({ registry }) => registry)),
    });
    nowMs += dayMs;
    await alone.runDrift();
    await fleet.runDrift();
    expect(fleet.driftError).toBeUndefined();
    return { fleet, alone };
  }

  it.each([0, 0.05, 0.3, 1])('decides like one process with all rows (shift %s)', async (shift) => {
    const { fleet, alone } = await evaluated(columns(2, { shift }));
    const [size, place] = fleet.lastDrift!.features;
    const [ownSize, ownPlace] = alone.lastDrift!.features;
    expect(size?.currentRows).toBe(rows);
    expect(size?.bins).toEqual(ownSize?.bins);
    expect(place?.bins).toEqual(ownPlace?.bins);
    expect(size?.scores.psi).toBeCloseTo(ownSize!.scores.psi!, 12);
    expect(size?.noiseFloor.psi).toBeCloseTo(ownSize!.noiseFloor.psi!, 12);
    expect([size?.state, place?.state]).toEqual([ownSize?.state, ownPlace?.state]);
    expect(size?.missingRatio).toEqual(ownSize?.missingRatio);
  });

  it('counts a block of correlated rows as one row, as one process does', async () => {
    const current = columns(2, { shift: 0.3 });
    const [size] = (await evaluated(current)).fleet.lastDrift!.features;
    const { fleet, alone } = await evaluated(current, 5);
    const [inBlocks] = fleet.lastDrift!.features;
    const [ownInBlocks] = alone.lastDrift!.features;
    const { low, high } = inBlocks!.effects.psi!;
    expect(low).toBeCloseTo(ownInBlocks!.effects.psi!.low, 12);
    expect(high).toBeCloseTo(ownInBlocks!.effects.psi!.high, 12);
    // The width of an interval grows with the root of the block size.
    const width = size!.effects.psi!.high - size!.effects.psi!.low;
    expect((high - low) / width).toBeGreaterThan(0.9 * Math.sqrt(5));
  });

  it('tests bins with chi-square and returns a lower bound of the KS distance', async () => {
    const { fleet, alone } = await evaluated(columns(2, { shift: 0.3 }));
    const [size] = fleet.lastDrift!.features;
    const exact = alone.lastDrift!.features[0]!.scores.ks_statistic!;
    expect(size?.test).toBe('chi2');
    const { ks_statistic: binned = 0 } = size!.scores;
    expect(size?.ksResolution).toBeGreaterThan(0.05);
    expect(binned).toBeLessThanOrEqual(exact + 1e-12);
    expect(binned + size!.ksResolution!).toBeGreaterThanOrEqual(exact);
    // What needs finer counts is left out, not guessed.
    expect(size?.scores).not.toHaveProperty('wasserstein_distance');
    expect(size?.explanation).not.toContain('median');
  });

  it('finds no more false drift than its level allows', () => {
    const policy = createDriftPolicy(
      parseSettings(driftSchema, { source: 'prometheus' }),
      features,
    );
    let significant = 0;
    const runs = 300;
    for (let run = 0; run < runs; run += 1) {
      const { size, place } = columns(10 + run, { count: 600 });
      const window = createFeatureWindow({ features, reference, windowMs: dayMs, startMs });
      window.count(
        [
          { names: ['size'], data: size },
          { names: ['place'], data: place },
        ],
        600,
        startMs,
      );
      const found = evaluateDrift(
        window.features.map((counted) => {
          const current = windowProfile(counted, window.total(counted));
          const exported = exportedBins(counted.profile, current);
          return exportedFeature(counted.feature, counted.profile, exported.current);
        }),
        policy,
      );
      if (found.some((feature) => feature.significant)) significant += 1;
    }
    expect(significant).toBeGreaterThan(0);
    // 5 % of the runs, and three standard errors of that.
    expect(significant / runs).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs));
  });

  it('finds missing, unseen and vanished values and takes no coarse bin for a stuck value', async () => {
    const normal = columns(2);
    const { fleet } = await evaluated({
      size: normal.size.map((_, row) => (row % 5 === 0 ? null : 9)),
      place: normal.place.map((place, row) =>
        place === 'place 0' ? (row % 2 === 0 ? 'nowhere' : 'place 1') : place,
      ),
    });
    const [size, place] = fleet.lastDrift!.features;
    expect(size?.findings.map(({ kind }) => kind)).toEqual(['missing_increased']);
    expect(place?.findings.map(({ kind }) => kind)).toEqual([
      'unseen_categories',
      'vanished_categories',
    ]);
    expect(place?.findings[1]?.message).toContain('"place 0"');
  });

  it('finds values outside a flag, whose outer bins are empty in the reference', async () => {
    const flags: FeatureConfig[] = [{ name: 'flag', type: 'numeric' }];
    const bits = Float32Array.from({ length: rows }, (_, row) => row % 2);
    const replica = monitorOf({
      features: flags,
      reference: referenceOf(flags, { flag: bits }),
      driftDetection: { source: 'none' },
    });
    replica.monitor.observe({
      rows,
      durationSeconds: 0.001,
      features: [{ names: ['flag'], data: bits.map((bit, row) => (row % 10 === 0 ? 7 : bit)) }],
      outputs: [],
    });
    const { monitor } = monitorOf({
      features: flags,
      reference: replica.monitor.reference!,
      driftDetection: { source: 'prometheus' },
      queryPrometheus: fleetOf([replica.registry]),
    });
    const [flag] = (await monitor.runDrift())!.features;
    expect(flag?.findings).toEqual([expect.objectContaining({ kind: 'out_of_range', ratio: 0.1 })]);
    expect(flag?.findings[0]?.message).toContain('the range of the reference, 0 to 1');
  });

  it('decides on fractions of rows like on whole rows', async () => {
    const answersOf = (scale: number, round: (count: number) => number) => ({
      model_feature_value_bucket: buckets(each.map((count) => round(count * scale))),
      model_feature_missing_total: [{ labels: { feature: 'size' }, value: round(3 * scale) }],
      model_feature_reference_samples: [{ labels: { feature: 'size' }, value: rows }],
    });
    const evaluateWindow = async (round: (count: number) => number) => {
      const { monitor } = monitorOf({
        features: features.slice(0, 1),
        driftDetection: { source: 'prometheus' },
        queryPrometheus: answering(answersOf(12.3456789, round)).query,
      });
      return (await monitor.runDrift())!.features[0]!;
    };
    const fractions = await evaluateWindow((count) => count);
    const whole = await evaluateWindow(Math.round);
    expect(fractions.currentRows).not.toBe(Math.round(fractions.currentRows));
    expect(fractions.state).toBe(whole.state);
    expect(Math.abs(fractions.scores.psi! - whole.scores.psi!)).toBeLessThan(1e-3);
    expect(Math.abs(fractions.pValue - whole.pValue)).toBeLessThan(0.01);
  });

  it('reports insufficient_data until a replica has had the reference for a window', async () => {
    const { registry, monitor: replica } = monitorOf({ driftDetection: { source: 'none' } });
    observe(replica, columns(2, { shift: 1 }));
    const fleet = fleetOf([registry]);
    const { monitor } = monitorOf({
      driftDetection: { source: 'prometheus' },
      queryPrometheus: async (expression, timeMs) =>
        expression.includes('offset') ? [] : fleet(expression, timeMs),
    });
    const [size] = (await monitor.runDrift())!.features;
    expect(size).toMatchObject({
      state: 'insufficient_data',
      reason: 'The window of 24 hours is not complete yet',
    });
  });

  it('decides with KS when the settings say so', async () => {
    const { registry, monitor: replica } = monitorOf({ driftDetection: { source: 'none' } });
    observe(replica, columns(2, { shift: 1 }));
    const { monitor } = monitorOf({
      driftDetection: { source: 'prometheus', statistic: 'ks_statistic', test: 'ks' },
      queryPrometheus: fleetOf([registry]),
    });
    const [size] = (await monitor.runDrift())!.features;
    expect(size).toMatchObject({ statistic: 'ks_statistic', test: 'ks', state: 'drift' });
  });

  it('keeps the values of the last run when a run fails, counts the failure and reports the reason', async () => {
    const { registry: replica, monitor: one } = monitorOf({ driftDetection: { source: 'none' } });
    observe(one, columns(2, { shift: 1 }));
    const answer = fleetOf([replica]);
    let isDown = false;
    const reported: string[] = [];
    const { monitor, registry } = monitorOf({
      driftDetection: { source: 'prometheus', consecutiveRuns: 2 },
      onMonitorError: (stage, error) => reported.push(`${stage}: ${(error as Error).message}`),
      queryPrometheus: async (expression, timeMs) => {
        if (isDown) throw new Error('no such host');
        return answer(expression, timeMs);
      },
    });
    expect((await monitor.runDrift())?.features[0]?.state).toBe('investigate');
    isDown = true;
    expect(await monitor.runDrift()).toBeUndefined();
    expect(await monitor.runDrift()).toBeUndefined();
    expect(monitor.driftError?.message).toBe('no such host');
    expect(reported).toEqual(['drift: no such host']);
    expect(monitor.lastDrift?.features[0]?.state).toBe('investigate');
    const text = await registry.metrics();
    expect(text).toContain(
      'model_drift_runs_total{model_name="a",model_version="1",status="error"} 2',
    );
    expect(text).toMatch(/model_feature_drift_state\{.*feature="size".*state="investigate"\} 1/);
    isDown = false;
    // A run that failed neither lengthens nor ends a streak.
    expect((await monitor.runDrift())?.features[0]?.state).toBe('drift');
    expect(monitor.driftError).toBeUndefined();
  });
});

describe('a run that waits for its counts', () => {
  function waiting(): {
    readonly monitor: Monitor;
    readonly registry: Registry;
    readonly asked: string[];
    answer(): void;
  } {
    const asked: string[] = [];
    let answer: () => void = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const { monitor, registry } = monitorOf({
      driftDetection: { source: 'prometheus' },
      queryPrometheus: async (expression) => {
        asked.push(expression);
        await answered;
        return [];
      },
    });
    return { monitor, registry, asked, answer };
  }

  it('is shared by calls made meanwhile', async () => {
    const { monitor, asked, answer } = waiting();
    const first = monitor.runDrift();
    const queries = asked.length;
    const second = monitor.runDrift();
    expect(asked).toHaveLength(queries);
    answer();
    expect(await second).toBe(await first);
    expect((await first)?.state).toBe('insufficient_data');
    expect(await monitor.runDrift()).not.toBe(await first);
  });

  it('returns undefined when the reference is replaced', async () => {
    const { monitor, registry, answer } = waiting();
    const run = monitor.runDrift();
    monitor.setReference(referenceOf(features, columns(5)));
    const next = monitor.runDrift();
    answer();
    expect(await run).toBeUndefined();
    expect((await next)?.referenceId).toBe(monitor.reference?.id);
    const text = await registry.metrics();
    expect(text).not.toContain(`reference_id="${reference.id}"`);
    expect(text).toContain('status="success"} 1');
  });

  it('leaves no series behind when the monitor closes', async () => {
    const { monitor, registry, answer } = waiting();
    const run = monitor.runDrift();
    monitor.close();
    answer();
    expect(await run).toBeUndefined();
    expect(await registry.metrics()).not.toContain('model_name="a"');
  });
});

describe('a replica', () => {
  it('counts and evaluates nothing', async () => {
    const scheduled: number[] = [];
    const { monitor, registry } = monitorOf({
      driftDetection: { source: 'none' },
      clock: {
        now: () => startMs,
        at(timeMs) {
          scheduled.push(timeMs);
          return () => {};
        },
      },
    });
    observe(monitor, columns(2));
    expect(scheduled).toEqual([]);
    expect(await monitor.runDrift()).toBeUndefined();
    const text = await registry.metrics();
    expect(text).toMatch(/model_feature_value_bucket\{.*feature="size".*le="\+Inf"\} 3\d\d\d/);
    for (const published of ['model_feature_drift_state', 'model_drift_next_run']) {
      expect(text).not.toMatch(new RegExp(`^${published}`, 'm'));
    }
  });
});

describe('settings of a fleet', () => {
  it.each<[Partial<MonitorOptions>, RegExp]>([
    [{ driftDetection: { source: 'prometheus' } }, /source: .*pass the option queryPrometheus/],
    ...(['wasserstein_distance', 'mann_whitney'] as const).map(
      (statistic): [Partial<MonitorOptions>, RegExp] => [
        { driftDetection: { source: 'prometheus', statistic } },
        new RegExp(`driftDetection.statistic: "${statistic}" needs finer counts`),
      ],
    ),
    [
      { driftDetection: { source: 'prometheus', test: 'welch_t' } },
      /driftDetection.test: "welch_t" needs finer counts/,
    ],
    [
      { driftDetection: { source: 'prometheus', segment: 'place' } },
      /segment: needs source: local/,
    ],
    [
      { driftDetection: { source: 'prometheus', windowRows: 1000 } },
      /windowRows: needs source: local/,
    ],
  ])('are refused when they cannot be applied: %j', (options, message) => {
    const refused = expect.objectContaining({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(message) as string,
    });
    const query = message.source.includes('queryPrometheus')
      ? {}
      : { queryPrometheus: answering({}).query };
    expect(() => monitorOf({ ...query, ...options })).toThrow(refused);
  });
});
