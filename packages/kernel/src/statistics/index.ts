export type { Counts } from '../checks/counts.js';
export type { Series } from '../checks/series.js';
export type { AndersonDarlingTest } from './anderson-darling.js';
export { andersonDarling } from './anderson-darling.js';
export { builtInStatistics } from './built-in-statistics.js';
export type { ChangePointOptions } from './change-points.js';
export { changePoints } from './change-points.js';
export type { ChiSquareTest } from './chi-square-contingency.js';
export { chiSquareContingency } from './chi-square-contingency.js';
export type { CorrelationChange } from './correlation-changes.js';
export { correlationChanges } from './correlation-changes.js';
export type { CramerVonMisesTest } from './cramer-von-mises.js';
export { cramerVonMises } from './cramer-von-mises.js';
export type { CramersVOptions } from './cramers-v.js';
export { cramersV } from './cramers-v.js';
export type { Effect } from './effect.js';
export type { EmbeddingDiscrepancy } from './embedding-discrepancy.js';
export { embeddingDiscrepancy } from './embedding-discrepancy.js';
export type { EnergyFromProfiles } from './energy-distance.js';
export { energyDistance, energyFromProfiles } from './energy-distance.js';
export { exactContingencyPValue } from './exact-contingency.js';
export type { FisherExactTest } from './fisher-exact.js';
export { fisherExact } from './fisher-exact.js';
export { gTest } from './g-test.js';
export { hellingerDistance } from './hellinger.js';
export type { JensenShannonOptions } from './jensen-shannon.js';
export { jensenShannonDistance, jensenShannonDivergence } from './jensen-shannon.js';
export type { KsFromBins } from './ks-from-bins.js';
export { ksFromBins, ksNoiseFloor } from './ks-from-bins.js';
export { ksTwoSamplePValue } from './ks-p-value.js';
export type { KullbackLeiblerOptions } from './kullback-leibler.js';
export { kullbackLeibler } from './kullback-leibler.js';
export type { LInfinityOptions } from './l-infinity.js';
export { lInfinity } from './l-infinity.js';
export type { MannKendallOptions, MannKendallTest } from './mann-kendall.js';
export { mannKendall } from './mann-kendall.js';
export type { MannWhitneyTest } from './mann-whitney.js';
export { mannWhitney } from './mann-whitney.js';
export type { MeanDiscrepancyOptions, MeanDiscrepancyTest } from './mean-discrepancy.js';
export { meanDiscrepancy } from './mean-discrepancy.js';
export type { OnlineBatch, PValues } from './multiple-testing.js';
export {
  benjaminiHochberg,
  benjaminiYekutieli,
  bonferroni,
  holm,
  onlineBenjaminiHochberg,
} from './multiple-testing.js';
export type { OrdinaryMovement, OrdinaryMovementTest } from './ordinary-movement.js';
export { movementTest, ordinaryMovement } from './ordinary-movement.js';
export type { PooledBins } from './pool-rare-bins.js';
export {
  largestAndRest,
  minimumExpectedRows,
  poolRareBins,
  rowsForExpectedCount,
} from './pool-rare-bins.js';
export type { PopulationStabilityIndexOptions } from './psi.js';
export { populationStabilityIndex, psiEffect, psiNoiseFloor, psiSmoothing } from './psi.js';
export type { ResampledEffectOptions } from './resampled-effect.js';
export { resampledEffect } from './resampled-effect.js';
export { shareMovedEffect } from './share-moved.js';
export type {
  Statistic,
  StatisticInput,
  StatisticInputs,
  StatisticOn,
  StatisticResult,
} from './statistic.js';
export { totalVariationDistance } from './total-variation.js';
export type { Proportion, TwoProportionZTest } from './two-proportion-z.js';
export { twoProportionZ } from './two-proportion-z.js';
export type { WassersteinFromProfiles } from './wasserstein.js';
export { profileDeviation, wassersteinDistance, wassersteinFromProfiles } from './wasserstein.js';
export type { SampleMoments, WelchTTest } from './welch-t.js';
export { welchT } from './welch-t.js';
