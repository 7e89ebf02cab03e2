import { type InvalidReason, invalidReasons } from '../call/input-check.js';
import type { TraceContext } from '../call/trace-context.js';
import { latencyBuckets, type MetricName } from '../catalogue.js';
import type { AlertsConfig, FeatureConfig, OutputsConfig, QualityConfig } from '../config.js';
import type { DriftPolicy } from '../drift/policy.js';
import { errorReasons, type PredictionBatch, unreadReasons } from '../prediction.js';
import type { Outcome, QualitySnapshot } from '../quality.js';
import type { Reference } from '../reference.js';
import { type DriftReport, type DriftState, driftStates } from '../report.js';
import type { TargetJoin } from '../target-join.js';
import type { FeatureWindow } from '../windows/feature-window.js';
import { createFeatureDriftGauges, type FeatureDriftGauges } from './drift-gauges.js';
import { createFeatureSeries, type FeatureSeries } from './feature-series.js';
import type { Exemplar, MetricStore } from './metric-store.js';
import { createOutcomeCounters } from './outcome-counters.js';
import { byLabel, type LazySeries, lazily } from './series-by-label.js';
import { tracked } from './tracked-store.js';

/** Where the monitoring itself can fail; a label of `model_monitor_errors_total`. */
export type MonitorStage =
  | 'observe'
  | 'features'
  | 'outputs'
  | 'hooks'
  | 'targets'
  | 'drift'
  | 'collect';

const monitorStages: readonly MonitorStage[] = [
  'observe',
  'features',
  'outputs',
  'hooks',
  'targets',
  'drift',
  'collect',
];

export type TargetStatus = 'matched' | 'unmatched' | 'duplicate' | 'invalid';

const targetStatuses: readonly TargetStatus[] = ['matched', 'unmatched', 'duplicate', 'invalid'];

/** The series of one model: every number that a monitor publishes goes through here. */
export interface Instruments {
  callStarted(): void;
  callEnded(): void;
  prediction(batch: PredictionBatch, nowMs: number, trace: TraceContext | undefined): void;
  warmUpCall(): void;
  invalidValue(feature: string, reason: InvalidReason): void;
  monitorError(stage: MonitorStage): void;
  target(status: TargetStatus): void;
  targetDelay(seconds: number): void;
  outcome(outcome: Outcome): void;
  quality(snapshot: QualitySnapshot, join: TargetJoin): void;
  /** Makes the series of a reference, in place of those of the one before. */
  reference(reference: Reference): void;
  features(windows: readonly FeatureWindow[]): void;
  driftRun(seconds: number, report: DriftReport): void;
  driftFailure(): void;
  nextDriftRun(timeMs: number | null): void;
  ready(isReady: boolean): void;
  /** Takes every series of the model out of the exposition. */
  remove(): void;
}

const qualityGauges = {
  accuracy: 'model_accuracy_score',
  precision: 'model_precision_score',
  recall: 'model_recall_score',
  f1: 'model_f1_score',
  mean_absolute_error: 'model_mean_absolute_error',
  root_mean_squared_error: 'model_root_mean_squared_error',
} as const satisfies Record<keyof QualitySnapshot['scores'], MetricName>;

/**
 * Makes the series of a model, counters at 0, and publishes its objectives.
 *
 * The latency objective is a bucket bound, so that "slower than the objective" is counted, never
 * interpolated.
 */
export function createInstruments(options: {
  readonly store: MetricStore;
  readonly modelName: string;
  readonly modelVersion: string;
  readonly runtime: string;
  readonly features: readonly FeatureConfig[];
  readonly outputs: OutputsConfig;
  readonly thresholdsOf: DriftPolicy['thresholdsOf'];
  readonly quality: QualityConfig;
  readonly alerts: AlertsConfig;
}): Instruments {
  const { outputs, quality, alerts } = options;
  const removers: (() => void)[] = [];
  const store = tracked(options.store, removers);
  const model = { model_name: options.modelName, model_version: options.modelVersion };
  const latencyThreshold = alerts.latency_p99_ms / 1000;
  const latency = store.histogram(
    'model_prediction_seconds',
    model,
    [...new Set([...latencyBuckets, latencyThreshold])].sort((a, b) => a - b),
  );
  const success = store.counter('model_predictions_total', { ...model, status: 'success' });
  const failure = store.counter('model_predictions_total', { ...model, status: 'error' });
  const errors = byLabel(errorReasons, (reason) =>
    store.counter('model_prediction_errors_total', { ...model, reason }),
  );
  const samples = store.counter('model_prediction_samples_total', model);
  const batchSizes = store.histogram('model_prediction_batch_size', model);
  const inFlight = store.gauge('model_predictions_in_flight', model);
  const warmUpCalls = store.counter('model_prediction_warm_up_calls_total', model);
  const unread = byLabel(unreadReasons, (reason) =>
    store.counter('model_prediction_unread_calls_total', { ...model, reason }),
  );
  const invalid = new Map(
    options.features.map(({ name }) => [
      name,
      byLabel(invalidReasons, (reason) =>
        store.counter('model_feature_invalid_total', { ...model, feature: name, reason }),
      ),
    ]),
  );
  const lastPrediction = store.gauge('model_last_prediction_timestamp_seconds', model);
  const events = byLabel(['latency', 'errors'], (slo) =>
    byLabel(['good', 'bad'], (result) =>
      store.counter('model_slo_events_total', { ...model, slo, result }),
    ),
  );
  const monitorErrors = byLabel(monitorStages, (stage) =>
    store.counter('model_monitor_errors_total', { ...model, stage }),
  );
  const overflow = store.counter('model_monitor_label_overflow_total', {
    ...model,
    label: 'category',
  });
  const targets = byLabel(targetStatuses, (status) =>
    store.counter('model_targets_total', { ...model, status }),
  );
  const targetDelays = store.histogram('model_target_delay_seconds', model);
  const expired = byLabel(['time_to_live', 'capacity'], (reason) =>
    store.counter('model_targets_expired_total', { ...model, reason }),
  );
  const pending = store.gauge('model_targets_pending', model);
  const coverage = store.gauge('model_target_coverage_ratio', model);
  const windowSamples = store.gauge('model_quality_window_samples', model);
  const scores = Object.entries(qualityGauges)
    .filter(([name]) => (outputs.task === 'regression') === name.includes('error'))
    .map(([name, metric]) => ({
      name: name as keyof QualitySnapshot['scores'],
      gauge: store.gauge(metric, model),
    }));
  const driftRuns = byLabel(['success', 'error'], (status) =>
    store.counter('model_drift_runs_total', { ...model, status }),
  );
  const driftSeconds = store.histogram('model_drift_run_seconds', model);
  const lastDrift = store.gauge('model_drift_last_success_timestamp_seconds', model);
  const nextDrift = store.gauge('model_drift_next_run_timestamp_seconds', model);
  const driftedFeatures = store.gauge('model_drifted_features', model);
  const ready = store.gauge('model_ready', model);
  const outcomeCounters = createOutcomeCounters(store, model, outputs);
  const driftGauges = new Map<string, FeatureDriftGauges>();
  const featureSeries = new Map<string, FeatureSeries>();
  /** What hangs on the reference, and goes with it. */
  const ofReference: (() => void)[] = [];
  const referenceStore = tracked(options.store, ofReference);
  let segmentDrifted = segmentGauges();
  let segmentStates = segmentStateGauges();
  let referenceId = '';
  store.gauge('model_quality_window_seconds', model).set(quality.window / 1000);
  store.gauge('model_quality_minimum_samples', model).set(quality.minimum_samples);
  store.gauge('model_slo_latency_threshold_seconds', model).set(latencyThreshold);
  store.gauge('model_slo_error_rate_threshold_ratio', model).set(alerts.error_rate_threshold);
  for (const [slo, objective] of [
    ['errors', alerts.success_objective],
    ['latency', alerts.latency_objective],
  ] as const) {
    store.gauge('model_slo_objective_ratio', { ...model, slo }).set(objective);
  }
  if (outputs.task !== 'regression') {
    store.gauge('model_slo_accuracy_threshold_ratio', model).set(alerts.accuracy_threshold);
  }
  ready.set(0);
  let callsInFlight = 0;
  inFlight.set(0);
  setReferenceId('');

  return {
    callStarted() {
      callsInFlight += 1;
      inFlight.set(callsInFlight);
    },
    callEnded() {
      callsInFlight -= 1;
      inFlight.set(callsInFlight);
    },
    warmUpCall() {
      warmUpCalls.add(1);
    },
    invalidValue(feature, reason) {
      invalid.get(feature)?.[reason].add(1);
    },
    prediction(batch, nowMs, trace) {
      latency.observe(
        batch.durationSeconds,
        trace === undefined ? undefined : exemplarOf(trace, nowMs),
      );
      lastPrediction.set(nowMs / 1000);
      const { error, durationSeconds } = batch;
      // A caller who goes away says nothing of the model: neither good nor bad.
      if (error?.reason !== 'cancelled') {
        const isFast = error === undefined && durationSeconds <= latencyThreshold;
        events.latency[isFast ? 'good' : 'bad'].add(1);
        events.errors[error === undefined ? 'good' : 'bad'].add(1);
      }
      if (batch.unread !== undefined) unread[batch.unread].add(1);
      if (batch.error === undefined) {
        success.add(1);
        samples.add(batch.rows);
        batchSizes.observe(batch.rows);
      } else {
        failure.add(1);
        errors[batch.error.reason].add(1);
      }
    },
    monitorError(stage) {
      monitorErrors[stage].add(1);
    },
    target(status) {
      targets[status].add(1);
    },
    targetDelay(seconds) {
      targetDelays.observe(seconds);
    },
    outcome: outcomeCounters,
    quality(snapshot, join) {
      const enough = snapshot.samples >= quality.minimum_samples;
      for (const { name, gauge } of scores) gauge.set(enough ? snapshot.scores[name] : undefined);
      windowSamples.set(snapshot.samples);
      coverage.set(snapshot.coverage);
      pending.set(join.pending);
      expired.time_to_live.setTotal(join.expired.time_to_live);
      expired.capacity.setTotal(join.expired.capacity);
    },
    reference(reference) {
      for (const remove of ofReference.splice(0)) remove();
      driftGauges.clear();
      featureSeries.clear();
      driftedFeatures.set(undefined);
      segmentDrifted = segmentGauges();
      segmentStates = segmentStateGauges();
      setReferenceId(reference.id);
    },
    features(windows) {
      let folded = 0;
      for (const window of windows) {
        for (const cells of window.features) {
          const { name } = cells.feature;
          let series = featureSeries.get(name);
          if (series === undefined) {
            series = createFeatureSeries(
              referenceStore,
              model,
              referenceId,
              cells,
              options.thresholdsOf(cells.feature),
            );
            featureSeries.set(name, series);
          }
          folded += series(window);
        }
      }
      overflow.setTotal(folded);
    },
    driftRun(seconds, report) {
      for (const found of report.features) {
        let gauges = driftGauges.get(found.name);
        if (gauges === undefined) {
          gauges = createFeatureDriftGauges(referenceStore, {
            ...model,
            feature: found.name,
            reference_id: report.referenceId,
          });
          driftGauges.set(found.name, gauges);
        }
        gauges(found);
      }
      for (const { segment, driftedFeatures: drifted, state } of report.segments ?? []) {
        segmentDrifted.of(segment).set(drifted.length);
        for (const one of driftStates) segmentStates[one].of(segment).set(one === state ? 1 : 0);
      }
      driftedFeatures.set(report.driftedFeatures.length);
      lastDrift.set(report.timeMs / 1000);
      driftSeconds.observe(seconds);
      driftRuns.success.add(1);
    },
    driftFailure() {
      driftRuns.error.add(1);
    },
    nextDriftRun(timeMs) {
      nextDrift.set(timeMs === null ? undefined : timeMs / 1000);
    },
    ready(isReady) {
      ready.set(isReady ? 1 : 0);
    },
    remove() {
      for (const remove of [...ofReference, ...removers]) remove();
    },
  };

  function segmentGauges(): LazySeries {
    return lazily((segment) =>
      referenceStore.gauge('model_segment_drifted_features', { ...model, segment }),
    );
  }

  function segmentStateGauges(): Record<DriftState, LazySeries> {
    return byLabel(driftStates, (state) =>
      lazily((segment) =>
        referenceStore.gauge('model_segment_drift_state', { ...model, segment, state }),
      ),
    );
  }

  function setReferenceId(id: string): void {
    referenceId = id;
    referenceStore
      .gauge('model_info', { ...model, runtime: options.runtime, reference_id: id })
      .set(1);
  }
}

function exemplarOf({ traceId, spanId }: TraceContext, nowMs: number): Exemplar {
  return { labels: { trace_id: traceId, span_id: spanId }, timestampSeconds: nowMs / 1000 };
}
