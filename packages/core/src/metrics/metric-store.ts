import { catalogue, type MetricDeclaration, type MetricName } from '../catalogue.js';
import { CoreError } from '../errors.js';
import { settingDefaults } from '../settings/defaults.js';
import {
  initialValueOf,
  type MetricFamily,
  type MetricLabels,
  type MetricNumbers,
  numberCount,
  type StoredSeries,
  sampleCount,
} from './metric-family.js';
import {
  createRegistryMetric,
  type MetricRegistry,
  type RegistryMetric,
} from './registry-metric.js';

export type { MetricLabels, MetricRegistry };

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
  histogram(name: MetricName, labels: MetricLabels, bounds?: readonly number[]): HistogramSeries;
  /** Runs before each scrape, for numbers that are kept elsewhere. Returns how to stop it. */
  onCollect(collect: () => void): () => void;
  /** Series held now. */
  readonly seriesCount: number;
}

/** What a scrape reads of a store. */
export interface ScrapedStore {
  /** Brings the numbers up to date that are kept elsewhere. */
  collect(): void;
  /** The families that the registry still holds. */
  families(): MetricFamily[];
  readonly numbers: MetricNumbers;
  /** Runs `ask` while each family gives the registry one value without labels, instead of all. */
  withStandIns<Result>(ask: () => Result): Result;
}

type Stores = WeakMap<MetricRegistry, MetricStore & ScrapedStore>;

/** The one of this process: a bundler, or ESM beside CommonJS, may load this package twice. */
function storesOfProcess(): Stores {
  const holder: { [storesKey]?: Stores } = globalThis as object;
  holder[storesKey] ??= new WeakMap();
  return holder[storesKey];
}

// Another number for another shape of what is kept.
const storesKey = Symbol.for('@modelmeter/core/metric-stores/1');

/**
 * The metric store of a registry: made and registered at the first call, the same one after that,
 * so several monitors can share one registry.
 *
 * @param maximumSeries Series that it holds at most, where it is made; of a histogram each bucket,
 *   the sum and the count are one. What is beyond is refused and counted.
 * @throws CoreError METRIC_CONFLICT when the registry holds a metric of one of our names already.
 */
export function metricStoreOf(
  registry: MetricRegistry,
  maximumSeries: number = settingDefaults.maximumSeries,
): MetricStore {
  const stores = storesOfProcess();
  let store = stores.get(registry);
  if (store === undefined) {
    store = createMetricStore(registry, maximumSeries);
    stores.set(registry, store);
  }
  return store;
}

/** The store that a registry has already. */
export function scrapedStoreOf(registry: MetricRegistry): ScrapedStore | undefined {
  return storesOfProcess().get(registry);
}

interface RegisteredFamily extends MetricFamily {
  readonly metric: RegistryMetric;
}

function createMetricStore(
  registry: MetricRegistry,
  maximumSeries: number,
): MetricStore & ScrapedStore {
  const numbers: MetricNumbers = { values: new Float64Array(1024) };
  let used = 0;
  let seriesCount = 0;
  let droppedSeries = 0;
  const freeOffsets = new Map<number, number[]>();
  const families = new Map<MetricName, RegisteredFamily>();
  const collectors = new Set<() => void>();
  let collectedInTick = false;
  let standsIn = false;

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
    if (used + size > numbers.values.length) {
      const larger = new Float64Array(Math.max(numbers.values.length * 2, used + size));
      larger.set(numbers.values);
      numbers.values = larger;
    }
    used += size;
    return used - size;
  }

  function familyOf(name: MetricName): RegisteredFamily {
    let family = families.get(name);
    if (family === undefined) {
      family = createFamily(name);
      families.set(name, family);
    }
    // A registry that was cleared takes its metrics again.
    if (!isRegistered(family)) register(family);
    return family;
  }

  function createFamily(name: MetricName): RegisteredFamily {
    const family = { name, declaration: catalogue[name], series: new Map<string, StoredSeries>() };
    const metric = createRegistryMetric({
      family,
      numbers,
      registry,
      collect: collectOnce,
      standsIn: () => standsIn,
      reset() {
        for (const series of family.series.values()) clear(series, family.declaration);
      },
    });
    return { ...family, metric };
  }

  function isRegistered({ name, metric }: RegisteredFamily): boolean {
    return registry.getSingleMetric(name) === metric;
  }

  function register({ name, metric }: RegisteredFamily): void {
    if (registry.getSingleMetric(name) !== undefined) {
      throw new CoreError(
        'METRIC_CONFLICT',
        `The registry already has a metric named "${name}". Give Modelmeter a registry without it, or remove that metric.`,
      );
    }
    registry.registerMetric(metric as never);
  }

  function clear(series: StoredSeries, declaration: MetricDeclaration): void {
    const end = series.offset + numberCount(series, declaration);
    numbers.values.fill(initialValueOf(declaration), series.offset, end);
    series.exemplars = undefined;
  }

  function seriesOf(
    name: MetricName,
    labels: MetricLabels,
    bounds: readonly number[],
    hasSum: boolean,
  ): StoredSeries | undefined {
    const { declaration, series: known } = familyOf(name);
    assertLabels(name, declaration, labels);
    const key = keyOf(declaration, labels);
    const existing = known.get(key);
    if (existing !== undefined) return existing;
    const samples = sampleCount({ bounds, hasSum }, declaration);
    if (seriesCount + samples > maximumSeries) {
      droppedSeries += 1;
      return undefined;
    }
    const series: StoredSeries = {
      labels: { ...labels },
      offset: reserve(numberCount({ bounds }, declaration)),
      bounds,
      hasSum,
      exemplars: undefined,
      samples: undefined,
      prefixes: undefined,
    };
    clear(series, declaration);
    known.set(key, series);
    seriesCount += samples;
    return series;
  }

  function remover(name: MetricName, series: StoredSeries): () => void {
    return () => {
      const { declaration, series: known } = families.get(name)!;
      const key = keyOf(declaration, series.labels);
      if (known.get(key) !== series) return;
      const size = numberCount(series, declaration);
      known.delete(key);
      seriesCount -= sampleCount(series, declaration);
      const free = freeOffsets.get(size) ?? [];
      free.push(series.offset);
      freeOffsets.set(size, free);
      // Whoever still holds a handle must not write into the series that comes to live here.
      series.offset = Number.NEGATIVE_INFINITY;
    };
  }

  const store: MetricStore & ScrapedStore = {
    counter(name, labels) {
      const series = seriesOf(name, labels, [], false);
      if (series === undefined) return ignoredSeries;
      return {
        add(amount) {
          numbers.values[series.offset]! += amount;
        },
        setTotal(total) {
          numbers.values[series.offset] = total;
        },
        remove: remover(name, series),
      };
    },
    gauge(name, labels) {
      const series = seriesOf(name, labels, [], false);
      if (series === undefined) return ignoredSeries;
      return {
        set(value) {
          numbers.values[series.offset] = value ?? Number.NaN;
        },
        remove: remover(name, series),
      };
    },
    histogram(name, labels, bounds) {
      const declaration: MetricDeclaration = catalogue[name];
      const ascending = bounds ?? declaration.buckets ?? [];
      const hasSum = declaration.sum !== false && !(ascending[0]! < 0);
      const series = seriesOf(name, labels, ascending, hasSum);
      if (series === undefined) return ignoredSeries;
      const buckets = series.bounds.length + 1;
      return {
        observe(value, exemplar) {
          // One NaN in the sum would stay in it for ever.
          if (Number.isNaN(value)) return;
          let bucket = 0;
          while (bucket < buckets - 1 && value > series.bounds[bucket]!) bucket += 1;
          numbers.values[series.offset + bucket]! += 1;
          numbers.values[series.offset + buckets]! += value;
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
            numbers.values[series.offset + bucket] = bucketCounts[bucket] ?? 0;
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
    collect: collectOnce,
    families: () => [...families.values()].filter(isRegistered),
    numbers,
    withStandIns(ask) {
      standsIn = true;
      try {
        return ask();
      } finally {
        standsIn = false;
      }
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

function keyOf(declaration: MetricDeclaration, labels: MetricLabels): string {
  return JSON.stringify(declaration.labels.map((label) => labels[label]));
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
  { labels: declared, values = {} }: MetricDeclaration,
  labels: MetricLabels,
): void {
  const given = Object.keys(labels);
  const fits =
    given.length === declared.length &&
    declared.every((label) => typeof labels[label] === 'string');
  if (!fits) {
    throw new CoreError(
      'METRIC_LABELS',
      `${name} was given the labels ${given.join(', ') || '(none)'}; it is declared with ${declared.join(', ') || '(none)'}.`,
    );
  }
  for (const [label, known] of Object.entries(values)) {
    if (known.includes(labels[label]!)) continue;
    throw new CoreError(
      'METRIC_LABELS',
      `${name} was given ${label}="${labels[label]}"; it is declared with ${known.join(', ')}.`,
    );
  }
}
