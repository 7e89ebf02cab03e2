import type { Reference } from '../reference.js';
import type { DriftReport, DriftThresholds } from '../report.js';
import type { FeatureConfig } from '../settings/features.js';
import { callStatuses, driftStates } from '../vocabulary.js';
import type { CountedEmbedding, EmbeddingWindow } from '../windows/embedding-window.js';
import type { FeatureWindow } from '../windows/feature-window.js';
import { createFeatureDriftGauges, type FeatureDriftGauges } from './drift-gauges.js';
import {
  createEmbeddingSeries,
  createFeatureSeries,
  type EmbeddingSeries,
  type FeatureSeries,
} from './feature-series.js';
import type { ModelLabels } from './label-sets.js';
import { byLabel, lazily } from './series-by-label.js';
import { type SeriesStore, tracked } from './tracked-store.js';

/** Publishes the features and the drift of one model. */
export interface DriftInstruments {
  /** Replaces the series of the previous reference with those of this one. */
  reference(reference: Reference): void;
  /** Publishes the counts of the windows. */
  features(windows: readonly FeatureWindow[], embeddings: EmbeddingWindow | undefined): void;
  /** Publishes the report of a run and counts the run. */
  driftRun(seconds: number, report: DriftReport): void;
  /** Publishes the report of a run that is counted already. */
  driftReport(report: DriftReport): void;
  driftFailure(): void;
  nextDriftRun(timeMs: number | null): void;
  /** Removes the series that depend on the reference. */
  removeReference(): void;
}

/**
 * The drift series of a model, counters at 0.
 *
 * @param store Removes what it creates with the model.
 * @param untracked Creates the series that are removed with a reference.
 * @param thresholdsOf The thresholds of a feature, which are published with its series.
 */
export function createDriftInstruments(
  store: SeriesStore,
  untracked: SeriesStore,
  model: ModelLabels,
  runtime: string,
  thresholdsOf: (feature: FeatureConfig) => DriftThresholds,
): DriftInstruments {
  const overflow = store.counter('model_monitor_label_overflow_total', {
    ...model,
    label: 'category',
  });
  const runs = byLabel(callStatuses, (status) =>
    store.counter('model_drift_runs_total', { ...model, status }),
  );
  const seconds = store.histogram('model_drift_run_seconds', model);
  const lastSuccess = store.gauge('model_drift_last_success_timestamp_seconds', model);
  const nextRun = store.gauge('model_drift_next_run_timestamp_seconds', model);
  const driftedFeatures = store.gauge('model_drifted_features', model);
  const removers: (() => void)[] = [];
  const referenceStore = tracked(untracked, removers);
  let current = seriesOfReference('');

  /** The series that depend on a reference; those of features are created on demand. */
  function seriesOfReference(id: string) {
    const labels = { ...model, runtime, reference_id: id };
    referenceStore.gauge('model_info', labels).set(1);
    return {
      id,
      drift: new Map<string, FeatureDriftGauges>(),
      features: new Map<string, FeatureSeries>(),
      embeddings: new Map<string, EmbeddingSeries>(),
      segmentDrifted: lazily((segment: string) =>
        referenceStore.gauge('model_segment_drifted_features', { ...model, segment }),
      ),
      segmentStates: byLabel(driftStates, (state) =>
        lazily((segment: string) =>
          referenceStore.gauge('model_segment_drift_state', { ...model, segment, state }),
        ),
      ),
    };
  }

  function removeReference(): void {
    for (const remove of removers.splice(0)) remove();
  }

  function publishSegments(report: DriftReport): void {
    const { segmentDrifted, segmentStates } = current;
    for (const { segment, driftedFeatures: drifted, state } of report.segments ?? []) {
      segmentDrifted.of(segment).set(drifted.length);
      for (const one of driftStates) segmentStates[one].of(segment).set(one === state ? 1 : 0);
    }
  }

  function publishReport(report: DriftReport): void {
    for (const found of report.features) {
      let gauges = current.drift.get(found.name);
      if (gauges === undefined) {
        gauges = createFeatureDriftGauges(referenceStore, {
          ...model,
          feature: found.name,
          reference_id: report.referenceId,
        });
        current.drift.set(found.name, gauges);
      }
      gauges(found);
    }
    publishSegments(report);
    driftedFeatures.set(report.driftedFeatures.length);
    lastSuccess.set(report.timeMs / 1000);
  }

  return {
    reference(reference) {
      removeReference();
      driftedFeatures.set(undefined);
      current = seriesOfReference(reference.id);
    },
    features(windows, embeddings) {
      publishEmbeddings(embeddings, current.embeddings, ({ feature, profile }) => {
        const labels = { ...model, feature: feature.name, reference_id: current.id };
        return createEmbeddingSeries(referenceStore, labels, profile, thresholdsOf(feature));
      });
      let folded = 0;
      for (const window of windows) {
        for (const counted of window.features) {
          const { name } = counted.feature;
          let series = current.features.get(name);
          if (series === undefined) {
            series = createFeatureSeries(
              referenceStore,
              model,
              current.id,
              counted,
              thresholdsOf(counted.feature),
            );
            current.features.set(name, series);
          }
          folded += series(window);
        }
      }
      overflow.setTotal(folded);
    },
    driftRun(runSeconds, report) {
      publishReport(report);
      seconds.observe(runSeconds);
      runs.success.add(1);
    },
    driftReport: publishReport,
    driftFailure() {
      runs.error.add(1);
    },
    nextDriftRun(timeMs) {
      nextRun.set(timeMs === null ? undefined : timeMs / 1000);
    },
    removeReference,
  };
}

/** Publishes the missing vectors of each embedding; its series are created on demand. */
function publishEmbeddings(
  window: EmbeddingWindow | undefined,
  made: Map<string, EmbeddingSeries>,
  make: (embedding: CountedEmbedding) => EmbeddingSeries,
): void {
  for (const embedding of window?.embeddings ?? []) {
    const { name } = embedding.feature;
    const series = made.get(name) ?? make(embedding);
    made.set(name, series);
    series(window!.missing(embedding));
  }
}
