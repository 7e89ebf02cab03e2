export type { ComparedBins } from './bins/decision-bins.js';
export { fleetBins } from './bins/fleet-bins.js';
export type {
  CallDetails,
  CallMonitor,
  CallOptions,
  CallReader,
  CallTerms,
} from './call/call-contract.js';
export { type CallMeter, createCallMeter } from './call/call-meter.js';
export { errorReasonOf } from './call/error-reason.js';
export { createFeatureInputs, type FeatureInputs, type NamedInput } from './call/feature-inputs.js';
export { replaceMembers } from './call/replace-members.js';
export type { MetricName } from './catalogue.js';
export { type Clock, type ScheduledTask, type Scheduler, systemClock } from './clock.js';
export { outputNameOf } from './config.js';
export type { ComparedFeature } from './drift/compared-feature.js';
export type { CountedStatistic, DriftCriteria } from './drift/criteria.js';
export {
  type DriftStreaks,
  evaluateDrift,
  streaksAfter,
} from './drift/evaluate.js';
export { loadStatistics } from './drift/load-statistics.js';
export type { StatisticFailure } from './drift/measure.js';
export { createDriftPolicy, type DriftPolicy } from './drift/policy.js';
export type { InstantQuery, VectorSample } from './drift/runs/fleet-source.js';
export { CoreError, type CoreErrorCode, coreErrorCodes, type Problem } from './errors.js';
export { bucketLabel } from './metrics/bucket-label.js';
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
export {
  type BinShares,
  type DriftReport,
  type FeatureDrift,
  type Finding,
  overallState,
  type SegmentDrift,
  verdictOf,
} from './report.js';
export {
  type DriftState,
  driftStates,
  type ErrorReason,
  errorReasons,
  type FindingKind,
  findingKinds,
  type InvalidReason,
  type MonitorStage,
  type UnreadReason,
} from './vocabulary.js';
