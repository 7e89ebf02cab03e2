import type { MetricName } from '../catalogue.js';
import { type Restoring, requireSame } from '../restoring.js';
import type { ModelLabels } from './label-sets.js';
import {
  keyOf,
  type MetricFamily,
  type MetricLabels,
  type MetricNumbers,
  numberCount,
  type StoredSeries,
} from './metric-family.js';

/** The values of a series. */
export interface SavedSeries {
  readonly name: MetricName;
  readonly labels: MetricLabels;
  readonly bounds: readonly number[];
  readonly values: Float64Array;
  readonly exemplars: StoredSeries['exemplars'];
}

/** Gauges that say when something was counted. */
const savedGauges: ReadonlySet<MetricName> = new Set(['model_last_prediction_timestamp_seconds']);

/** The counters and histograms of a model, and its gauges that no later event sets again. */
export function saveSeries(
  families: Iterable<MetricFamily>,
  numbers: MetricNumbers,
  { model_name, model_version }: ModelLabels,
): SavedSeries[] {
  const saved: SavedSeries[] = [];
  for (const { name, declaration, series } of families) {
    if (declaration.type === 'gauge' && !savedGauges.has(name)) continue;
    for (const one of series.values()) {
      const { labels, bounds, offset, exemplars } = one;
      if (labels.model_name !== model_name || labels.model_version !== model_version) continue;
      const values = numbers.values.slice(offset, offset + numberCount(one, declaration));
      saved.push({ name, labels, bounds, values, exemplars });
    }
  }
  return saved;
}

/** Sets the series that exist to their saved values. */
export function restoreSeries(
  families: ReadonlyMap<MetricName, MetricFamily>,
  numbers: MetricNumbers,
  saved: readonly SavedSeries[],
  restoring: Restoring,
): void {
  for (const { name, labels, bounds, values, exemplars } of saved) {
    const family = families.get(name);
    const series = family?.series.get(keyOf(family.declaration, labels));
    if (series === undefined) continue;
    restoring.part(name, () => {
      requireSame(`the buckets of ${name}`, bounds, series.bounds);
      numbers.values.set(values, series.offset);
      series.exemplars = exemplars;
    });
  }
}
