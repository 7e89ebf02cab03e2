import { createOutputCheck } from '../call/output-check.js';
import type { TraceContext } from '../call/trace-context.js';
import { latencyBuckets } from '../catalogue.js';
import type { PredictionBatch } from '../prediction.js';
import type { FeatureConfig } from '../settings/features.js';
import { type OutputsConfig, outputNameOf } from '../settings/outputs.js';
import {
  errorReasons,
  type InvalidOutputReason,
  type InvalidReason,
  invalidOutputReasons,
  invalidReasons,
  unreadReasons,
} from '../vocabulary.js';
import type { ModelLabels } from './label-sets.js';
import type { Exemplar } from './series.js';
import { byLabel } from './series-by-label.js';
import type { SeriesStore } from './tracked-store.js';

/** Counts the prediction calls of one model. */
export interface CallInstruments {
  callStarted(): void;
  callEnded(): void;
  warmUpCall(): void;
  /** Counts a finished call; `nowMs` is the time of the monitor's clock. */
  prediction(batch: PredictionBatch, nowMs: number, trace: TraceContext | undefined): void;
  invalidValue(feature: string, reason: InvalidReason): void;
}

/**
 * The series of the calls of a model, counters at 0.
 *
 * The latency objectives are bucket bounds, so calls that exceed them are counted and not
 * interpolated.
 */
export function createCallInstruments(
  store: SeriesStore,
  model: ModelLabels,
  features: readonly FeatureConfig[],
  outputs: OutputsConfig,
  latencyLimitsMs: readonly number[],
): CallInstruments {
  const latency = store.histogram(
    'model_prediction_seconds',
    model,
    [...new Set([...latencyBuckets, ...latencyLimitsMs.map((limit) => limit / 1000)])].sort(
      (a, b) => a - b,
    ),
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
    features.map(({ name }) => [
      name,
      byLabel(invalidReasons, (reason) =>
        store.counter('model_feature_invalid_total', { ...model, feature: name, reason }),
      ),
    ]),
  );
  const invalidOutputs = byLabel(invalidOutputReasons, (reason) =>
    store.counter('model_output_invalid_values_total', { ...model, reason }),
  );
  const lastPrediction = store.gauge('model_last_prediction_timestamp_seconds', model);
  const checkOutputs = createOutputCheck(outputNameOf(outputs), outputs);
  const countInvalidOutputs = (reason: InvalidOutputReason, values: number): void =>
    invalidOutputs[reason].add(values);
  let callsInFlight = 0;
  inFlight.set(0);

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
      const { durationSeconds, error } = batch;
      latency.observe(durationSeconds, trace === undefined ? undefined : exemplarOf(trace, nowMs));
      lastPrediction.set(nowMs / 1000);
      if (batch.unread !== undefined) unread[batch.unread].add(1);
      if (error === undefined) {
        success.add(1);
        samples.add(batch.rows);
        batchSizes.observe(batch.rows);
        checkOutputs(batch, countInvalidOutputs);
      } else {
        failure.add(1);
        errors[error.reason].add(1);
      }
    },
  };
}

function exemplarOf({ traceId, spanId }: TraceContext, nowMs: number): Exemplar {
  return { labels: { trace_id: traceId, span_id: spanId }, timestampSeconds: nowMs / 1000 };
}
