/** The quality of models for batch programs, and for programs that run next to the monitor. */
export {
  addDifference,
  compareVersions,
  createDifferences,
  differencesOfOutcomes,
  evidenceAgainst,
  type PairedOutcomes,
  type VersionComparison,
} from './quality/compare-versions.js';
export {
  type BinaryEstimate,
  type BinaryEstimator,
  type Bounds,
  calibrated,
  estimateBinary,
  type PredictedLevels,
} from './quality/estimate/binary-estimate.js';
export {
  type ArrivalCurves,
  arrivedBy,
  type Cohort,
  fitArrivalCurves,
  fitOffset,
  pendingProbability,
} from './quality/estimate/delay.js';
export {
  type ErrorEstimate,
  type ErrorEstimator,
  errorBinOf,
  estimateErrors,
} from './quality/estimate/error-estimate.js';
export { type Calibration, fitIsotonic, probabilityAt } from './quality/estimate/isotonic.js';
export { estimateLabelShift, type LabelShift } from './quality/estimate/label-shift.js';
export type { QualityEstimator, ReferenceQuality } from './quality/estimate/reference-quality.js';
export {
  type Estimate,
  estimateOfRows,
  scoresOfRows,
  shareOutside,
} from './quality/estimate/rows.js';
export {
  type BinaryScoreName,
  type BinaryScores,
  binaryScoreNames,
  type ScoreLevels,
  scoresOfLevels,
} from './quality/estimate/score-levels.js';
export { largestShareOutside } from './quality/feature-support.js';
export { measureReferenceQuality } from './quality/reference-quality.js';
export { type ComparisonDecision, comparisonDecisions } from './vocabulary.js';
