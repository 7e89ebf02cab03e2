import { describe, expect, it, vi } from 'vitest';
import { metricStoreOf } from '../../src/metrics/metric-store.js';
import { metricsContentTypes } from '../../src/metrics/metric-text.js';
import { clients } from '../clients.js';

const model = { model_name: 'm', model_version: '1' };

function linesOf(text: string, name: string): string[] {
  return text.split('\n').filter((line) => line.startsWith(name));
}

describe.each(clients)('the metric store of a registry of $client', (client) => {
  const { createRegistry, createOpenMetricsRegistry } = client;

  it('renders a counter with its help and type', async () => {
    const registry = createRegistry();
    const samples = metricStoreOf(registry).counter('model_prediction_samples_total', model);
    samples.add(2);
    samples.add(3);
    const text = await registry.metrics();
    expect(text).toContain('# TYPE model_prediction_samples_total counter');
    expect(text).toMatch(/# HELP model_prediction_samples_total Rows predicted/);
    expect(text).toContain('model_prediction_samples_total{model_name="m",model_version="1"} 5');
  });

  it('renders cumulative buckets, the sum and the count of a histogram', async () => {
    const registry = createRegistry();
    const seconds = metricStoreOf(registry).histogram('model_prediction_seconds', model, [0.1, 1]);
    for (const value of [0.1, 0.2, 5]) seconds.observe(value);
    const text = await registry.metrics();
    expect(linesOf(text, 'model_prediction_seconds')).toEqual([
      'model_prediction_seconds_bucket{model_name="m",model_version="1",le="0.1"} 1',
      'model_prediction_seconds_bucket{model_name="m",model_version="1",le="1.0"} 2',
      'model_prediction_seconds_bucket{model_name="m",model_version="1",le="+Inf"} 3',
      'model_prediction_seconds_sum{model_name="m",model_version="1"} 5.3',
      'model_prediction_seconds_count{model_name="m",model_version="1"} 3',
    ]);
  });

  it('renders no sum for a histogram that is declared without one', async () => {
    const registry = createRegistry();
    const labels = { ...model, feature: 'f', reference_id: 'r' };
    metricStoreOf(registry).histogram('model_feature_value', labels, [-1, 1]).setTotals([1, 2, 3]);
    const text = await registry.metrics();
    // OpenMetrics has a count only together with a sum.
    expect(text).not.toMatch(/model_feature_value_(sum|count)/);
    expect(linesOf(text, 'model_feature_value_bucket').map((line) => line.split(' ')[1])).toEqual([
      '1',
      '3',
      '6',
    ]);
  });

  describe('with exemplars', () => {
    const scrape = async (labels: Record<string, string>, timestampSeconds = 1.5) => {
      const registry = createOpenMetricsRegistry();
      const seconds = metricStoreOf(registry).histogram('model_prediction_seconds', model, [1, 2]);
      seconds.observe(0.5, { labels: { trace_id: 'a' }, timestampSeconds: 1 });
      seconds.observe(0.7);
      seconds.observe(3, { labels: { trace_id: 'b' }, timestampSeconds: 1 });
      seconds.observe(4, { labels, timestampSeconds });
      return linesOf(await registry.metrics(), 'model_prediction_seconds_bucket').map((line) =>
        line.replace(/^.*le=/, ''),
      );
    };

    it('renders the last exemplar of each bucket with its value and time', async () => {
      expect(await scrape({ trace_id: 'c', span: 'd' })).toEqual([
        '"1.0"} 2 # {trace_id="a"} 0.5 1',
        '"2.0"} 2',
        '"+Inf"} 4 # {trace_id="c",span="d"} 4 1.5',
      ]);
    });

    it.each([
      ['labels of 129 characters', { id: 'x'.repeat(127) }, 1],
      ['a label name that is none', { 'trace-id': 'c' }, 1],
      ['no time', { id: 'c' }, Number.NaN],
    ])('keeps the previous exemplar when the next one has %s', async (_what, labels, seconds) => {
      expect((await scrape(labels, seconds))[2]).toBe('"+Inf"} 4 # {trace_id="b"} 3 1');
    });

    it('counts characters of an exemplar, not code units', async () => {
      const id = '\u{1F600}'.repeat(126);
      expect((await scrape({ id }))[2]).toBe(`"+Inf"} 4 # {id="${id}"} 4 1.5`);
    });

    it('forgets exemplars when the registry is reset', async () => {
      const registry = createOpenMetricsRegistry();
      const store = metricStoreOf(registry);
      const seconds = store.histogram('model_prediction_seconds', model, [1]);
      seconds.observe(1, { labels: { trace_id: 'a' }, timestampSeconds: 1 });
      store.gauge('model_ready', model).set(1);
      registry.resetMetrics();
      const text = await registry.metrics();
      expect(text).toContain('model_prediction_seconds_count{model_name="m",model_version="1"} 0');
      expect(text).not.toContain('trace_id');
      expect(text).not.toContain('model_ready{');
    });
  });

  it('does not count NaN, which would make the sum NaN permanently', async () => {
    const registry = createRegistry();
    const seconds = metricStoreOf(registry).histogram('model_prediction_seconds', model, [1]);
    seconds.observe(Number.NaN);
    seconds.observe(0.5);
    const text = await registry.metrics();
    expect(text).toContain('model_prediction_seconds_sum{model_name="m",model_version="1"} 0.5');
    expect(text).toContain('model_prediction_seconds_count{model_name="m",model_version="1"} 1');
  });

  it('renders a single _total at the end of a counter in OpenMetrics', async () => {
    const registry = createOpenMetricsRegistry();
    metricStoreOf(registry).counter('model_prediction_samples_total', model).add(1);
    const text = await registry.metrics();
    expect(text).toContain('# TYPE model_prediction_samples counter');
    expect(text).toContain('model_prediction_samples_total{model_name="m",model_version="1"} 1');
    expect(text.endsWith('# EOF\n')).toBe(true);
  });

  it('renders no sum for a histogram with a negative bound, whatever its declaration', async () => {
    const registry = createRegistry();
    metricStoreOf(registry).histogram('model_prediction_seconds', model, [-1, 1]).observe(-2);
    const text = await registry.metrics();
    expect(text).not.toMatch(/model_prediction_seconds_(sum|count)/);
    expect(text).toContain('le="-1.0"} 1');
  });

  it('keeps the names of its counters when the registry changes its format', async () => {
    const registry = createRegistry();
    metricStoreOf(registry).counter('model_prediction_samples_total', model).add(1);
    const text = await registry.metrics();
    registry.setContentType(metricsContentTypes.openmetrics as never);
    expect(await registry.metrics()).not.toContain('total_total');
    registry.setContentType(metricsContentTypes.prometheus as never);
    expect(await registry.metrics()).toBe(text);
  });

  it('registers its metrics again after the registry was cleared', async () => {
    const registry = createRegistry();
    const store = metricStoreOf(registry);
    const samples = store.counter('model_prediction_samples_total', model);
    registry.clear();
    samples.add(1);
    expect(await registry.metrics()).not.toContain('model_prediction_samples_total{');
    store.counter('model_prediction_samples_total', model).add(1);
    expect(await registry.metrics()).toContain('model_prediction_samples_total{');
  });

  it('gives the default labels of the registry to every series', async () => {
    const registry = createRegistry();
    registry.setDefaultLabels({ team: 'air', model_name: 'never this' });
    metricStoreOf(registry).counter('model_prediction_samples_total', model).add(1);
    expect(await registry.metrics()).toContain(
      'model_prediction_samples_total{team="air",model_name="m",model_version="1"} 1',
    );
  });

  it('renders a gauge only while it is set', async () => {
    const registry = createRegistry();
    const gauge = metricStoreOf(registry).gauge('model_accuracy_score', model);
    const rendered = async () => linesOf(await registry.metrics(), 'model_accuracy_score');
    expect(await rendered()).toEqual([]);
    gauge.set(0);
    expect(await rendered()).toHaveLength(1);
    gauge.set(undefined);
    expect(await rendered()).toEqual([]);
  });

  it('is the same object for the same registry', () => {
    const registry = createRegistry();
    expect(metricStoreOf(registry)).toBe(metricStoreOf(registry));
    expect(metricStoreOf(createRegistry())).not.toBe(metricStoreOf(registry));
  });

  it('is the same object when this package is loaded twice', async () => {
    const registry = createRegistry();
    const store = metricStoreOf(registry);
    vi.resetModules();
    const copy = await import('../../src/metrics/metric-store.js');
    expect(copy.metricStoreOf).not.toBe(metricStoreOf);
    expect(copy.metricStoreOf(registry)).toBe(store);
  });

  it('refuses labels that a metric does not declare', () => {
    const store = metricStoreOf(createRegistry());
    expect(() => store.counter('model_predictions_total', model as never)).toThrow(
      expect.objectContaining({ code: 'METRIC_LABELS' }),
    );
  });

  it('refuses a label value that a metric does not declare', () => {
    const store = metricStoreOf(createRegistry());
    expect(() =>
      store.counter('model_predictions_total', { ...model, status: 'maybe' as never }),
    ).toThrow(
      expect.objectContaining({
        code: 'METRIC_LABELS',
        message: expect.stringContaining('success, error'),
      }),
    );
  });

  it('refuses a name that the registry already has', () => {
    const registry = createRegistry();
    client.addGauge(registry, 'model_ready', {});
    expect(() => metricStoreOf(registry).gauge('model_ready', model)).toThrow(
      expect.objectContaining({ code: 'METRIC_CONFLICT' }),
    );
  });

  it('refuses and counts series above its limit', async () => {
    const registry = createRegistry();
    const store = metricStoreOf(registry, 5);
    // Three of the five are the store's own.
    store.counter('model_prediction_samples_total', model).add(1);
    store.counter('model_prediction_samples_total', { ...model, model_version: '2' }).add(1);
    const refused = store.counter('model_prediction_samples_total', {
      ...model,
      model_version: '3',
    });
    refused.add(1);
    const text = await registry.metrics();
    expect(linesOf(text, 'model_prediction_samples_total')).toHaveLength(2);
    expect(text).toContain('model_monitor_series 5');
    expect(text).toContain('model_monitor_series_limit 5');
    expect(text).toContain('model_monitor_dropped_series_total 1');
  });

  it('counts every sample of a histogram as a series', () => {
    const store = metricStoreOf(createRegistry());
    const before = store.seriesCount;
    store.histogram('model_prediction_seconds', model, [1, 2]);
    expect(store.seriesCount - before).toBe(5);
  });

  it('reuses the slots of a removed series for the next one, which starts at zero', async () => {
    const registry = createRegistry();
    const store = metricStoreOf(registry);
    const before = store.seriesCount;
    const first = store.counter('model_prediction_samples_total', model);
    first.add(7);
    first.remove();
    expect(store.seriesCount).toBe(before);
    store.counter('model_prediction_samples_total', { ...model, model_version: '2' });
    expect(linesOf(await registry.metrics(), 'model_prediction_samples_total')).toEqual([
      'model_prediction_samples_total{model_name="m",model_version="2"} 0',
    ]);
  });

  it('ignores writes to a removed series whose slots are in use again', async () => {
    const registry = createRegistry();
    const store = metricStoreOf(registry);
    const bounds = [1, 2];
    const counter = store.counter('model_prediction_samples_total', model);
    const gauge = store.gauge('model_ready', model);
    const histogram = store.histogram('model_prediction_seconds', model, bounds);
    for (const series of [counter, gauge, histogram]) series.remove();
    const next = { ...model, model_version: '2' };
    store.counter('model_prediction_samples_total', next);
    store.gauge('model_ready', next).set(1);
    store.histogram('model_prediction_seconds', next, bounds);
    counter.add(5);
    counter.setTotal(5);
    gauge.set(5);
    histogram.observe(5);
    histogram.setTotals([5, 5, 5]);
    const text = await registry.metrics();
    expect(text).toContain('model_prediction_samples_total{model_name="m",model_version="2"} 0');
    expect(text).toContain('model_ready{model_name="m",model_version="2"} 1');
    expect(text).toContain('model_prediction_seconds_count{model_name="m",model_version="2"} 0');
  });

  it('keeps its numbers when it grows', async () => {
    const registry = createRegistry();
    const store = metricStoreOf(registry);
    for (let version = 0; version < 3000; version += 1) {
      store
        .counter('model_prediction_samples_total', { ...model, model_version: String(version) })
        .add(version);
    }
    const text = await registry.metrics();
    expect(text).toContain('{model_name="m",model_version="7"} 7\n');
    expect(text).toContain('{model_name="m",model_version="2999"} 2999\n');
  });

  it('escapes label values', async () => {
    const registry = createRegistry();
    metricStoreOf(registry)
      .counter('model_prediction_samples_total', { ...model, model_version: 'a"b\\c\nd' })
      .add(1);
    expect(await registry.metrics()).toContain('model_version="a\\"b\\\\c\\nd"} 1');
  });

  it('collects once for each scrape', async () => {
    const registry = createRegistry();
    const store = metricStoreOf(registry);
    let runs = 0;
    const stop = store.onCollect(() => {
      runs += 1;
    });
    await registry.metrics();
    await registry.metrics();
    expect(runs).toBe(2);
    stop();
    await registry.metrics();
    expect(runs).toBe(2);
  });

  it('adds up counters and buckets of several processes but not scores', async () => {
    const processes = [
      { accuracy: 0.5, seconds: [0.5], ready: 1, pending: 2 },
      { accuracy: 0.75, seconds: [0.5, 3], ready: 0, pending: 3 },
      { accuracy: undefined, seconds: [], ready: 1, pending: 0 },
    ].map(async ({ accuracy, seconds, ready, pending }) => {
      const registry = createRegistry();
      const store = metricStoreOf(registry);
      store.counter('model_prediction_samples_total', model).add(seconds.length);
      store.gauge('model_accuracy_score', model).set(accuracy);
      store.gauge('model_ready', model).set(ready);
      store.gauge('model_targets_pending', model).set(pending);
      const histogram = store.histogram('model_prediction_seconds', model, [1]);
      for (const value of seconds) histogram.observe(value);
      // As it arrives in the primary.
      return JSON.parse(JSON.stringify(await registry.getMetricsAsJSON()));
    });
    const text = await client.aggregate(await Promise.all(processes));
    const labels = 'model_name="m",model_version="1"';
    expect(text).toContain(`model_prediction_samples_total{${labels}} 3`);
    expect(text).toContain(`model_prediction_seconds_bucket{${labels},le="1.0"} 2`);
    expect(text).toContain(`model_prediction_seconds_sum{${labels}} 4`);
    expect(text).toContain(`model_accuracy_score{${labels}} 0.625`);
    expect(text).toContain(`model_ready{${labels}} 0`);
    expect(text).toContain(`model_targets_pending{${labels}} 5`);
    expect(text).toContain('model_monitor_series_limit 60000');
  });
});
