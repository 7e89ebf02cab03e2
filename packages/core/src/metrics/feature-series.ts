import type { EmbeddingProfile, FeatureProfile } from '@modelmeter/kernel/profiles';
import {
  type FeatureBins,
  featureBins,
  missingCategory,
  otherCategory,
} from '../bins/feature-bins.js';
import type { DriftThresholds } from '../report.js';
import { thresholdLevels } from '../vocabulary.js';
import type { FeatureWindow } from '../windows/feature-window.js';
import type { WindowFeature } from '../windows/window-layout.js';
import { windowLength } from '../windows/window-length.js';
import { bucketLabel } from './bucket-label.js';
import type { FeatureLabels, ModelLabels } from './label-sets.js';
import type { SeriesStore } from './tracked-store.js';

/** Publishes a feature; returns how many of its values are folded into `__other__`. */
export type FeatureSeries = (window: FeatureWindow) => number;

/**
 * Creates the series of a feature: additive counters of its bins, and gauges of the reference in the
 * same bins and of the thresholds.
 */
export function createFeatureSeries(
  store: SeriesStore,
  model: ModelLabels,
  referenceId: string,
  counted: WindowFeature,
  thresholds: DriftThresholds,
): FeatureSeries {
  const { feature, profile } = counted;
  const labels = { ...model, feature: feature.name, reference_id: referenceId };
  const bins = featureBins(profile);
  const missing = store.counter('model_feature_missing_total', labels);
  const referenceRows = profile.count + profile.missing;
  publishReference(store, labels, profile, thresholds);
  if (feature.cycle !== undefined) {
    store.gauge('model_feature_cycle_seconds', labels).set(windowLength(feature, 1) / 1000);
  }
  const publish =
    feature.type === 'numeric'
      ? numericSeries(store, labels, bins, referenceRows)
      : categoricalSeries(store, labels, bins, profile.missing, referenceRows);
  return (window) => {
    const total = window.total(counted);
    const counts = bins.fold(total.counts);
    publish(counts, total.missing);
    missing.setTotal(total.missing);
    return counts[bins.categories.indexOf(otherCategory)] ?? 0;
  };
}

/** Publishes the missing vectors of an embedding. */
export type EmbeddingSeries = (missing: number) => void;

/** Creates the series of an embedding, which has no bins. */
export function createEmbeddingSeries(
  store: SeriesStore,
  labels: FeatureLabels,
  profile: EmbeddingProfile,
  thresholds: DriftThresholds,
): EmbeddingSeries {
  const missing = store.counter('model_feature_missing_total', labels);
  publishReference(store, labels, profile, thresholds);
  return (total) => missing.setTotal(total);
}

function publishReference(
  store: SeriesStore,
  labels: FeatureLabels,
  { count, missing }: FeatureProfile,
  thresholds: DriftThresholds,
): void {
  const rows = count + missing;
  store.gauge('model_feature_reference_samples', labels).set(rows);
  store.gauge('model_feature_reference_missing_ratio', labels).set(missing / Math.max(rows, 1));
  for (const [statistic, levels] of thresholds) {
    for (const level of thresholdLevels) {
      store
        .gauge('model_feature_drift_threshold', { ...labels, statistic, level })
        .set(levels[level]);
    }
  }
}

function numericSeries(
  store: SeriesStore,
  labels: FeatureLabels,
  bins: FeatureBins,
  referenceRows: number,
): (counts: Float64Array) => void {
  const bounds = Array.from(bins.edges);
  const histogram = store.histogram('model_feature_value', labels, bounds);
  const uppers = [...bounds, Number.POSITIVE_INFINITY];
  let cumulative = 0;
  for (const [index, upper] of uppers.entries()) {
    const lower = index === 0 ? Number.NEGATIVE_INFINITY : uppers[index - 1]!;
    store
      .gauge('model_feature_reference_ratio', {
        ...labels,
        lower: bucketLabel(lower),
        upper: bucketLabel(upper),
      })
      .set(bins.reference[index]! / Math.max(referenceRows, 1));
    cumulative += bins.reference[index]!;
    store
      .gauge('model_feature_reference_cumulative_ratio', { ...labels, upper: bucketLabel(upper) })
      .set(cumulative / Math.max(referenceRows, 1));
  }
  return (counts) => histogram.setTotals(counts);
}

function categoricalSeries(
  store: SeriesStore,
  labels: FeatureLabels,
  bins: FeatureBins,
  referenceMissing: number,
  referenceRows: number,
): (counts: Float64Array, missing: number) => void {
  const names = [...bins.categories, missingCategory];
  const counters = names.map((category) =>
    store.counter('model_feature_category_total', { ...labels, category }),
  );
  const reference = [...bins.reference, referenceMissing];
  for (const [index, category] of names.entries()) {
    store
      .gauge('model_feature_reference_category_ratio', { ...labels, category })
      .set(reference[index]! / Math.max(referenceRows, 1));
  }
  return (counts, missing) => {
    for (const [index, counter] of counters.entries()) {
      counter.setTotal(index === counts.length ? missing : counts[index]!);
    }
  };
}
