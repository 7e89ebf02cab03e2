export type { ComparedBins } from './bins/decision-bins.js';
export { fleetBins } from './bins/fleet-bins.js';
export {
  type CallDetails,
  type CallMeter,
  type CallMonitor,
  type CallOptions,
  type CallReader,
  type CallTerms,
  createCallMeter,
} from './call/call-meter.js';
export { reasonOf } from './call/error-reason.js';
export type { InvalidReason } from './call/input-check.js';
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
export type { MonitorStage } from './metrics/instruments.js';
export {
  type CounterSeries,
  type Exemplar,
  type GaugeSeries,
  type MetricRegistry,
  type MetricStore,
  metricStoreOf,
} from './metrics/metric-store.js';
export { type MetricsFormat, metricsContentTypes } from './metrics/metric-text.js';
export { type RenderedRegistry, renderMetrics } from './metrics/render-metrics.js';
export {
  createMonitor,
  type Monitor,
  type MonitorHooks,
  type MonitorOptions,
  type ObservedPrediction,
  type TargetResult,
} from './monitor.js';
export {
  type ErrorReason,
  errorReasons,
  type FeatureBlock,
  type OutputBlock,
  type PredictionBatch,
  type Target,
  type TensorData,
  type UnreadReason,
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
  type DriftState,
  driftStates,
  type FeatureDrift,
  type Finding,
  type FindingKind,
  findingKinds,
  overallState,
  type SegmentDrift,
  verdictOf,
} from './report.js';
