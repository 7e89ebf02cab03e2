import type { ObjectiveTotals } from '../quality/budget-watch.js';
import type { ReferenceScores } from '../quality/thresholds.js';
import type { DriftThresholds } from '../report.js';
import type { Restoring } from '../restoring.js';
import type { ChampionConfig } from '../settings/champion.js';
import type { FeatureConfig } from '../settings/features.js';
import type { ObjectivesConfig } from '../settings/objectives.js';
import type { OutputsConfig } from '../settings/outputs.js';
import type { QualityConfig } from '../settings/quality.js';
import { type MonitorStage, monitorStages } from '../vocabulary.js';
import { type CallInstruments, createCallInstruments } from './call-instruments.js';
import { type ChampionInstruments, createChampionInstruments } from './champion-instruments.js';
import { createDriftInstruments, type DriftInstruments } from './drift-instruments.js';
import { createEstimateInstruments, type EstimateInstruments } from './estimate-instruments.js';
import type { MetricStore } from './metric-store.js';
import { createObjectiveEvents, type SavedObjectiveEvents } from './objective-events.js';
import { createQualityInstruments, type QualityInstruments } from './quality-instruments.js';
import type { SavedSeries } from './saved-series.js';
import { createSegmentInstruments, type SegmentInstruments } from './segment-instruments.js';
import { byLabel } from './series-by-label.js';
import { createTargetInstruments, type TargetInstruments } from './target-instruments.js';
import { createThresholdGauges } from './threshold-gauges.js';
import { tracked } from './tracked-store.js';

/** The series of one model; a monitor publishes every value through them. */
export interface Instruments
  extends CallInstruments,
    QualityInstruments,
    TargetInstruments,
    SegmentInstruments,
    EstimateInstruments,
    ChampionInstruments,
    Omit<DriftInstruments, 'removeReference'> {
  monitorError(stage: MonitorStage): void;
  ready(isReady: boolean): void;
  /** Publishes the thresholds that are relative to the scores of the reference. */
  referenceScores(scores: ReferenceScores): void;
  /** The events of each objective so far. */
  objectiveTotals(): ObjectiveTotals[];
  /** Removes every series of the model from the exposition. */
  remove(): void;
  save(): SavedInstruments;
  /** Restores what has been counted; series that do not exist yet are left out. */
  restore(saved: SavedInstruments, restoring: Restoring): void;
}

/** What has been counted of a model. */
export interface SavedInstruments {
  readonly series: readonly SavedSeries[];
  readonly events: SavedObjectiveEvents;
}

/** Creates the series of a model, counters at 0, and publishes its objectives. */
export function createInstruments(options: {
  readonly store: MetricStore;
  readonly modelName: string;
  readonly modelVersion: string;
  readonly runtime: string;
  readonly features: readonly FeatureConfig[];
  readonly outputs: OutputsConfig;
  readonly thresholdsOf: (feature: FeatureConfig) => DriftThresholds;
  readonly quality: QualityConfig;
  readonly alerts: ObjectivesConfig;
  readonly champion: ChampionConfig | undefined;
}): Instruments {
  const { outputs, alerts } = options;
  const removers: (() => void)[] = [];
  const store = tracked(options.store, removers);
  const model = { model_name: options.modelName, model_version: options.modelVersion };
  const latencyThreshold = alerts.latencyP99Ms / 1000;
  const { removeReference, ...drift } = createDriftInstruments(
    store,
    options.store,
    model,
    options.runtime,
    options.thresholdsOf,
  );
  const latencyLimitsMs = [alerts.latencyP99Ms, alerts.latencyP95Ms, alerts.latencyP50Ms].filter(
    (limit) => limit !== undefined,
  );
  const calls = createCallInstruments(store, model, options.features, outputs, latencyLimitsMs);
  const events = createObjectiveEvents(store, model, alerts);
  const quality = createQualityInstruments(store, model, outputs, options.quality);
  const targets = createTargetInstruments(store, model, outputs);
  const segments = createSegmentInstruments(store, model);
  const estimates = createEstimateInstruments(store, model, options.quality.minimumSamples);
  const champion = createChampionInstruments(store, model, options.champion);
  const monitorErrors = byLabel(monitorStages, (stage) =>
    store.counter('model_monitor_errors_total', { ...model, stage }),
  );
  const publishThresholds = createThresholdGauges(store, model, outputs.task, alerts);
  const ready = store.gauge('model_ready', model);
  store.gauge('model_slo_latency_threshold_seconds', model).set(latencyThreshold);
  store.gauge('model_slo_error_rate_threshold_ratio', model).set(alerts.errorRateThreshold);

  return {
    ...calls,
    ...quality,
    ...targets,
    ...segments,
    ...estimates,
    ...champion,
    ...drift,
    prediction(batch, nowMs, trace) {
      calls.prediction(batch, nowMs, trace);
      // Neither good nor bad: it shows nothing of the model.
      if (batch.error !== undefined && alerts.callerErrors.includes(batch.error.reason)) return;
      events.call(batch.durationSeconds, batch.error !== undefined);
    },
    outcome(outcome) {
      quality.outcome(outcome);
      events.outcome(outcome);
    },
    targetDelay(seconds) {
      quality.targetDelay(seconds);
      events.targetDelay(seconds);
    },
    quality(snapshot, join) {
      quality.quality(snapshot, join);
      events.targetsExpired(join.expired.time_to_live + join.expired.capacity);
    },
    driftRun(seconds, report) {
      drift.driftRun(seconds, report);
      events.driftRun(report);
    },
    monitorError(stage) {
      monitorErrors[stage].add(1);
    },
    referenceScores: publishThresholds,
    objectiveTotals: events.totals,
    ready(isReady) {
      ready.set(isReady ? 1 : 0);
    },
    remove() {
      removeReference();
      for (const remove of removers) remove();
    },
    save: () => ({ series: options.store.save(model), events: events.save() }),
    restore(saved, restoring) {
      options.store.restore(saved.series, restoring);
      events.restore(saved.events);
    },
  };
}
