import {
  catalogue,
  type MetricDeclaration,
  type MetricLabelsOf,
  type MetricName,
} from '../catalogue.js';
import { CoreError } from '../errors.js';
import { settingDefaults } from '../settings/defaults.js';
import { createFamilyTable, type FamilyTable } from './family-table.js';
import type { MetricFamily, MetricNumbers } from './metric-family.js';
import type { MetricRegistry } from './registry-metric.js';
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
 * Names, types, labels and closed label values are those of the catalogue. Any other one is a type
 * error, or a METRIC_LABELS error for labels that are known only at run time.
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
  /** Runs a callback before each scrape, for values kept elsewhere. Returns a function that stops it. */
  onCollect(collect: () => void): () => void;
  /** Number of series now. */
  readonly seriesCount: number;
  /** What has been counted of a model. */
  readonly save: FamilyTable['save'];
  /** Sets the series of a model that exist to what was counted before. */
  readonly restore: FamilyTable['restore'];
}

/** The part of a store that rendering reads. */
export interface ScrapedStore {
  /** Updates the values that are kept elsewhere. */
  collect(): void;
  /** The families that the registry still holds. */
  families(): MetricFamily[];
  readonly numbers: MetricNumbers;
  /** Runs `ask` while each family gives the registry one placeholder value without labels. */
  withPlaceholders<Result>(ask: () => Result): Result;
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
const storesKey = Symbol.for('@modelmeter/core/metric-stores/4');

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

function createMetricStore(registry: MetricRegistry, maximumSeries: number): KeptStore {
  const collectors = createCollectors();
  const claims = new Map<string, symbol>();
  let givesPlaceholders = false;
  const table = createFamilyTable({
    registry,
    maximumSeries,
    collect: collectors.run,
    givesPlaceholder: () => givesPlaceholders,
  });
  const { numbers, seriesOf, remover } = table;

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
      if (!table.isRegistered(limitName)) forgetModels();
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
      return table.seriesCount;
    },
    collect: collectors.run,
    save: table.save,
    restore: table.restore,
    families: table.families,
    withPlaceholders(ask) {
      givesPlaceholders = true;
      try {
        return ask();
      } finally {
        givesPlaceholders = false;
      }
    },
  };

  /** Starts over after `registry.clear()`: handles of earlier monitors write nowhere from now on. */
  function forgetModels(): void {
    claims.clear();
    collectors.clear();
    table.removeAll();
    publishOwnSeries();
  }

  function publishOwnSeries(): void {
    const ownSeries = store.gauge('model_monitor_series', {});
    const dropped = store.counter('model_monitor_dropped_series_total', {});
    store.gauge(limitName, {}).set(maximumSeries);
    store.onCollect(() => {
      ownSeries.set(table.seriesCount);
      dropped.setTotal(table.droppedSeries);
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
