import {
  type MetricFamily,
  type MetricLabels,
  type MetricNumbers,
  type StoredExemplar,
  samplesOf,
} from './metric-family.js';

/** What Modelmeter needs of a registry; prom-client's fits, and so does its successor's. */
export interface MetricRegistry {
  registerMetric(metric: never): void;
  getSingleMetric(name: string): unknown;
  /** What the registry renders; prom-client ends the name of a counter by itself in OpenMetrics. */
  readonly contentType?: string;
}

/** A family in the shape of the clients' own metrics: they render whatever it gives them. */
export interface RegistryMetric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly aggregator: string;
  /** All of it, with complete labels: for JSON and for the primary of a cluster. */
  get(): RegistryMetricValues;
  /** The same for the text of the registry; labels that never change are rendered once. */
  getForPromString(): RegistryMetricValues;
  reset(): void;
}

interface RegistryMetricValues {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly aggregator: string;
  readonly values: RegistryValue[];
}

/** The clients write labels into it: it is made anew for each scrape. */
interface RegistryValue {
  labels: Record<string, string>;
  sharedLabels?: MetricLabels;
  value: number;
  metricName: string | undefined;
  exemplar: StoredExemplar | undefined;
}

/** Makes what stands for a family in a registry. */
export function createRegistryMetric(options: {
  readonly family: MetricFamily;
  readonly numbers: MetricNumbers;
  readonly registry: MetricRegistry;
  /** Runs before numbers are read. */
  readonly collect: () => void;
  /** Whether one value without labels stands for all of them. */
  readonly standsIn: () => boolean;
  readonly reset: () => void;
}): RegistryMetric {
  const { family, numbers, registry, collect, standsIn, reset } = options;
  const { name } = family;
  const { help, type, aggregator } = family.declaration;
  return {
    name,
    help,
    type,
    aggregator,
    get() {
      if (standsIn()) return { name, help, type, aggregator, values: [standIn()] };
      collect();
      return { name, help, type, aggregator, values: valuesOf(family, numbers, completeValue) };
    },
    getForPromString() {
      collect();
      const ends =
        type === 'counter' && registry.contentType?.startsWith('application/openmetrics');
      const values = valuesOf(family, numbers, sharingValue);
      return { name: ends ? name.replace(/_total$/, '') : name, help, type, aggregator, values };
    },
    reset,
  };
}

type ToValue = (
  labels: MetricLabels,
  value: number,
  metricName?: string,
  exemplar?: StoredExemplar,
) => RegistryValue;

const standIn = (): RegistryValue => completeValue({}, 0);

const completeValue: ToValue = (labels, value, metricName, exemplar) => ({
  labels: { ...labels },
  value,
  metricName,
  exemplar,
});

const sharingValue: ToValue = (labels, value, metricName, exemplar) => ({
  labels: {},
  sharedLabels: labels,
  value,
  metricName,
  exemplar,
});

function valuesOf(
  family: MetricFamily,
  { values }: MetricNumbers,
  toValue: ToValue,
): RegistryValue[] {
  const rendered: RegistryValue[] = [];
  for (const series of family.series.values()) {
    series.samples ??= samplesOf(family, series);
    const { samples, offset, exemplars } = series;
    if (family.declaration.type !== 'histogram') {
      const value = values[offset]!;
      if (!Number.isNaN(value)) rendered.push(toValue(series.labels, value));
      continue;
    }
    const buckets = series.bounds.length + 1;
    let count = 0;
    for (let index = 0; index < samples.length; index += 1) {
      const { name, labels } = samples[index]!;
      if (index < buckets) count += values[offset + index]!;
      const value = index === buckets ? values[offset + buckets]! : count;
      rendered.push(toValue(labels, value, name, exemplars?.[index]));
    }
  }
  return rendered;
}
