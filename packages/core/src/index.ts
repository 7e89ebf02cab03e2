export { bucketLabel } from './bucket-label.js';
export { type Clock, type ScheduledTask, type Scheduler, systemClock } from './clock.js';
export { outputNameOf } from './config.js';
export {
  type DriftReport,
  type DriftState,
  driftStates,
  evaluateDrift,
  type FeatureDrift,
  type Mover,
} from './drift.js';
export { reasonOf } from './error-reason.js';
export { CoreError, type CoreErrorCode, coreErrorCodes, type Problem } from './errors.js';
export type { MonitorStage } from './instruments.js';
export { type MetricRegistry, type MetricStore, metricStoreOf } from './metric-store.js';
export { createMonitor, type Monitor, type MonitorOptions, type TargetResult } from './monitor.js';
export {
  type ErrorReason,
  errorReasons,
  type FeatureBlock,
  type OutputBlock,
  type PredictionBatch,
  type Target,
  type TensorData,
} from './prediction.js';
export type { QualitySnapshot } from './quality.js';
export {
  assertReferenceFits,
  buildReference,
  type Reference,
  type ReferenceColumns,
  referenceFromJson,
  referenceToJson,
} from './reference.js';
