import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createMonitor, type Monitor } from '../src/monitor.js';
import type { MonitorOptions } from '../src/monitor-options.js';
import type { PredictionBatch } from '../src/prediction.js';
import { buildReference } from '../src/reference.js';
import { errorReasons } from '../src/vocabulary.js';
import { dayMs, hourMs, seededNormal, startMs } from './support.js';

const features = [
  { name: 'size', type: 'numeric' as const },
  { name: 'hour', type: 'numeric' as const, cycle: 'day' as const },
];
const normal = seededNormal(1);
const reference = buildReference({
  modelName: 'a',
  modelVersion: '1',
  created: '',
  source: 'test',
  features,
  columns: {
    size: Array.from({ length: 4800 }, () => normal()),
    hour: Array.from({ length: 4800 }, (_, row) => row % 24),
  },
});

interface Bench {
  readonly monitor: Monitor;
  readonly registry: Registry;
  nowMs: number;
  runSchedule: (() => void) | undefined;
  readonly failures: string[];
  metric(line: string): Promise<number>;
}

function bench(options: Partial<MonitorOptions> = {}): Bench {
  const registry = options.registry === undefined ? new Registry() : (options.registry as Registry);
  const state: { nowMs: number; runSchedule: (() => void) | undefined } = {
    nowMs: startMs,
    runSchedule: undefined,
  };
  const failures: string[] = [];
  const monitor = createMonitor({
    model: { name: 'a' },
    features,
    outputs: { task: 'binary', score: 'p' },
    registry,
    reference,
    quality: { minimumSamples: 1 },
    clock: {
      now: () => state.nowMs,
      at(_timeMs, run) {
        state.runSchedule = run;
        return () => {
          state.runSchedule = undefined;
        };
      },
    },
    onMonitorError: (stage) => failures.push(stage),
    ...options,
  });
  return Object.assign(state, {
    monitor,
    registry,
    failures,
    async metric(line: string) {
      const text = await registry.metrics();
      const found = text.split('\n').find((candidate) => candidate.startsWith(`${line} `));
      return found === undefined ? Number.NaN : Number(found.slice(line.length + 1));
    },
  });
}

function batch(over: Partial<PredictionBatch> = {}): PredictionBatch {
  return {
    rows: 2,
    features: [{ names: ['size', 'hour'], data: Float64Array.of(0, 1, 0.5, 2) }],
    outputs: [{ name: 'p', data: Float32Array.of(0.9, 0.2) }],
    durationSeconds: 0.004,
    ...over,
  };
}

const labels = 'model_name="a",model_version="1"';

describe('a monitor', () => {
  it('counts predictions, rows, latency and the objectives', async () => {
    const { monitor, metric } = bench({ alerts: { latencyP99Ms: 10 } });
    monitor.observe(batch());
    monitor.observe(batch({ durationSeconds: 0.02 }));
    expect(await metric(`model_predictions_total{${labels},status="success"}`)).toBe(2);
    expect(await metric(`model_prediction_samples_total{${labels}}`)).toBe(4);
    expect(await metric(`model_prediction_seconds_bucket{${labels},le="0.01"}`)).toBe(1);
    expect(await metric(`model_slo_events_total{${labels},slo="latency",result="bad"}`)).toBe(1);
    expect(await metric(`model_slo_events_total{${labels},slo="errors",result="good"}`)).toBe(2);
  });

  it('counts a call that takes exactly the latency objective as good', async () => {
    const { monitor, metric } = bench({ alerts: { latencyP99Ms: 10 } });
    monitor.observe(batch({ durationSeconds: 0.01 }));
    expect(await metric(`model_slo_events_total{${labels},slo="latency",result="good"}`)).toBe(1);
    expect(await metric(`model_slo_events_total{${labels},slo="latency",result="bad"}`)).toBe(0);
  });

  it.each(errorReasons)('counts a call that failed with %s, without its rows', async (reason) => {
    const { monitor, metric } = bench();
    monitor.observe(batch({ outputs: [], error: { reason } }));
    expect(await metric(`model_predictions_total{${labels},status="error"}`)).toBe(1);
    expect(await metric(`model_prediction_errors_total{${labels},reason="${reason}"}`)).toBe(1);
    expect(await metric(`model_prediction_samples_total{${labels}}`)).toBe(0);
  });

  it('exports the objectives that alert rules use', async () => {
    const { metric } = bench({
      alerts: { successObjective: 0.999 },
    });
    const model = 'model_name="a",model_version="1"';
    expect(await metric(`model_slo_objective_ratio{${model},slo="errors"}`)).toBe(0.999);
    expect(await metric(`model_slo_objective_ratio{${model},slo="latency"}`)).toBe(0.99);
  });

  it('exports the bins, cumulative bins, missing rows and cycle of its reference', async () => {
    const holed = buildReference({
      modelName: 'a',
      modelVersion: '1',
      created: '',
      source: 'test',
      features,
      columns: {
        size: Array.from({ length: 400 }, (_, row) => (row % 4 === 0 ? Number.NaN : row % 4)),
        hour: Array.from({ length: 400 }, (_, row) => row % 24),
      },
    });
    const { metric, registry } = bench({ reference: holed });
    const size = `model_name="a",model_version="1",feature="size",reference_id="${holed.id}"`;
    const hour = size.replace('size', 'hour');
    expect(await metric(`model_feature_reference_missing_ratio{${size}}`)).toBe(0.25);
    expect(await metric(`model_feature_reference_missing_ratio{${hour}}`)).toBe(0);
    expect(await metric(`model_feature_reference_cumulative_ratio{${size},upper="2.0"}`)).toBe(0.5);
    expect(await metric(`model_feature_reference_cumulative_ratio{${size},upper="+Inf"}`)).toBe(
      0.75,
    );
    expect(await metric(`model_feature_missing_total{${size}}`)).toBe(0);
    expect(await metric(`model_feature_cycle_seconds{${hour}}`)).toBe(86_400);
    expect(await registry.metrics()).not.toContain(`model_feature_cycle_seconds{${size}}`);
  });

  it('joins targets and exports the quality', async () => {
    const { monitor, metric } = bench();
    monitor.observe(batch({ predictionIds: ['x', 'y'] }));
    const result = monitor.recordTargets([
      { predictionId: 'x', value: true },
      { predictionId: 'x', value: true },
      { predictionId: 'y', value: 1 },
      { predictionId: 'z', value: 0 },
      { predictionId: 'y', value: 'late' },
    ]);
    expect(result).toMatchObject({ matched: 2, duplicate: 1, unmatched: 1, invalid: 1 });
    expect(result.problems.map(({ index, status }) => [index, status])).toEqual([
      [3, 'unmatched'],
      [4, 'invalid'],
    ]);
    expect(await metric(`model_accuracy_score{${labels}}`)).toBe(0.5);
    expect(await metric(`model_recall_score{${labels}}`)).toBe(0.5);
    expect(await metric(`model_outcomes_total{${labels},outcome="fn"}`)).toBe(1);
    expect(await metric(`model_target_coverage_ratio{${labels}}`)).toBe(1);
    expect(await metric(`model_targets_pending{${labels}}`)).toBe(0);
  });

  it('scores predictions by the time at which they were made', async () => {
    const subject = bench({
      quality: { minimumSamples: 1 },
      alerts: { expectedTargetDelay: '1h' },
    });
    const { monitor, metric, failures } = subject;
    const made = (id: string, timeMs: number): void =>
      monitor.observe(batch({ predictionIds: [`${id}1`, `${id}2`], timeMs }));
    made('a', startMs - 5 * hourMs);
    made('late', startMs - 8 * dayMs);
    made('ahead', startMs + hourMs);
    expect(failures).toEqual(['outputs']);
    subject.nowMs = startMs + 60_000;
    const result = monitor.recordTargets([
      { predictionId: 'a1', value: 1, timeMs: startMs - 4 * hourMs },
      { predictionId: 'a2', value: 1 },
      { predictionId: 'a2', value: 0, timeMs: startMs + hourMs },
      { predictionId: 'late1', value: 1 },
    ]);
    expect(result).toMatchObject({ matched: 2, invalid: 1, unmatched: 1 });
    expect(result.problems[0]).toEqual({
      index: 2,
      predictionId: 'a2',
      status: 'invalid',
      invalid: 'time',
    });
    expect(monitor.quality().cohort).toMatchObject({ samples: 2, coverage: 1 });
    expect(monitor.quality().cohort!.endMs).toBeGreaterThan(startMs - 5 * hourMs);
    expect(monitor.quality().cohort!.startMs).toBeLessThanOrEqual(startMs - 5 * hourMs);
    expect(await metric(`model_cohort_coverage_ratio{${labels}}`)).toBe(1);
    expect(await metric(`model_cohort_samples{${labels}}`)).toBe(2);
    expect(await metric(`model_cohort_quality_score{${labels},score="accuracy"}`)).toBe(0.5);
    expect(await metric(`model_cohort_timestamp_seconds{${labels}}`)).toBe(
      monitor.quality().cohort!.endMs / 1000,
    );
    // The delay of a1 ends when its target became known, that of a2 when it arrived.
    expect(await metric(`model_target_delay_seconds_bucket{${labels},le="3600.0"}`)).toBe(1);
    expect(await metric(`model_target_delay_seconds_count{${labels}}`)).toBe(2);
    expect(await metric(`model_target_expected_delay_seconds{${labels}}`)).toBe(3600);
    const median = `model_target_delay_percentile_seconds{${labels},percentile="50"}`;
    expect(Math.abs((await metric(median)) / (5 * 3600 + 60) - 1)).toBeLessThan(0.025);
  });

  it('holds targets that come before their predictions', async () => {
    const subject = bench({ quality: { minimumSamples: 1, holdTargets: '10m' } });
    const { monitor, metric } = subject;
    const statuses = ['x', 'x', 'y', 'z'].map((predictionId) =>
      monitor.recordTargets([{ predictionId, value: true }]),
    );
    expect(statuses.map(({ held, duplicate }) => [held, duplicate])).toEqual([
      [1, 0],
      [0, 1],
      [1, 0],
      [1, 0],
    ]);
    expect(await metric(`model_targets_held{${labels}}`)).toBe(3);
    subject.nowMs += 60_000;
    monitor.observe(batch({ predictionIds: ['x', 'y'] }));
    expect(monitor.quality()).toMatchObject({ samples: 2, scores: { accuracy: 0.5 }, coverage: 1 });
    subject.nowMs += 10 * 60_000;
    expect(await metric(`model_targets_held{${labels}}`)).toBe(0);
    const counted = (status: string): Promise<number> =>
      metric(`model_targets_total{${labels},status="${status}"}`);
    expect(await counted('matched')).toBe(2);
    expect(await counted('unmatched')).toBe(1);
    expect(await counted('duplicate')).toBe(1);
  });

  it('scores the last target of a prediction where corrections say so', async () => {
    const { monitor, metric } = bench({ quality: { minimumSamples: 1, corrections: 'last' } });
    monitor.observe(batch({ predictionIds: ['x', 'y'] }));
    const send = (x: boolean) =>
      monitor.recordTargets([
        { predictionId: 'x', value: x },
        { predictionId: 'y', value: false },
      ]);
    expect(send(false)).toMatchObject({ matched: 2, duplicate: 0, corrected: 0 });
    expect(monitor.quality().scores.accuracy).toBe(0.5);
    expect(send(true)).toMatchObject({ matched: 0, duplicate: 1, corrected: 1 });
    expect(monitor.quality()).toMatchObject({ samples: 2, scores: { accuracy: 1 } });
    expect(await metric(`model_targets_total{${labels},status="corrected"}`)).toBe(1);
    // Counters never fall: they keep the first target.
    expect(await metric(`model_outcomes_total{${labels},outcome="tp"}`)).toBe(0);
    expect(await metric(`model_outcomes_total{${labels},outcome="fp"}`)).toBe(1);
  });

  it('scores segments, compares them and splits the change of their windows', async () => {
    const subject = bench({
      quality: { minimumSamples: 1, segments: ['region'], segmentMinimumSamples: 10 },
    });
    const { monitor, metric } = subject;
    let row = 0;
    /** Positive predictions of a region, of which some are right. */
    const send = (region: string, rows: number, right: number): void => {
      const predictionIds = Array.from({ length: rows }, (_, index) => `${row + index}`);
      row += rows;
      monitor.observe({
        rows,
        features: [],
        outputs: [{ name: 'p', data: new Array(rows).fill(0.9) }],
        segments: { region: new Array(rows).fill(region) },
        predictionIds,
        durationSeconds: 0.01,
      });
      monitor.recordTargets(
        predictionIds.map((predictionId, index) => ({ predictionId, value: index < right })),
      );
    };
    send('north', 50, 45);
    send('south', 50, 45);
    subject.nowMs += dayMs;
    send('north', 60, 54);
    send('south', 40, 20);
    send('west', 5, 5);
    const [found] = monitor.quality().segments;
    expect(found).toMatchObject({ by: 'region', score: 'accuracy' });
    expect(found!.segments.map(({ segment }) => segment)).toEqual(['south', 'north', 'west']);
    expect(found!.segments[0]).toMatchObject({
      samples: 40,
      scores: { accuracy: 0.5 },
      comparison: { isWorse: true },
    });
    expect(found!.segments[2]!.comparison).toBeUndefined();
    const { before, after, mix, within } = found!.change!;
    expect([before, after]).toEqual([expect.closeTo(0.9, 12), expect.closeTo(79 / 105, 12)]);
    expect(mix + within).toBeCloseTo(79 / 105 - 0.9, 12);
    expect(found!.fairness!.selection).toMatchObject({ difference: 0, ratio: 1 });

    const of = (segment: string): string => `${labels},segment_by="region",segment="${segment}"`;
    const score = (segment: string): string =>
      `model_segment_quality_score{${of(segment)},score="accuracy"}`;
    expect([await metric(score('south')), await metric(score('north'))]).toEqual([0.5, 0.9]);
    expect(await metric(score('west'))).toBeNaN();
    expect(await metric(`model_segment_quality_samples{${of('west')}}`)).toBe(5);
    expect(await metric(`model_segment_quality_worse{${of('south')}}`)).toBe(1);
    expect(await metric(`model_segment_quality_worse{${of('north')}}`)).toBe(0);
    expect(await metric(`model_segment_targets_total{${of('south')}}`)).toBe(90);
    expect(await metric(`model_segment_score_total{${of('south')},score="accuracy"}`)).toBe(65);
    const part = (name: string): string =>
      `model_quality_change{${labels},segment_by="region",part="${name}"}`;
    expect((await metric(part('mix'))) + (await metric(part('within')))).toBeCloseTo(
      mix + within,
      12,
    );
    const rate = `${labels},segment_by="region",rate="selection"`;
    expect(await metric(`model_fairness_difference{${rate}}`)).toBe(0);
    expect(await metric(`model_fairness_ratio{${rate}}`)).toBe(1);
    expect(await metric(`model_monitor_label_overflow_total{${labels},label="segment"}`)).toBe(0);
    subject.nowMs += 3 * dayMs;
    expect(await metric(score('south'))).toBeNaN();
    expect(await metric(part('mix'))).toBeNaN();
    expect(await metric(`model_segment_targets_total{${of('south')}}`)).toBe(90);
  });

  it('corrects the targets of segments too', () => {
    const { monitor } = bench({
      quality: { minimumSamples: 1, segments: ['region'], corrections: 'last' },
    });
    monitor.observe(batch({ predictionIds: ['x', 'y'], segments: { region: ['north', 'north'] } }));
    for (const value of [false, true]) monitor.recordTargets([{ predictionId: 'x', value }]);
    const [north] = monitor.quality().segments[0]!.segments;
    expect(north).toMatchObject({ segment: 'north', samples: 1, scores: { accuracy: 1 } });
  });

  it('refuses segments by a numeric feature, and a name given twice', () => {
    for (const segments of [['size'], ['region', 'region']]) {
      expect(() => bench({ quality: { segments } })).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID' }),
      );
    }
  });

  it('exports no quality below the minimum number of targets', async () => {
    const { monitor, metric } = bench({ quality: { minimumSamples: 3 } });
    monitor.observe(batch({ predictionIds: ['x', 'y'] }));
    monitor.recordTargets([{ predictionId: 'x', value: true }]);
    expect(await metric(`model_accuracy_score{${labels}}`)).toBeNaN();
    expect(await metric(`model_quality_window_samples{${labels}}`)).toBe(1);
  });

  it('evaluates drift on schedule once its window is complete', async () => {
    const subject = bench();
    const { monitor, metric } = subject;
    const states = (): string[] => monitor.lastDrift!.features.map(({ state }) => state);
    const sizes = seededNormal(2);
    for (let hour = 0; hour < 24; hour += 1) {
      const rows = 100;
      const data = Float64Array.from({ length: 2 * rows }, (_, at) =>
        at % 2 === 0 ? sizes() + 1 : hour,
      );
      subject.nowMs = startMs + hour * hourMs;
      monitor.observe(batch({ rows, features: [{ names: ['size', 'hour'], data }] }));
      if (hour === 12) {
        subject.runSchedule?.();
        expect(states()).toEqual(['insufficient_data', 'insufficient_data']);
      }
    }
    subject.nowMs = startMs + dayMs;
    subject.runSchedule?.();
    expect(states()).toEqual(['drift', 'ok']);
    const feature = `${labels},feature="size",reference_id="${reference.id}"`;
    expect(await metric(`model_feature_drift_state{${feature},state="drift"}`)).toBe(1);
    expect(await metric(`model_feature_drift_state{${feature},state="ok"}`)).toBe(0);
    expect(await metric(`model_feature_drift_consecutive_runs{${feature}}`)).toBe(1);
    expect(await metric(`model_feature_drift_psi{${feature}}`)).toBe(
      monitor.lastDrift!.features[0]!.scores.psi,
    );
    expect(await metric(`model_feature_value_bucket{${feature},le="+Inf"}`)).toBe(2400);
    expect(await metric(`model_drift_last_success_timestamp_seconds{${labels}}`)).toBe(
      (startMs + dayMs) / 1000,
    );
  });

  it('counts its failures, reports each stage once and never throws into its caller', async () => {
    const { monitor, metric, failures } = bench();
    const hostile = {
      get features(): never {
        throw new Error('no features');
      },
    } as unknown;
    monitor.observe(
      Object.assign(Object.create(hostile as object), { rows: 1, outputs: [], durationSeconds: 0 }),
    );
    monitor.observe(batch({ predictionIds: ['only one'] }));
    monitor.observe(batch({ predictionIds: ['x', 'y'], outputs: [] }));
    monitor.countError('features', new Error('from an adapter'));
    expect(failures).toEqual(['features', 'outputs']);
    expect(await metric(`model_monitor_errors_total{${labels},stage="features"}`)).toBe(2);
    expect(await metric(`model_monitor_errors_total{${labels},stage="outputs"}`)).toBe(2);
    expect(await metric(`model_predictions_total{${labels},status="success"}`)).toBe(3);
  });

  it('shares a registry with another monitor and removes only its own series', async () => {
    const first = bench();
    const second = bench({ registry: first.registry, model: { name: 'b' } });
    first.monitor.observe(batch());
    second.monitor.observe(batch());
    first.monitor.close();
    const text = await first.registry.metrics();
    expect(text).not.toContain('model_name="a"');
    expect(text).toContain(
      'model_predictions_total{model_name="b",model_version="1",status="success"} 1',
    );
    expect(first.runSchedule).toBeUndefined();
  });

  it('cannot be created twice for a model in a registry until the first is closed', () => {
    const first = bench();
    const again = (): Bench => bench({ registry: first.registry });
    expect(again).toThrow('a version 1 already has a monitor in this registry');
    first.monitor.close();
    expect(again).not.toThrow();
  });

  it('refuses invalid settings', () => {
    expect(() => bench({ features: [{ name: 'age', type: 'numeric' }] })).toThrow(
      'no profile of the feature "age"',
    );
    expect(() => bench({ alerts: { accuracyThreshold: 3 } })).toThrow('alerts.accuracyThreshold');
  });
});
