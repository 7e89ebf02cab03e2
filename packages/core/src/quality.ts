/** The quality of models for programs that run next to the monitor. */
export {
  addDifference,
  type ComparisonDecision,
  compareVersions,
  comparisonDecisions,
  createDifferences,
  differencesOfOutcomes,
  evidenceAgainst,
  type PairedOutcomes,
  type VersionComparison,
} from './quality/compare-versions.js';
