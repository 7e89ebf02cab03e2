import { catalogue, type MetricDeclaration, type MetricName } from '../catalogue.js';
import { CoreError } from '../errors.js';
import type { Restoring } from '../restoring.js';
import type { ModelLabels } from './label-sets.js';
import {
  initialValueOf,
  keyOf,
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
import { restoreSeries, type SavedSeries, saveSeries } from './saved-series.js';

/** The metric families of a store, their series, and the limit on their number. */
export interface FamilyTable {
  readonly numbers: MetricNumbers;
  /** Number of series now. */
  readonly seriesCount: number;
  /** Series refused because the table was full. */
  readonly droppedSeries: number;
  /**
   * The series with these labels, created on the first call; undefined when the table is full.
   *
   * @throws CoreError METRIC_LABELS when the labels are not those of the catalogue,
   * METRIC_CONFLICT when the registry has another metric of that name.
   */
  seriesOf(
    name: MetricName,
    labels: MetricLabels,
    bounds?: readonly number[],
    hasSum?: boolean,
  ): StoredSeries | undefined;
  /** A function that removes a series; calling it again has no effect. */
  remover(name: MetricName, series: StoredSeries): () => void;
  /** Removes every series; handles that are still held write nowhere. */
  removeAll(): void;
  /** Whether the registry holds the family of a name. */
  isRegistered(name: MetricName): boolean;
  /** The families that the registry still holds. */
  families(): MetricFamily[];
  /** The counters and histograms of a model, and its gauges that no later event sets again. */
  save(model: ModelLabels): SavedSeries[];
  /** Sets the series that exist to their saved values. */
  restore(saved: readonly SavedSeries[], restoring: Restoring): void;
}

interface RegisteredFamily extends MetricFamily {
  readonly metric: RegistryMetric;
}

/** An empty table. Series that exist are found in O(labels). */
export function createFamilyTable(options: {
  readonly registry: MetricRegistry;
  readonly maximumSeries: number;
  /** Runs before numbers are read. */
  readonly collect: () => void;
  /** Whether a family gives the registry one placeholder in place of its values. */
  readonly givesPlaceholder: () => boolean;
}): FamilyTable {
  const { registry, maximumSeries, collect, givesPlaceholder } = options;
  const pool = createNumberPool();
  const { numbers } = pool;
  const families = new Map<MetricName, RegisteredFamily>();
  let seriesCount = 0;
  let droppedSeries = 0;

  function familyOf(name: MetricName): RegisteredFamily {
    let family = families.get(name);
    if (family === undefined) {
      family = createFamily(name);
      families.set(name, family);
    }
    // After `registry.clear()` the next series registers its family again.
    if (!holds(registry, family)) register(registry, family);
    return family;
  }

  function createFamily(name: MetricName): RegisteredFamily {
    const family = { name, declaration: catalogue[name], series: new Map<string, StoredSeries>() };
    const metric = createRegistryMetric({
      family,
      numbers,
      registry,
      collect,
      givesPlaceholder,
      reset() {
        for (const series of family.series.values()) clear(numbers, series, family.declaration);
      },
    });
    return { ...family, metric };
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

  return {
    numbers,
    get seriesCount() {
      return seriesCount;
    },
    get droppedSeries() {
      return droppedSeries;
    },
    seriesOf(name, labels, bounds = [], hasSum = false) {
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
    },
    remover,
    removeAll() {
      for (const [name, { series }] of families) {
        for (const one of [...series.values()]) remover(name, one)();
      }
    },
    isRegistered(name) {
      const family = families.get(name);
      return family !== undefined && holds(registry, family);
    },
    families: () => [...families.values()].filter((family) => holds(registry, family)),
    save: (model) => saveSeries(families.values(), numbers, model),
    restore: (saved, restoring) => restoreSeries(families, numbers, saved, restoring),
  };
}

function holds(registry: MetricRegistry, { name, metric }: RegisteredFamily): boolean {
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
