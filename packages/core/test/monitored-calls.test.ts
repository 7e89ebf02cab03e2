import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createCallMeter } from '../src/call/call-meter.js';
import { createMonitor, type Monitor } from '../src/monitor.js';
import type { MonitorOptions, ObservedPrediction } from '../src/monitor-options.js';
import { referenceOf, seededRandom } from './support.js';

const features = [
  { name: 'hour', type: 'numeric', minimum: 0, maximum: 23 },
  { name: 'carrier', type: 'categorical' },
] as const;
const reference = referenceOf(features, { hour: [1, 2, 3, 4], carrier: ['AA', 'AA', 'DL', 'UA'] });
type Row = readonly [hour: number | string, carrier: string];

/** A monitor and a model under it: late when the hour is 12 or more. */
function watched(options: Partial<MonitorOptions> = {}) {
  const registry = (options.registry as Registry | undefined) ?? new Registry();
  const failures: string[] = [];
  const monitor: Monitor = createMonitor({
    model: { name: 'a' },
    features,
    outputs: { task: 'binary', score: 'late' },
    registry,
    reference,
    quality: { minimumSamples: 1 },
    onMonitorError: (stage, error) => failures.push(`${stage}: ${String(error)}`),
    ...options,
  });
  const names = ['hour', 'carrier'];
  const meter = createCallMeter<readonly Row[], number[]>(monitor, {
    rows: (rows) => rows.length,
    features: (rows) => [{ names, data: rows.flat() }],
    outputs: (scores) => [{ name: 'late', data: scores }],
  });
  const predict = (rows: readonly Row[]): number[] =>
    meter(rows, () => rows.map(([hour]) => (Number(hour) >= 12 ? 1 : 0)));
  const labels = `model_name="${monitor.model.name}",model_version="${monitor.model.version}"`;
  return {
    monitor,
    predict,
    failures,
    /** A sample by the start of its line; "M" is replaced by the labels of the model. */
    async metric(line: string): Promise<number> {
      const start = line.replace('M', labels);
      const text = await registry.metrics();
      const found = text.split('\n').find((candidate) => candidate.startsWith(start));
      return found === undefined ? Number.NaN : Number(found.split(' ').at(-1));
    },
  };
}

/** The rows of a feature: what its bins hold together. */
const hourRows = `model_feature_value_bucket{M,feature="hour",reference_id="${reference.id}",le="+Inf"}`;

const morning: Row = [9, 'AA'];
const evening: Row = [18, 'DL'];

describe('sampling', () => {
  it('counts the features of a share of the calls but every call, row, error and target', async () => {
    const random = seededRandom(7);
    const { monitor, predict, metric } = watched({ featureSamplingRate: 0.25, random });
    const calls = 4000;
    for (let call = 0; call < calls; call += 1) {
      monitor.withCall({ predictionIds: [`m${call}`, `e${call}`] }, () =>
        predict([morning, evening]),
      );
    }
    monitor.recordTargets([
      { predictionId: 'm0', value: 0 },
      { predictionId: 'e0', value: 1 },
    ]);
    expect(await metric('model_predictions_total{M,status="success"}')).toBe(calls);
    expect(await metric('model_prediction_samples_total{M}')).toBe(2 * calls);
    expect(await metric('model_prediction_seconds_count{M}')).toBe(calls);
    expect(await metric('model_prediction_batch_size_bucket{M,le="1.0"}')).toBe(0);
    expect(await metric('model_prediction_batch_size_bucket{M,le="2.0"}')).toBe(calls);
    expect(await metric('model_outcomes_total{M,outcome="tp"}')).toBe(1);
    expect(await metric('model_outcomes_total{M,outcome="tn"}')).toBe(1);
    const unread = await metric('model_prediction_unread_calls_total{M,reason="sampling"}');
    const counted = await metric(hourRows);
    expect(counted).toBe(2 * (calls - unread));
    // Five standard deviations of a share of a quarter in 4000 calls.
    expect(Math.abs(unread / calls - 0.75)).toBeLessThan(5 * Math.sqrt((0.75 * 0.25) / calls));
  });
});

describe('warm-up calls', () => {
  it('are counted only in their own metric, up to the configured number', async () => {
    const { predict, metric } = watched({ warmUpCalls: 3 });
    for (let call = 0; call < 5; call += 1) predict([morning]);
    expect(await metric('model_prediction_warm_up_calls_total{M}')).toBe(3);
    expect(await metric('model_predictions_total{M,status="success"}')).toBe(2);
    expect(await metric('model_prediction_seconds_count{M}')).toBe(2);
    expect(await metric(hourRows)).toBe(2);
    expect(await metric('model_predictions_in_flight{M}')).toBe(0);
  });
});

describe('the validation of inputs', () => {
  const wrong: Row = [99, 'AA'];
  const text: Row = ['noon', 'AA'];

  it('counts invalid values by feature and reason and predicts by default', async () => {
    const { predict, metric } = watched();
    expect(predict([morning, wrong, text])).toEqual([0, 1, 0]);
    expect(await metric('model_feature_invalid_total{M,feature="hour",reason="range"}')).toBe(1);
    expect(await metric('model_feature_invalid_total{M,feature="hour",reason="type"}')).toBe(1);
    expect(await metric('model_feature_invalid_total{M,feature="carrier",reason="type"}')).toBe(0);
    expect(await metric('model_predictions_total{M,status="success"}')).toBe(1);
  });

  it('rejects invalid values with reject and counts them by feature and reason', async () => {
    const { predict, metric } = watched({ validation: 'reject' });
    expect(() => predict([morning, wrong])).toThrow(
      expect.objectContaining({
        code: 'INPUT_INVALID',
        message: expect.stringContaining('"hour" is 99 in row 1; it must be a number from 0 to 23'),
      }),
    );
    predict([morning]);
    expect(await metric('model_feature_invalid_total{M,feature="hour",reason="range"}')).toBe(1);
    expect(await metric('model_prediction_errors_total{M,reason="invalid_input"}')).toBe(1);
    expect(await metric('model_predictions_total{M,status="error"}')).toBe(1);
    expect(await metric('model_predictions_total{M,status="success"}')).toBe(1);
    expect(await metric(hourRows)).toBe(1);
  });

  it('checks nothing with off', async () => {
    const { predict, metric } = watched({ validation: 'off' });
    predict([wrong]);
    expect(await metric('model_feature_invalid_total{M,feature="hour",reason="range"}')).toBe(0);
  });
});

describe('the details of a call', () => {
  it('apply to the calls that the callback makes before its first await and to no others', async () => {
    const seen: (readonly string[] | undefined)[] = [];
    const { monitor, predict } = watched({
      hooks: { onPrediction: ({ predictionIds }) => seen.push(predictionIds) },
    });
    await monitor.withCall({ predictionIds: ['a'] }, async () => {
      predict([morning]);
      await Promise.resolve();
      predict([morning]);
    });
    predict([morning]);
    expect(seen).toEqual([['a'], undefined, undefined]);
  });

  it('apply only to their own callback when callbacks are nested', () => {
    const seen: unknown[] = [];
    const { monitor, predict, failures } = watched({
      hooks: { onPrediction: ({ context }) => seen.push(context) },
    });
    monitor.withCall({ context: 'outer' }, () => {
      monitor.withCall({ context: 'inner' }, () => predict([morning]));
      predict([morning]);
    });
    expect(seen).toEqual(['inner', 'outer']);
    expect(failures).toEqual([]);
  });

  it('are reported once when no call used them', async () => {
    const { monitor, predict, failures, metric } = watched();
    await monitor.withCall({ predictionIds: ['a'] }, async () => {
      await Promise.resolve();
      predict([morning]);
    });
    monitor.withCall({}, () => {});
    expect(failures).toEqual([expect.stringContaining('before its first await')]);
    expect(await metric('model_monitor_errors_total{M,stage="observe"}')).toBe(2);
  });

  it('end with a callback that throws, and the caller gets its error', () => {
    const { monitor, failures } = watched();
    const error = new Error('no feeds');
    expect(() =>
      monitor.withCall({ predictionIds: ['a'] }, () => {
        throw error;
      }),
    ).toThrow(error);
    expect(failures).toEqual([]);
  });
});

describe('a hook', () => {
  it('receives each call, failed ones included, with context, ids, features, outputs and time', () => {
    const seen: ObservedPrediction[] = [];
    const { monitor, predict } = watched({
      hooks: { onPrediction: (prediction) => seen.push(prediction) },
      clock: { now: () => 5000 },
    });
    const context = { requestId: 'r1' };
    monitor.withCall({ context, predictionIds: ['a'] }, () => predict([morning]));
    const cause = new Error('no memory');
    monitor.observe({
      rows: 1,
      features: [],
      outputs: [],
      durationSeconds: 1,
      error: { reason: 'runtime', cause },
    });
    expect(seen).toMatchObject([
      {
        model: { name: 'a', version: '1' },
        timeMs: 5000,
        rows: 1,
        context,
        predictionIds: ['a'],
        features: [{ data: [9, 'AA'] }],
        outputs: [{ name: 'late', data: [0] }],
      },
      { error: { reason: 'runtime', cause } },
    ]);
  });

  it('is counted and reported once when it throws, and the call succeeds', async () => {
    const broken = (): never => {
      throw new Error('the log is full');
    };
    const { monitor, predict, failures, metric } = watched({
      hooks: { onPrediction: broken, onDrift: broken },
    });
    expect(predict([morning])).toEqual([0]);
    expect(await monitor.runDrift()).toBeDefined();
    expect(failures).toEqual(['hooks: Error: the log is full']);
    expect(await metric('model_monitor_errors_total{M,stage="hooks"}')).toBe(2);
    expect(await metric('model_drift_runs_total{M,status="success"}')).toBe(1);
  });

  it('receives the report of each drift run', async () => {
    const reports: unknown[] = [];
    const { monitor } = watched({ hooks: { onDrift: (report) => reports.push(report) } });
    const report = await monitor.runDrift();
    expect(reports).toEqual([report]);
  });
});

describe('a shadow version of a model', () => {
  it('has its own series by version and is scored with the same targets', async () => {
    const registry = new Registry();
    const live = watched({ registry, model: { name: 'a', version: '1' } });
    const shadow = watched({ registry, model: { name: 'a', version: '2' } });
    const predictionIds = ['f1', 'f2'];
    live.monitor.withCall({ predictionIds }, () => live.predict([morning, evening]));
    shadow.monitor.withCall({ predictionIds }, () => shadow.predict([evening, evening]));
    const targets = [
      { predictionId: 'f1', value: 0 },
      { predictionId: 'f2', value: 1 },
    ];
    for (const { monitor } of [live, shadow]) monitor.recordTargets(targets);
    expect(await live.metric('model_accuracy_score{M}')).toBe(1);
    expect(await shadow.metric('model_accuracy_score{M}')).toBe(0.5);
    expect(await live.metric('model_feature_category_total{M,feature="carrier"')).toBeGreaterThan(
      0,
    );
    expect(await live.metric('model_predictions_total{M,status="success"}')).toBe(1);
    expect(await shadow.metric('model_predictions_total{M,status="success"}')).toBe(1);
  });
});

describe('the objectives', () => {
  it.each([
    { alerts: {}, bad: 1 },
    { alerts: { callerErrors: ['cancelled'] as const }, bad: 2 },
    { alerts: { callerErrors: [] }, bad: 3 },
  ])('count no failure for a reason of the caller: $alerts', async ({ alerts, bad }) => {
    const { monitor, metric } = watched({ alerts });
    const call = { rows: 1, features: [], outputs: [], durationSeconds: 9 };
    for (const reason of ['cancelled', 'invalid_input', 'timeout'] as const) {
      monitor.observe({ ...call, error: { reason } });
    }
    const events = (slo: string, result: string): Promise<number> =>
      metric(`model_slo_events_total{M,slo="${slo}",result="${result}"}`);
    expect(await metric('model_predictions_total{M,status="error"}')).toBe(3);
    for (const slo of ['errors', 'latency']) {
      expect([await events(slo, 'good'), await events(slo, 'bad')]).toEqual([0, bad]);
    }
  });
});

it('createMonitor names an invalid setting of a feature by its path in the options', () => {
  expect(() => watched({ features: [{ name: 'x', type: 'numeric', values: ['a'] }] })).toThrow(
    expect.objectContaining({
      problems: [expect.objectContaining({ path: 'features[0].values' })],
    }),
  );
});
