export { type Clock, type ScheduledTask, type Scheduler, systemClock } from './clock.js';
export type { InstantQuery, VectorSample } from './drift/runs/fleet-source.js';
export { CoreError, type CoreErrorCode, coreErrorCodes, type Problem } from './errors.js';
export { type MetricStore, metricStoreOf } from './metrics/metric-store.js';
export { type MetricsFormat, metricsContentTypes } from './metrics/metric-text.js';
export type { MetricRegistry } from './metrics/registry-metric.js';
export {
  type RenderedMetrics,
  type RenderedRegistry,
  renderMetrics,
} from './metrics/render-metrics.js';
export type { CounterSeries, Exemplar, GaugeSeries } from './metrics/series.js';
export {
  createMonitor,
  type Monitor,
  type MonitorHooks,
  type MonitorOptions,
  type ObservedPrediction,
  type TargetResult,
} from './monitor.js';
export type {
  FeatureBlock,
  OutputBlock,
  PredictionBatch,
  Target,
  TensorData,
} from './prediction.js';
export type { QualitySnapshot } from './quality.js';
export {
  assertReferenceFits,
  buildReference,
  createReference,
  outputFeature,
  type Reference,
  type ReferenceColumns,
  type ReferenceSegments,
} from './reference.js';
export { referenceFromJson, referenceToJson } from './reference-json.js';
export type { BinShares, DriftReport, FeatureDrift, Finding, SegmentDrift } from './report.js';
export type {
  DriftState,
  ErrorReason,
  FindingKind,
  InvalidReason,
  MonitorStage,
  UnreadReason,
} from './vocabulary.js';
