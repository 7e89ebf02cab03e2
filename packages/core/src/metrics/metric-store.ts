import {
  catalogue,
  type MetricDeclaration,
  type MetricLabelsOf,
  type MetricName,
} from '../catalogue.js';
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
import { createNumberPool } from './number-pool.js';
import {
  createRegistryMetric,
  type MetricRegistry,
  type RegistryMetric,
} from './registry-metric.js';
import {
  type CounterSeries,
  counterSeries,
  type GaugeSeries,
  gaugeSeries,
  type HistogramSeries,
  histogramSeries,
  ignoredSeries,
} from './series.js';

/**
 * The values of all metrics of a registry, in one flat array that is rendered only at a scrape.
 *
 * Names, types, labels and closed label values are those of the catalogue: any other one is a type
 * error, and a METRIC_LABELS error for labels that only run time knows.
 */
export interface MetricStore {
  counter<Name extends MetricName<'counter'>>(
    name: Name,
    labels: MetricLabelsOf<Name>,
  ): CounterSeries;
  gauge<Name extends MetricName<'gauge'>>(name: Name, labels: MetricLabelsOf<Name>): GaugeSeries;
  /** `bounds` are ascending upper bounds without +Infinity; default: those of the catalogue. */
  histogram<Name extends MetricName<'histogram'>>(
    name: Name,
    labels: MetricLabelsOf<Name>,
    bounds?: readonly number[],
  ): HistogramSeries;
  /**
   * Reserves a model for one monitor, since two would write the same series. Clearing the registry
   * releases every model.
   *
   * @returns A function that releases the model.
   * @throws CoreError METRIC_CONFLICT when the model is reserved already.
   */
  claimModel(name: string, version: string): () => void;
  /** Runs a callback before each scrape, for values kept elsewhere. Returns how to stop it. */
  onCollect(collect: () => void): () => void;
  /** Number of series now. */
  readonly seriesCount: number;
}

/** What rendering reads of a store. */
export interface ScrapedStore {
  /** Updates the values that are kept elsewhere. */
  collect(): void;
  /** The families that the registry still holds. */
  families(): MetricFamily[];
  readonly numbers: MetricNumbers;
  /** Runs `ask` while each family gives the registry a single value without labels. */
  withStandIns<Result>(ask: () => Result): Result;
}

interface KeptStore extends MetricStore, ScrapedStore {
  readonly maximumSeries: number;
}

type Stores = WeakMap<MetricRegistry, KeptStore>;

/** One map per process: a bundler, or ESM next to CommonJS, may load this package twice. */
function storesOfProcess(): Stores {
  const holder: { [storesKey]?: Stores } = globalThis as object;
  holder[storesKey] ??= new WeakMap();
  return holder[storesKey];
}

// Increase the number when the interface of a kept store changes.
const storesKey = Symbol.for('@modelmeter/core/metric-stores/2');

/**
 * The metric store of a registry. The first call creates and registers it; later calls return the
 * same one, so that several monitors can share a registry.
 *
 * @param maximumSeries Largest number of series; each bucket, the sum and the count of a histogram
 *   is one. Further series are refused and counted. Default: `settingDefaults.maximumSeries`, or
 *   the number given when the store was created.
 * @throws CoreError METRIC_CONFLICT when the registry already holds a metric with one of our
 *   names, or when its store was created with another number of series.
 */
export function metricStoreOf(registry: MetricRegistry, maximumSeries?: number): MetricStore {
  const stores = storesOfProcess();
  const existing = stores.get(registry);
  if (existing === undefined) {
    const created = createMetricStore(registry, maximumSeries ?? settingDefaults.maximumSeries);
    stores.set(registry, created);
    return created;
  }
  if (maximumSeries === undefined || maximumSeries === existing.maximumSeries) return existing;
  throw new CoreError(
    'METRIC_CONFLICT',
    `The metric store of this registry holds at most ${existing.maximumSeries} series; ${maximumSeries} were requested. Pass the limit at the first call of metricStoreOf only, or use another registry.`,
  );
}

/** The store of a registry, if it has one. */
export function scrapedStoreOf(registry: MetricRegistry): ScrapedStore | undefined {
  return storesOfProcess().get(registry);
}

interface RegisteredFamily extends MetricFamily {
  readonly metric: RegistryMetric;
}

function createMetricStore(registry: MetricRegistry, maximumSeries: number): KeptStore {
  const pool = createNumberPool();
  const { numbers } = pool;
  const collectors = createCollectors();
  const families = new Map<MetricName, RegisteredFamily>();
  const claims = new Map<string, symbol>();
  let seriesCount = 0;
  let droppedSeries = 0;
  let givesStandIns = false;

  function familyOf(name: MetricName): RegisteredFamily {
    let family = families.get(name);
    if (family === undefined) {
      family = createFamily(name);
      families.set(name, family);
    }
    // After `registry.clear()` the next series registers its family again.
    if (!isRegistered(registry, family)) register(registry, family);
    return family;
  }

  function createFamily(name: MetricName): RegisteredFamily {
    const family = { name, declaration: catalogue[name], series: new Map<string, StoredSeries>() };
    const metric = createRegistryMetric({
      family,
      numbers,
      registry,
      collect: collectors.run,
      givesStandIn: () => givesStandIns,
      reset() {
        for (const series of family.series.values()) clear(numbers, series, family.declaration);
      },
    });
    return { ...family, metric };
  }

  function seriesOf(
    name: MetricName,
    labels: MetricLabels,
    bounds: readonly number[] = [],
    hasSum = false,
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
      offset: pool.reserve(numberCount({ bounds }, declaration)),
      bounds,
      hasSum,
      exemplars: undefined,
      samples: undefined,
      prefixes: undefined,
    };
    clear(numbers, series, declaration);
    known.set(key, series);
    seriesCount += samples;
    return series;
  }

  function remover(name: MetricName, series: StoredSeries): () => void {
    return () => {
      const { declaration, series: known } = families.get(name)!;
      const key = keyOf(declaration, series.labels);
      if (known.get(key) !== series) return;
      known.delete(key);
      seriesCount -= sampleCount(series, declaration);
      pool.release(series.offset, numberCount(series, declaration));
      // A handle that is still held must not write into the next series at this offset.
      series.offset = Number.NEGATIVE_INFINITY;
    };
  }

  const store: KeptStore = {
    maximumSeries,
    numbers,
    counter(name, labels) {
      const series = seriesOf(name, labels);
      return series === undefined
        ? ignoredSeries
        : counterSeries(numbers, series, remover(name, series));
    },
    gauge(name, labels) {
      const series = seriesOf(name, labels);
      return series === undefined
        ? ignoredSeries
        : gaugeSeries(numbers, series, remover(name, series));
    },
    histogram(name, labels, bounds) {
      const declaration: MetricDeclaration = catalogue[name];
      const ascending = bounds ?? declaration.buckets ?? [];
      const hasSum = declaration.sum !== false && !(ascending[0]! < 0);
      const series = seriesOf(name, labels, ascending, hasSum);
      return series === undefined
        ? ignoredSeries
        : histogramSeries(numbers, series, remover(name, series));
    },
    claimModel(name, version) {
      const limitFamily = families.get(limitName);
      const wasCleared = limitFamily === undefined || !isRegistered(registry, limitFamily);
      if (wasCleared) forgetModels();
      const key = JSON.stringify([name, version]);
      if (claims.has(key)) {
        throw new CoreError(
          'METRIC_CONFLICT',
          `${name} version ${version} already has a monitor in this registry. Close it first, or use another name, version or registry.`,
        );
      }
      const claim = Symbol(key);
      claims.set(key, claim);
      return () => {
        if (claims.get(key) === claim) claims.delete(key);
      };
    },
    onCollect: collectors.add,
    get seriesCount() {
      return seriesCount;
    },
    collect: collectors.run,
    families: () => [...families.values()].filter((family) => isRegistered(registry, family)),
    withStandIns(ask) {
      givesStandIns = true;
      try {
        return ask();
      } finally {
        givesStandIns = false;
      }
    },
  };

  /** Starts over after `registry.clear()`: handles of earlier monitors write nowhere from now on. */
  function forgetModels(): void {
    claims.clear();
    collectors.clear();
    for (const [name, { series }] of families) {
      for (const one of [...series.values()]) remover(name, one)();
    }
    publishOwnSeries();
  }

  function publishOwnSeries(): void {
    const ownSeries = store.gauge('model_monitor_series', {});
    const dropped = store.counter('model_monitor_dropped_series_total', {});
    store.gauge(limitName, {}).set(maximumSeries);
    store.onCollect(() => {
      ownSeries.set(seriesCount);
      dropped.setTotal(droppedSeries);
    });
  }

  publishOwnSeries();
  return store;
}

/** Registered by every store, so its absence shows that the registry was cleared. */
const limitName = 'model_monitor_series_limit';

/** Callbacks that run once per scrape, although a registry reads its metrics one by one. */
function createCollectors(): {
  add(collect: () => void): () => void;
  run(): void;
  clear(): void;
} {
  const collectors = new Set<() => void>();
  let ranInThisTurn = false;
  return {
    add(collect) {
      collectors.add(collect);
      return () => collectors.delete(collect);
    },
    run() {
      if (ranInThisTurn) return;
      ranInThisTurn = true;
      queueMicrotask(() => {
        ranInThisTurn = false;
      });
      for (const collect of collectors) collect();
    },
    clear: () => collectors.clear(),
  };
}

function isRegistered(registry: MetricRegistry, { name, metric }: RegisteredFamily): boolean {
  return registry.getSingleMetric(name) === metric;
}

function register(registry: MetricRegistry, { name, metric }: RegisteredFamily): void {
  if (registry.getSingleMetric(name) !== undefined) {
    throw new CoreError(
      'METRIC_CONFLICT',
      `The registry already has a metric named "${name}". Give Modelmeter a registry without it, or remove that metric.`,
    );
  }
  registry.registerMetric(metric as never);
}

function clear(numbers: MetricNumbers, series: StoredSeries, declaration: MetricDeclaration): void {
  const end = series.offset + numberCount(series, declaration);
  numbers.values.fill(initialValueOf(declaration), series.offset, end);
  series.exemplars = undefined;
}

function keyOf(declaration: MetricDeclaration, labels: MetricLabels): string {
  return JSON.stringify(declaration.labels.map((label) => labels[label]));
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
