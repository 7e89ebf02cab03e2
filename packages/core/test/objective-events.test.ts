import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createMonitor, type Monitor } from '../src/monitor.js';
import type { MonitorOptions } from '../src/monitor-options.js';
import { dayMs, hourMs, referenceOf, seededNormal, startMs } from './support.js';

const features = [{ name: 'size', type: 'numeric' as const }];
const normal = seededNormal(18);
const reference = referenceOf(features, { size: Array.from({ length: 5000 }, () => normal()) });

interface Bench {
  readonly monitor: Monitor;
  nowMs: number;
  /** The good and the bad events of an objective; undefined where it has no series. */
  events(slo: string): Promise<readonly [number, number] | undefined>;
  objective(slo: string): Promise<number | undefined>;
  predict(ids: readonly string[], score?: number, shift?: number): void;
}

function bench(
  alerts: MonitorOptions['alerts'],
  outputs: MonitorOptions['outputs'] = { task: 'binary', score: 'p' },
  hooks: MonitorOptions['hooks'] = {},
): Bench {
  const registry = new Registry();
  const state = { nowMs: startMs };
  const monitor = createMonitor({
    model: { name: 'a' },
    features,
    outputs,
    registry,
    reference,
    alerts,
    hooks,
    driftDetection: { schedule: 'manual' },
    quality: { targetTimeToLive: '3d' },
    clock: { now: () => state.nowMs },
  });
  const read = async (series: string): Promise<number | undefined> => {
    const line = (await registry.metrics()).split('\n').find((one) => one.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  };
  const labels = 'model_name="a",model_version="1"';
  return Object.assign(state, {
    monitor,
    async events(slo: string) {
      const of = (result: string) =>
        read(`model_slo_events_total{${labels},slo="${slo}",result="${result}"}`);
      const [good, bad] = [await of('good'), await of('bad')];
      return good === undefined || bad === undefined ? undefined : ([good, bad] as const);
    },
    objective: (slo: string) => read(`model_slo_objective_ratio{${labels},slo="${slo}"}`),
    predict(predictionIds: readonly string[], score = 0.9, shift = 0) {
      monitor.observe({
        rows: predictionIds.length,
        features: [
          { names: ['size'], data: Float64Array.from(predictionIds, () => normal() + shift) },
        ],
        outputs: [{ name: 'p', data: Float64Array.from(predictionIds, () => score) }],
        durationSeconds: 0.01,
        predictionIds,
      });
    },
  });
}

const call = { rows: 1, features: [], outputs: [{ name: 'p', data: [0.5] }] };

describe('the objectives of a model', () => {
  it('are those of latency and errors where no others are set', async () => {
    const { objective, events } = bench({});
    expect(await objective('errors')).toBe(0.99);
    expect(await objective('latency')).toBe(0.99);
    for (const slo of ['latency_p95', 'latency_p50', 'quality', 'drift_free', 'freshness']) {
      expect(await objective(slo)).toBeUndefined();
      expect(await events(slo)).toBeUndefined();
    }
  });

  it('count a call against every latency that is set, and a failed call against all', async () => {
    const { monitor, events, objective } = bench({
      latencyP99Ms: 100,
      latencyP95Ms: 50,
      latencyP50Ms: 20,
    });
    for (const durationSeconds of [0.02, 0.03, 0.06, 0.2]) {
      monitor.observe({ ...call, durationSeconds });
    }
    monitor.observe({ ...call, durationSeconds: 0.001, error: { reason: 'runtime' } });
    monitor.observe({ ...call, durationSeconds: 0.001, error: { reason: 'cancelled' } });
    expect(await events('latency')).toEqual([3, 2]);
    expect(await events('latency_p95')).toEqual([2, 3]);
    expect(await events('latency_p50')).toEqual([1, 4]);
    expect(await events('errors')).toEqual([4, 1]);
    expect(await objective('latency_p95')).toBe(0.95);
    expect(await objective('latency_p50')).toBe(0.5);
  });

  it('count right and wrong classes when their targets arrive', async () => {
    const { monitor, events, predict } = bench({ qualityObjective: 0.9 });
    predict(['a', 'b', 'c']);
    monitor.recordTargets([
      { predictionId: 'a', value: 1 },
      { predictionId: 'b', value: 0 },
      { predictionId: 'b', value: 1 },
    ]);
    expect(await events('quality')).toEqual([1, 1]);
  });

  it('count the values of a regression by their distance to the target', async () => {
    const { monitor, events, predict } = bench(
      { qualityObjective: 0.9, qualityErrorTolerance: 2 },
      { task: 'regression', value: 'p' },
    );
    predict(['a', 'b', 'c'], 10);
    monitor.recordTargets([
      { predictionId: 'a', value: 12 },
      { predictionId: 'b', value: 12.1 },
      { predictionId: 'c', value: 10 },
    ]);
    expect(await events('quality')).toEqual([2, 1]);
  });

  it('count a ranking by whether it has a right item', async () => {
    const { monitor, events } = bench(
      { qualityObjective: 0.9 },
      { task: 'ranking', items: 'p', k: 2 },
    );
    monitor.observe({
      rows: 2,
      features: [],
      outputs: [{ name: 'p', data: ['x', 'y', 'z', 'x', 'y', 'z'] }],
      durationSeconds: 0.01,
      predictionIds: ['a', 'b'],
    });
    monitor.recordTargets([
      { predictionId: 'a', value: ['y'] },
      { predictionId: 'b', value: ['z'] },
    ]);
    expect(await events('quality')).toEqual([1, 1]);
  });

  it('refuse a quality objective of a regression without a tolerance', () => {
    expect(() => bench({ qualityObjective: 0.9 }, { task: 'regression', value: 'p' })).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining('alerts.qualityErrorTolerance'),
      }),
    );
  });

  it('count drift runs with and without a feature in drift, not those that decide nothing', async () => {
    const state = bench({ driftFreeObjective: 0.95 });
    const ids = (day: string): string[] =>
      Array.from({ length: 2000 }, (_, index) => `${day} ${index}`);
    await state.monitor.runDrift();
    expect(await state.events('drift_free')).toEqual([0, 0]);
    state.predict(ids('first day'));
    state.nowMs += dayMs;
    await state.monitor.runDrift();
    expect(await state.events('drift_free')).toEqual([1, 0]);
    state.predict(ids('second day'), 0.9, 5);
    state.nowMs += dayMs;
    await state.monitor.runDrift();
    expect(await state.events('drift_free')).toEqual([1, 1]);
  });

  it('count late targets and those that never came against their freshness', async () => {
    const state = bench({ freshnessObjective: 0.9, expectedTargetDelay: '6h' });
    state.predict(['in time', 'at the limit', 'late', 'never']);
    state.nowMs += hourMs;
    state.monitor.recordTargets([{ predictionId: 'in time', value: 1 }]);
    state.nowMs = startMs + 6 * hourMs;
    state.monitor.recordTargets([{ predictionId: 'at the limit', value: 1 }]);
    state.nowMs += hourMs;
    state.monitor.recordTargets([{ predictionId: 'late', value: 1 }]);
    expect(await state.events('freshness')).toEqual([2, 1]);
    state.nowMs = startMs + 3 * dayMs;
    expect(await state.events('freshness')).toEqual([2, 2]);
    expect(await state.events('freshness')).toEqual([2, 2]);
  });

  it('report to a hook that the accuracy fell and that a budget burns', async () => {
    const reported: unknown[] = [];
    const { monitor, predict, events } = bench(
      {},
      { task: 'binary', score: 'p' },
      {
        onQuality: ({ score, value, isMet }) => reported.push([score, value, isMet]),
        onBudget: ({ slo, burnRate, isBurning }) => reported.push([slo, burnRate, isBurning]),
      },
    );
    const ids = Array.from({ length: 200 }, (_, index) => `p${index}`);
    predict(ids);
    await events('errors');
    expect(reported).toEqual([]);
    const wrongFrom = 200 * 0.25;
    monitor.recordTargets(
      ids.map((predictionId, index) => ({ predictionId, value: index < wrongFrom ? 1 : 0 })),
    );
    await events('errors');
    expect(reported).toEqual([['accuracy', 0.25, false]]);
    for (let times = 0; times < 20; times += 1) {
      monitor.observe({ ...call, durationSeconds: 0.001, error: { reason: 'runtime' } });
    }
    await events('errors');
    expect(reported.slice(1)).toEqual([['errors', expect.closeTo(20 / 21 / 0.01, 8), true]]);
  });
});
