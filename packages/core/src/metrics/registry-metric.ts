import {
  type MetricFamily,
  type MetricLabels,
  type MetricNumbers,
  type StoredExemplar,
  samplesOf,
} from './metric-family.js';

/** The part of a registry that Modelmeter uses; those of prom-client and @prometheus-io/client fit. */
export interface MetricRegistry {
  registerMetric(metric: never): void;
  getSingleMetric(name: string): unknown;
  /** The format that the registry renders; for OpenMetrics, prom-client appends `_total` to counters. */
  readonly contentType?: string;
}

/** A family in the shape of a client's own metric, so that the registry can render it. */
export interface RegistryMetric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly aggregator: string;
  /** All values with complete labels, for JSON and for the primary of a cluster. */
  get(): RegistryMetricValues;
  /** All values for the text of the registry; constant labels are rendered once. */
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

/** Created for each scrape, since the clients write labels into it. */
interface RegistryValue {
  labels: Record<string, string>;
  sharedLabels?: MetricLabels;
  value: number;
  metricName: string | undefined;
  exemplar: StoredExemplar | undefined;
}

/** Creates the metric that a registry holds for a family. */
export function createRegistryMetric(options: {
  readonly family: MetricFamily;
  readonly numbers: MetricNumbers;
  readonly registry: MetricRegistry;
  /** Runs before numbers are read. */
  readonly collect: () => void;
  /** Whether to give one placeholder without labels in place of the values. */
  readonly givesPlaceholder: () => boolean;
  readonly reset: () => void;
}): RegistryMetric {
  const { family, numbers, registry, collect, givesPlaceholder, reset } = options;
  const { name } = family;
  const { help, type, aggregator } = family.declaration;
  return {
    name,
    help,
    type,
    aggregator,
    get() {
      if (givesPlaceholder()) return { name, help, type, aggregator, values: [placeholder()] };
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

const placeholder = (): RegistryValue => completeValue({}, 0);

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
