import * as successor from '@prometheus-io/client';
import * as promClient from 'prom-client';
import { metricsContentTypes } from '../src/metrics/metric-text.js';
import type { RenderedRegistry } from '../src/metrics/render-metrics.js';

/** What the tests ask of a registry beyond what Modelmeter asks. */
export interface ClientRegistry extends RenderedRegistry {
  metrics(): Promise<string>;
  clear(): void;
  resetMetrics(): void;
  setDefaultLabels(labels: object): void;
  setContentType(contentType: never): void;
}

/** A client library of Prometheus; all of them must treat our metrics the same way. */
export interface TestedClient {
  readonly client: string;
  createRegistry(): ClientRegistry;
  /** A registry that is set to OpenMetrics. */
  createOpenMetricsRegistry(): ClientRegistry;
  /** Metrics that are not ours. */
  addCounter(registry: ClientRegistry, name: string, value: number): void;
  addGauge(registry: ClientRegistry, name: string, labels: Record<string, string>): void;
  addHistogram(registry: ClientRegistry, name: string, exemplarLabels: object): void;
  /** What a primary makes of the JSON of its workers. */
  aggregate(families: readonly unknown[]): Promise<string>;
}

export const clients: readonly TestedClient[] = [
  tested('prom-client', promClient),
  tested('@prometheus-io/client', successor),
];

function tested(
  client: string,
  { Registry, Counter, Gauge, Histogram, AggregatorRegistry }: typeof promClient | typeof successor,
): TestedClient {
  const createRegistry = (): ClientRegistry => new Registry();
  return {
    client,
    createRegistry,
    createOpenMetricsRegistry() {
      const registry = createRegistry();
      registry.setContentType(metricsContentTypes.openmetrics as never);
      return registry;
    },
    addCounter(registry, name, value) {
      new Counter({ name, help: 'Not ours.', registers: [registry as never] }).inc(value);
    },
    addGauge(registry, name, labels) {
      const labelNames = Object.keys(labels);
      new Gauge({ name, help: 'Not "ours".', labelNames, registers: [registry as never] }).set(
        labels,
        1.5,
      );
    },
    addHistogram(registry, name, exemplarLabels) {
      new Histogram({
        name,
        help: 'Not ours.',
        buckets: [1],
        enableExemplars: true,
        registers: [registry as never],
      }).observe({ value: 0.5, exemplarLabels: exemplarLabels as never });
    },
    aggregate: (families) => AggregatorRegistry.aggregate(families as never).metrics(),
  };
}
