/** The drift decision for batch programs, which compare profiles without a monitor. */
export type { ComparedBins } from './bins/decision-bins.js';
export { fleetBins } from './bins/fleet-bins.js';
export { codesOfSpellings } from './categories.js';
export type { Compared as ComparedFeature } from './drift/compared-feature.js';
export type { CountedStatistic, DriftCriteria } from './drift/criteria.js';
export { type DriftStreaks, evaluateDrift, streaksAfter } from './drift/evaluate.js';
export type { StatisticFailure } from './drift/measure.js';
export { createDriftPolicy, type DriftPolicy } from './drift/policy.js';
export { overallState, verdictOf } from './report.js';
