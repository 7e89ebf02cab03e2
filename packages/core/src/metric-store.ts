import { bucketLabel } from './bucket-label.js';
import { catalogue, type MetricDeclaration, type MetricName } from './catalogue.js';
import { CoreError } from './errors.js';

/** What Modelmeter needs of a registry; prom-client's fits, and so does its successor's. */
export interface MetricRegistry {
  registerMetric(metric: never): void;
  getSingleMetric(name: string): unknown;
}

export type MetricLabels = Readonly<Record<string, string>>;

/** A number that only grows. */
export interface CounterSeries {
  add(amount: number): void;
  /** Sets the total; for totals that are kept elsewhere and copied when scraped. */
  setTotal(total: number): void;
  remove(): void;
}

/** A number that is what it is now. */
export interface GaugeSeries {
  /** `undefined` takes the series out of the exposition until a number is set again. */
  set(value: number | undefined): void;
  remove(): void;
}

/** What led to an observation, such as `{ trace_id }`; OpenMetrics shows it beside a bucket. */
export interface Exemplar {
  /** Names as of labels; names and values together at most 128 characters, else it is not kept. */
  readonly labels: Readonly<Record<string, string>>;
  readonly timestampSeconds: number;
}

/** Counts per bucket. */
export interface HistogramSeries {
  /** Counts a value; NaN is in no bucket. Of its exemplars a bucket keeps the last. */
  observe(value: number, exemplar?: Exemplar): void;
  /** Replaces the counts per bucket (not cumulative, the last above every bound) by kept totals. */
  setTotals(bucketCounts: ArrayLike<number>): void;
  remove(): void;
}

/** The numbers behind every metric, in one flat array, rendered only when a scrape asks. */
export interface MetricStore {
  counter(name: MetricName, labels: MetricLabels): CounterSeries;
  gauge(name: MetricName, labels: MetricLabels): GaugeSeries;
  /** `bounds` are ascending upper bounds without +Infinity; default: those of the catalogue. */
  histogram(
    name: MetricName,
    labels: MetricLabels,
    bounds?: readonly number[],
    options?: { readonly sum?: boolean },
  ): HistogramSeries;
  /** Runs before each scrape, for numbers that are kept elsewhere. Returns how to stop it. */
  onCollect(collect: () => void): () => void;
  /** Series held now. */
  readonly seriesCount: number;
}

interface Series {
  readonly labels: MetricLabels;
  /** Where its numbers start; minus infinity once it is removed, where writes go nowhere. */
  offset: number;
  readonly bounds: readonly number[];
  readonly boundLabels: readonly string[];
  readonly hasSum: boolean;
  /** By bucket; made when the first one comes. */
  exemplars: (RenderedExemplar | undefined)[] | undefined;
}

interface Family {
  readonly name: MetricName;
  readonly declaration: MetricDeclaration;
  readonly series: Map<string, Series>;
}

interface RenderedValue {
  labels: Record<string, string>;
  value: number;
  metricName?: string;
  exemplar?: RenderedExemplar;
}

/** An exemplar as prom-client renders it. */
interface RenderedExemplar {
  readonly labelSet: Readonly<Record<string, string>>;
  readonly value: number;
  readonly timestamp: number;
}

/** A registry-shaped metric object: prom-client renders whatever `get` returns. */
interface RegistryMetric {
  name: string;
  help: string;
  type: string;
  aggregator: string;
  get(): RegistryMetricValues;
  reset(): void;
}

interface RegistryMetricValues {
  name: string;
  help: string;
  type: string;
  aggregator: string;
  values: RenderedValue[];
}

/** Series that a store holds at most, a histogram bucket counting as one. */
export const defaultMaximumSeries = 20_000;

const stores = new WeakMap<MetricRegistry, MetricStore>();

/**
 * The metric store of a registry: made and registered at the first call, the same one after that,
 * so several monitors can share one registry.
 *
 * @throws CoreError METRIC_CONFLICT when the registry holds a metric of one of our names already.
 */
export function metricStoreOf(
  registry: MetricRegistry,
  maximumSeries: number = defaultMaximumSeries,
): MetricStore {
  let store = stores.get(registry);
  if (store === undefined) {
    store = createMetricStore(registry, maximumSeries);
    stores.set(registry, store);
  }
  return store;
}

function createMetricStore(registry: MetricRegistry, maximumSeries: number): MetricStore {
  let values = new Float64Array(1024);
  let used = 0;
  let seriesCount = 0;
  let droppedSeries = 0;
  const freeOffsets = new Map<number, number[]>();
  const families = new Map<MetricName, Family>();
  const collectors = new Set<() => void>();
  let collectedInTick = false;

  function collectOnce(): void {
    // A registry asks its metrics one after the other within one turn: collect for the first only.
    if (collectedInTick) return;
    collectedInTick = true;
    queueMicrotask(() => {
      collectedInTick = false;
    });
    for (const collect of collectors) collect();
  }

  function reserve(size: number): number {
    const reusable = freeOffsets.get(size)?.pop();
    if (reusable !== undefined) return reusable;
    if (used + size > values.length) {
      const larger = new Float64Array(Math.max(values.length * 2, used + size));
      larger.set(values);
      values = larger;
    }
    used += size;
    return used - size;
  }

  function familyOf(name: MetricName): Family {
    let family = families.get(name);
    if (family === undefined) {
      family = { name, declaration: catalogue[name], series: new Map() };
      families.set(name, family);
      registerFamily(family);
    }
    return family;
  }

  function registerFamily(family: Family): void {
    if (registry.getSingleMetric(family.name) !== undefined) {
      throw new CoreError(
        'METRIC_CONFLICT',
        `The registry already has a metric named "${family.name}". Give Modelmeter a registry without it, or remove that metric.`,
      );
    }
    const metric: RegistryMetric = {
      name: family.name,
      help: family.declaration.help,
      type: family.declaration.type,
      aggregator: family.declaration.aggregator,
      get() {
        collectOnce();
        return {
          name: this.name,
          help: this.help,
          type: this.type,
          aggregator: this.aggregator,
          values: render(family, values),
        };
      },
      reset() {
        for (const series of family.series.values()) {
          const end = series.offset + sizeOf(series, family.declaration);
          values.fill(initialValueOf(family.declaration), series.offset, end);
          series.exemplars = undefined;
        }
      },
    };
    registry.registerMetric(metric as never);
  }

  function seriesOf(
    name: MetricName,
    labels: MetricLabels,
    bounds: readonly number[],
    hasSum: boolean,
  ): Series | undefined {
    const family = familyOf(name);
    assertLabels(name, family.declaration, labels);
    const key = JSON.stringify(family.declaration.labels.map((label) => labels[label]));
    const existing = family.series.get(key);
    if (existing !== undefined) return existing;
    const boundLabels = family.declaration.type === 'histogram' ? bounds.map(bucketLabel) : [];
    const size = family.declaration.type === 'histogram' ? bounds.length + 2 : 1;
    if (seriesCount + size > maximumSeries) {
      droppedSeries += 1;
      return undefined;
    }
    const offset = reserve(size);
    values.fill(initialValueOf(family.declaration), offset, offset + size);
    const series: Series = {
      labels: { ...labels },
      offset,
      bounds,
      boundLabels,
      hasSum,
      exemplars: undefined,
    };
    family.series.set(key, series);
    seriesCount += size;
    return series;
  }

  function remover(name: MetricName, series: Series): () => void {
    return () => {
      const family = familyOf(name);
      const key = JSON.stringify(family.declaration.labels.map((label) => series.labels[label]));
      if (family.series.get(key) !== series) return;
      const size = sizeOf(series, family.declaration);
      family.series.delete(key);
      seriesCount -= size;
      const free = freeOffsets.get(size) ?? [];
      free.push(series.offset);
      freeOffsets.set(size, free);
      // Whoever still holds a handle must not write into the series that comes to live here.
      series.offset = Number.NEGATIVE_INFINITY;
    };
  }

  const store: MetricStore = {
    counter(name, labels) {
      const series = seriesOf(name, labels, [], false);
      if (series === undefined) return ignoredSeries;
      return {
        add(amount) {
          values[series.offset]! += amount;
        },
        setTotal(total) {
          values[series.offset] = total;
        },
        remove: remover(name, series),
      };
    },
    gauge(name, labels) {
      const series = seriesOf(name, labels, [], false);
      if (series === undefined) return ignoredSeries;
      return {
        set(value) {
          values[series.offset] = value ?? Number.NaN;
        },
        remove: remover(name, series),
      };
    },
    histogram(name, labels, bounds, options = {}) {
      const ascending = bounds ?? (catalogue[name] as MetricDeclaration).buckets ?? [];
      const series = seriesOf(name, labels, ascending, options.sum ?? true);
      if (series === undefined) return ignoredSeries;
      const buckets = series.bounds.length + 1;
      return {
        observe(value, exemplar) {
          // One NaN in the sum would stay in it for ever.
          if (Number.isNaN(value)) return;
          let bucket = 0;
          while (bucket < buckets - 1 && value > series.bounds[bucket]!) bucket += 1;
          values[series.offset + bucket]! += 1;
          values[series.offset + buckets]! += value;
          if (exemplar === undefined || !isExposable(exemplar)) return;
          series.exemplars ??= new Array(buckets).fill(undefined);
          series.exemplars[bucket] = {
            labelSet: { ...exemplar.labels },
            value,
            timestamp: exemplar.timestampSeconds,
          };
        },
        setTotals(bucketCounts) {
          for (let bucket = 0; bucket < buckets; bucket += 1) {
            values[series.offset + bucket] = bucketCounts[bucket] ?? 0;
          }
        },
        remove: remover(name, series),
      };
    },
    onCollect(collect) {
      collectors.add(collect);
      return () => collectors.delete(collect);
    },
    get seriesCount() {
      return seriesCount;
    },
  };

  const ownSeries = store.gauge('model_monitor_series', {});
  const limit = store.gauge('model_monitor_series_limit', {});
  const dropped = store.counter('model_monitor_dropped_series_total', {});
  limit.set(maximumSeries);
  store.onCollect(() => {
    ownSeries.set(seriesCount);
    dropped.setTotal(droppedSeries);
  });
  return store;
}

/** What a full store hands out: the caller goes on, the refusal is counted. */
const ignoredSeries = {
  add(): void {},
  setTotal(): void {},
  set(): void {},
  observe(): void {},
  setTotals(): void {},
  remove(): void {},
};

function sizeOf(series: Series, declaration: MetricDeclaration): number {
  return declaration.type === 'histogram' ? series.bounds.length + 2 : 1;
}

/** An unset gauge is absent: NaN on a dashboard poisons every sum that it is part of. */
function initialValueOf(declaration: MetricDeclaration): number {
  return declaration.type === 'gauge' ? Number.NaN : 0;
}

/** Characters of the labels of an exemplar at most. Source: OpenMetrics 1.0, Exemplars. */
const exemplarCharacters = 128;

/** Whether a scraper would take the exemplar; one that it refuses costs the whole scrape. */
function isExposable({ labels, timestampSeconds }: Exemplar): boolean {
  if (!Number.isFinite(timestampSeconds)) return false;
  let text = '';
  for (const [name, value] of Object.entries(labels)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return false;
    text += name + value;
  }
  // A character is one or two code units: most texts need no counting.
  return text.length <= exemplarCharacters || Array.from(text).length <= exemplarCharacters;
}

function assertLabels(
  name: MetricName,
  declaration: MetricDeclaration,
  labels: MetricLabels,
): void {
  const given = Object.keys(labels);
  const fits =
    given.length === declaration.labels.length &&
    declaration.labels.every((label) => typeof labels[label] === 'string');
  if (!fits) {
    throw new CoreError(
      'METRIC_LABELS',
      `${name} was given the labels ${given.join(', ') || '(none)'}; it is declared with ${declaration.labels.join(', ') || '(none)'}.`,
    );
  }
}

function render(family: Family, values: Float64Array): RenderedValue[] {
  const rendered: RenderedValue[] = [];
  for (const series of family.series.values()) {
    if (family.declaration.type === 'histogram') {
      renderHistogram(family.name, series, values, rendered);
      continue;
    }
    const value = values[series.offset]!;
    if (!Number.isNaN(value)) rendered.push({ labels: { ...series.labels }, value });
  }
  return rendered;
}

function renderHistogram(
  name: MetricName,
  series: Series,
  values: Float64Array,
  rendered: RenderedValue[],
): void {
  const buckets = series.bounds.length + 1;
  let cumulative = 0;
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    cumulative += values[series.offset + bucket]!;
    const exemplar = series.exemplars?.[bucket];
    rendered.push({
      labels: { ...series.labels, le: series.boundLabels[bucket] ?? '+Inf' },
      value: cumulative,
      metricName: `${name}_bucket`,
      ...(exemplar === undefined ? {} : { exemplar }),
    });
  }
  if (series.hasSum) {
    rendered.push({
      labels: { ...series.labels },
      value: values[series.offset + buckets]!,
      metricName: `${name}_sum`,
    });
  }
  rendered.push({
    labels: { ...series.labels },
    value: cumulative,
    metricName: `${name}_count`,
  });
}
