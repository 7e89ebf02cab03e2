/** The drift decision for batch programs, which compare profiles without a monitor. */
export type { ComparedBins } from './bins/decision-bins.js';
export { fleetBins } from './bins/fleet-bins.js';
export { rareBinShortfall } from './bins/rare-bins.js';
export { codesOfSpellings } from './categories.js';
export {
  budgetAfter,
  correctWithinBudget,
  type DriftBudget,
  yearlyBudget,
} from './drift/budget.js';
export type { Compared as ComparedFeature } from './drift/compared-feature.js';
export type { CountedStatistic, DriftCriteria } from './drift/criteria.js';
export { type DriftStreaks, evaluateDrift, streaksAfter } from './drift/evaluate.js';
export { type ModelColumns, rankByHarm, type ScoreRows } from './drift/harm.js';
export type { StatisticFailure } from './drift/measure.js';
export { inOrdinaryTime } from './drift/ordinary-time.js';
export { createDriftPolicy, type DriftPolicy } from './drift/policy.js';
export {
  type AllRepeatedRows,
  compareRepeatedRows,
  type RepeatedRows,
  type RepeatedRowsDrift,
} from './drift/repeated-rows.js';
export { scoreName } from './drift/words/score-name.js';
export { sizeText } from './drift/words/size-text.js';
export type { Period, TimeRange } from './history/comparable-periods.js';
export {
  addToSlot,
  type EmptyHistory,
  historySlots,
  type ReferenceHistory,
  slotOf,
  slotWidth,
} from './history/reference-history.js';
export type { Harm, SizeOfShift } from './report.js';
export { overallState, verdictOf } from './report.js';
