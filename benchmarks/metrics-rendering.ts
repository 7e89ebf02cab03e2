/**
 * Times a scrape of 10 000 series: the registry's own metrics rendered by the registry, ours
 * rendered by the registry, and ours rendered by `renderMetrics`; what a prediction pays to be
 * recorded; the memory that a series takes; and what a target costs. One process, alternating runs.
 */
import { cpus } from 'node:os';
import {
  type MetricStore,
  metricStoreOf,
  type RenderedRegistry,
  renderMetrics,
} from '@modelmeter/core';
import { latencyBuckets, type MetricLabelsOf } from '@modelmeter/core/catalogue';
import * as successor from '@prometheus-io/client';
import * as promClient from 'prom-client';
import { median } from './kernel-measure.js';
import { amount } from './smoke.js';
import { reportTargets } from './target-recording.js';

const rounds = amount(60, 2);
const versions = amount(200, 4);
const psiSeries = amount(3000, 60);
const recordings = amount(200_000, 1000);
const featureLabels = ['model_name', 'model_version', 'feature', 'reference_id'];
const referenceId = 'd2f60f197a36';
const secondsLabels = ['model_name', 'model_version'];

type FeatureLabels = MetricLabelsOf<'model_feature_missing_total' | 'model_feature_drift_psi'>;

/** Every series, by the type of its metric; the numbers are as uneven as real ones. */
interface Recorder {
  counter(labels: FeatureLabels, value: number): void;
  gauge(labels: FeatureLabels, value: number): void;
  histogram(labels: MetricLabelsOf<'model_prediction_seconds'>, values: readonly number[]): void;
}

function record({ counter, gauge, histogram }: Recorder): void {
  for (let version = 0; version < versions; version += 1) {
    const labels = { model_name: 'late-flights', model_version: `2026.11.${version}` };
    for (let feature = 0; feature < 16; feature += 1) {
      counter(
        { ...labels, feature: `feature_${feature}`, reference_id: referenceId },
        version * 1000 + feature,
      );
    }
    histogram(labels, [0.0004, 0.0031 + version / 1e6, 0.04 / (version + 1), 0.7]);
  }
  for (let series = 0; series < psiSeries; series += 1) {
    const labels = { model_name: 'late-flights', model_version: `2026.11.${series % 10}` };
    gauge(
      { ...labels, feature: `feature_${series}`, reference_id: referenceId },
      Math.abs(Math.sin(series)) / 7,
    );
  }
}

function registryOfOurs<Rendered extends RenderedRegistry>(registry: Rendered): Rendered {
  const store: MetricStore = metricStoreOf(registry);
  record({
    counter: (labels, value) => store.counter('model_feature_missing_total', labels).add(value),
    gauge: (labels, value) => store.gauge('model_feature_drift_psi', labels).set(value),
    histogram(labels, values) {
      const series = store.histogram('model_prediction_seconds', labels, latencyBuckets);
      for (const value of values) series.observe(value);
    },
  });
  return registry;
}

function registryOfTheirs(
  client: Pick<typeof promClient, 'Counter' | 'Gauge' | 'Histogram'>,
  registry: promClient.Registry,
): promClient.Registry {
  const options = { help: 'The same series.', registers: [registry] };
  const counter = new client.Counter({
    ...options,
    name: 'model_feature_missing_total',
    labelNames: featureLabels,
  });
  const gauge = new client.Gauge({
    ...options,
    name: 'model_feature_drift_psi',
    labelNames: featureLabels,
  });
  const histogram = new client.Histogram({
    ...options,
    name: 'model_prediction_seconds',
    labelNames: secondsLabels,
    buckets: [...latencyBuckets],
  });
  record({
    counter: (labels, value) => counter.inc(labels, value),
    gauge: (labels, value) => gauge.set(labels, value),
    histogram(labels, values) {
      for (const value of values) histogram.observe(labels, value);
    },
  });
  return registry;
}

const clients = [
  ['prom-client', promClient, () => new promClient.Registry()],
  ['@prometheus-io/client', successor, () => new successor.Registry()],
] as const;

const scrapes = clients.flatMap(([name, client, createRegistry]) => {
  const theirs = registryOfTheirs(client as never, createRegistry() as never);
  const ours = registryOfOurs<promClient.Registry>(createRegistry() as never);
  return [
    { what: `${name}: its own metrics, registry.metrics()`, render: () => theirs.metrics() },
    { what: `${name}: ours, registry.metrics()`, render: () => ours.metrics() },
    {
      what: `${name}: ours, renderMetrics text`,
      render: async () => (await renderMetrics(ours, 'prometheus')).body,
    },
    {
      what: `${name}: ours, renderMetrics OpenMetrics`,
      render: async () => (await renderMetrics(ours, 'openmetrics')).body,
    },
  ].map((scrape) => ({ ...scrape, milliseconds: [] as number[], samples: 0, kibibytes: 0 }));
});

for (let round = -5; round < rounds; round += 1) {
  for (const scrape of scrapes) {
    const start = performance.now();
    // As a server sends it: strings that are joined only when read would look cheaper than they are.
    const body = Buffer.from(await scrape.render());
    if (round >= 0) scrape.milliseconds.push(performance.now() - start);
    scrape.kibibytes = body.length / 1024;
    scrape.samples = body.toString().match(/^[^#\n].*$/gm)?.length ?? 0;
  }
}

console.log(`Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}`);
console.log(`\nA scrape, ${rounds} alternating rounds     median     min   samples      KiB`);
for (const { what, milliseconds, samples, kibibytes } of scrapes) {
  const figures = [median(milliseconds), Math.min(...milliseconds)].map((ms) => ms.toFixed(2));
  console.log(
    `${what.padEnd(60)} ${figures.map((ms) => `${ms} ms`.padStart(9)).join(' ')} ${String(samples).padStart(7)} ${kibibytes.toFixed(0).padStart(6)}`,
  );
}

console.log('\nRecording one value                          ns, median of 9 runs');
for (const [what, call] of recorders()) {
  const runs: number[] = [];
  for (let run = 0; run < 9; run += 1) {
    const start = performance.now();
    for (let index = 0; index < recordings; index += 1) call(index);
    runs.push(((performance.now() - start) * 1e6) / recordings);
  }
  console.log(`${what.padEnd(44)} ${median(runs).toFixed(1).padStart(7)}`);
}

console.log('\nMemory                                       bytes a series');
for (const [what, create] of memories()) {
  console.log(`${what.padEnd(44)} ${(await bytesOf(create)).toFixed(0).padStart(7)}`);
}

reportTargets();

function recorders(): [string, (index: number) => void][] {
  const labels = { model_name: 'm', model_version: '1' };
  const values = Float64Array.from({ length: 1024 }, (_, index) => 0.0002 * (1 + (index % 97)));
  const trace = { trace_id: '4bf92f3577b34da6a3ce929d0e0e4736' };
  const ours = metricStoreOf(new promClient.Registry());
  const observed = ours.histogram('model_prediction_seconds', labels, latencyBuckets);
  const counted = ours.counter('model_predictions_total', { ...labels, status: 'success' });
  const theirs = new promClient.Histogram({
    name: 'model_prediction_seconds',
    help: 'The same.',
    labelNames: secondsLabels,
    buckets: [...latencyBuckets],
    registers: [],
  });
  return [
    ['ours: counter.add', () => counted.add(1)],
    ['ours: histogram.observe', (index) => observed.observe(values[index & 1023]!)],
    [
      'ours: histogram.observe with an exemplar',
      (index) =>
        observed.observe(values[index & 1023]!, { labels: trace, timestampSeconds: index }),
    ],
    ['prom-client: histogram.observe', (index) => theirs.observe(labels, values[index & 1023]!)],
  ];
}

function memories(): [string, () => Promise<unknown>][] {
  return [
    ['ours, before a scrape', async () => registryOfOurs(new promClient.Registry())],
    [
      'ours, after renderMetrics',
      async () => {
        const registry = registryOfOurs(new promClient.Registry());
        await renderMetrics(registry, 'prometheus');
        return registry;
      },
    ],
    [
      'prom-client, after a scrape',
      async () => {
        const registry = registryOfTheirs(promClient, new promClient.Registry());
        await registry.metrics();
        return registry;
      },
    ],
  ];
}

/** Bytes of the heap and of array buffers that stay when everything else is collected. */
async function bytesOf(create: () => Promise<unknown>): Promise<number> {
  const used = (): number => {
    globalThis.gc?.();
    globalThis.gc?.();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = used();
  const kept = await create();
  const after = used();
  const series = versions * (16 + latencyBuckets.length + 3) + psiSeries;
  return kept === undefined ? Number.NaN : (after - before) / series;
}
