export type { CallDetails } from './call/call-contract.js';
export { type Clock, systemClock, type TimerClock } from './clock.js';
export type { InstantQuery } from './drift/runs/fleet-source.js';
export { CoreError, type Problem } from './errors.js';
export { type MetricStore, metricStoreOf } from './metrics/metric-store.js';
export { type MetricsFormat, metricsContentTypes } from './metrics/metric-text.js';
export { type RenderedRegistry, renderMetrics } from './metrics/render-metrics.js';
export type { CounterSeries, GaugeSeries } from './metrics/series.js';
export { createMonitor, type Monitor, startMonitor } from './monitor.js';
export type {
  MonitorOptions,
  ObservedPrediction,
} from './monitor-options.js';
export type {
  FeatureBlock,
  OutputBlock,
  PredictionBatch,
  Target,
  TargetValue,
  TensorData,
} from './prediction.js';
export { type PreparedMonitor, prepareMonitor } from './prepare-monitor.js';
export type { BudgetChange } from './quality/budget-watch.js';
export type { ChampionComparison } from './quality/champion-comparison.js';
export type { QualitySnapshot } from './quality/quality.js';
export type { QualityChange } from './quality/quality-watch.js';
export type { TargetResult } from './quality/record-targets.js';
export type {
  ClassScores,
  NamedScores,
  ReliabilityBin,
  ScoreInterval,
  Scores,
} from './quality/scoring.js';
export {
  buildReference,
  createReference,
  outputFeature,
  type Reference,
} from './reference.js';
export { referenceFromJson, referenceToJson } from './reference-json.js';
export type { BinShares, DriftReport, FeatureDrift } from './report.js';
export type { FeatureConfig } from './settings/features.js';
export type {
  MonitorInput,
  MonitorSnapshot,
  MonitorState,
  StateProblem,
} from './state/monitor-state.js';
export type { DriftState, ErrorReason, FindingKind } from './vocabulary.js';
