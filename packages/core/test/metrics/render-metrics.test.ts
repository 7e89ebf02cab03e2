import { describe, expect, it } from 'vitest';
import { metricStoreOf } from '../../src/metrics/metric-store.js';
import type { MetricsFormat } from '../../src/metrics/metric-text.js';
import { renderMetrics } from '../../src/metrics/render-metrics.js';
import { type ClientRegistry, clients } from '../clients.js';

const model = { model_name: 'm', model_version: '1' };
const formats: readonly MetricsFormat[] = ['prometheus', 'openmetrics'];

/** Lines that carry a number, in order of their text. */
function samplesOf(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.replace(/ # .*/, ''))
    .sort();
}

describe.each(clients)('renderMetrics with a registry of $client', (client) => {
  function fill(registry: ClientRegistry): void {
    const store = metricStoreOf(registry);
    store.counter('model_predictions_total', { ...model, status: 'success' }).add(1e21);
    store.gauge('model_accuracy_score', { model_name: 'a"b\\c\nd', model_version: '1' }).set(0.25);
    store.gauge('model_f1_score', model).set(undefined);
    store.gauge('model_mean_absolute_error', model).set(Number.POSITIVE_INFINITY);
    store.gauge('model_root_mean_squared_error', model).set(Number.NEGATIVE_INFINITY);
    const seconds = store.histogram('model_prediction_seconds', model, [0.1, 1, 2_500_000]);
    seconds.observe(0.05);
    seconds.observe(3, { labels: { trace_id: 'a"b' }, timestampSeconds: 1_700_000_000.5 });
    const feature = { ...model, feature: 'f', reference_id: 'r' };
    store.histogram('model_feature_value', feature, [-1, 1]).setTotals([1, 2, 3]);
    client.addGauge(registry, 'process_memory_bytes', { kind: 'a"b' });
  }

  it.each(formats)('renders in %s the same series as the registry itself', async (format) => {
    const registry = client.createRegistry();
    fill(registry);
    const rendered = samplesOf((await renderMetrics(registry, format)).body);
    expect(rendered).toEqual(samplesOf(await registry.metrics()));
    expect(rendered).toHaveLength(3 + 1 + 1 + 2 + 6 + 3 + 1);
  });

  it.each(formats)('renders in %s the default labels of the registry', async (format) => {
    const registry = client.createRegistry();
    fill(registry);
    // The client itself never takes a label back from a metric of its own.
    const ours = async (): Promise<string[]> =>
      samplesOf((await renderMetrics(registry, format)).body).filter((line) =>
        line.startsWith('model_'),
      );
    const before = await ours();
    for (const labels of [{ team: 'air', model_name: 'never this' }, { team: 'sea' }, {}]) {
      registry.setDefaultLabels(labels);
      const rendered = samplesOf((await renderMetrics(registry, format)).body);
      const ordered = (line: string): string =>
        line.replace(/\{(.*)\}/, (_all, inside: string) => `{${inside.split(',').sort()}}`);
      expect(rendered.map(ordered).sort()).toEqual(
        samplesOf(await registry.metrics())
          .map(ordered)
          .sort(),
      );
    }
    expect(await ours()).toEqual(before);
  });

  it('renders no exemplars and no units in Prometheus text', async () => {
    const registry = client.createRegistry();
    fill(registry);
    const text = (await renderMetrics(registry, 'prometheus')).body;
    expect(text).toContain(
      '# HELP model_predictions_total Prediction calls by status; one per call, whatever its batch size.\n# TYPE model_predictions_total counter\n',
    );
    expect(text).not.toContain('trace_id');
    expect(text).not.toMatch(/# (UNIT|EOF)/);
  });

  it('renders exemplars, units and counter names without _total in OpenMetrics', async () => {
    const registry = client.createRegistry();
    fill(registry);
    const text = (await renderMetrics(registry, 'openmetrics')).body;
    expect(text).toContain('# TYPE model_predictions counter\n');
    expect(text).toContain('# UNIT model_prediction_seconds seconds\n');
    expect(text).toContain('# HELP process_memory_bytes Not \\"ours\\".\n');
    expect(text).toContain('# UNIT process_memory_bytes bytes\n');
    expect(text).toContain(
      'model_prediction_seconds_bucket{model_name="m",model_version="1",le="2.5e+06"} 2 # {trace_id="a\\"b"} 3 1700000000.5\n',
    );
    expect(text.endsWith('\n# EOF\n')).toBe(true);
    expect(text.match(/# EOF/g)).toHaveLength(1);
  });

  it('leaves out a family without samples, including its header', async () => {
    const registry = client.createRegistry();
    fill(registry);
    expect((await renderMetrics(registry, 'prometheus')).body).not.toContain('model_f1_score');
  });

  it('renders in OpenMetrics the exemplars, buckets and counter names of foreign metrics', async () => {
    const registry = client.createOpenMetricsRegistry();
    client.addHistogram(registry, 'other_seconds', { trace_id: 'x' });
    client.addCounter(registry, 'others_total', 2);
    metricStoreOf(registry);
    // From here on the client calls its counter by the name without its end.
    await registry.metrics();
    const text = (await renderMetrics(registry, 'openmetrics')).body;
    expect(text).toMatch(/other_seconds_bucket\{le="1\.0"\} 1 # \{trace_id="x"\} 0\.5 \d+/);
    expect(text).toContain('# TYPE others counter\nothers_total 2\n');
    expect((await renderMetrics(registry, 'prometheus')).body).toContain(
      '# TYPE others_total counter\nothers_total 2\n',
    );
  });

  it('renders a foreign counter without _total as type unknown in OpenMetrics', async () => {
    const registry = client.createRegistry();
    client.addCounter(registry, 'others', 2);
    expect((await renderMetrics(registry, 'openmetrics')).body).toContain(
      '# TYPE others unknown\nothers 2\n',
    );
    expect((await renderMetrics(registry, 'prometheus')).body).toContain('# TYPE others counter\n');
  });

  it('collects once and renders a metric that was created while collecting', async () => {
    const registry = client.createRegistry();
    const store = metricStoreOf(registry);
    let runs = 0;
    store.onCollect(() => {
      runs += 1;
      store.gauge('model_ready', model).set(runs);
    });
    expect((await renderMetrics(registry, 'prometheus')).body).toContain(
      'model_ready{model_name="m",model_version="1"} 1\n',
    );
  });

  it('keeps no text between two scrapes', async () => {
    const registry = client.createRegistry();
    const store = metricStoreOf(registry);
    const samples = store.counter('model_prediction_samples_total', model);
    const asked = renderMetrics(registry, 'prometheus');
    samples.add(1);
    expect((await renderMetrics(registry, 'prometheus')).body).toContain('} 1\n');
    samples.remove();
    expect((await renderMetrics(registry, 'prometheus')).body).not.toContain(
      'model_prediction_samples_total',
    );
    await asked;
  });

  it('renders none of our metrics once the registry is cleared', async () => {
    const registry = client.createRegistry();
    fill(registry);
    registry.clear();
    expect((await renderMetrics(registry, 'openmetrics')).body).toBe('# EOF\n');
  });
});
