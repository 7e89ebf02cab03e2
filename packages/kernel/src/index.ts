export { chiSquareGoodnessOfFit } from './compatibility/chi-square-goodness-of-fit.js';
export type { EqualWidthPsiOptions } from './compatibility/equal-width-psi.js';
export { equalWidthPsi } from './compatibility/equal-width-psi.js';
export {
  evidentlyJensenShannon,
  evidentlyPsi,
  evidentlyWasserstein,
} from './compatibility/evidently.js';
export {
  nannymlHellinger,
  nannymlJensenShannon,
  nannymlThresholds,
} from './compatibility/nannyml.js';
export type { Counts } from './counts.js';
export type { KernelOptions } from './create-kernel.js';
export { createKernel } from './create-kernel.js';
export { binomialProbability, binomialSurvival } from './distributions/binomial.js';
export { chiSquareQuantile, chiSquareSurvival } from './distributions/chi-square.js';
export {
  hypergeometricProbability,
  hypergeometricSurvival,
} from './distributions/hypergeometric.js';
export { kolmogorovSurvival } from './distributions/kolmogorov.js';
export { nonCentralChiSquareSurvival } from './distributions/non-central-chi-square.js';
export { normalQuantile, normalSurvival } from './distributions/normal.js';
export { studentTSurvival } from './distributions/student-t.js';
export type { KernelErrorCode, KernelErrorDetail } from './errors.js';
export { KernelError, kernelErrorCodes } from './errors.js';
export { isFloat32Grid } from './float32-grid.js';
export type {
  CodeArray,
  CodeCounts,
  EdgeCounter,
  EdgeCounts,
  GridCounter,
  Kernel,
  KernelImplementation,
  KsStatistic,
  Moments,
  NumericArray,
  RowCounter,
  TieGroups,
  UniformCounts,
} from './kernel.js';
export { mergeMoments } from './moments.js';
export type { PValues } from './multiple-testing.js';
export { benjaminiHochberg, benjaminiYekutieli, bonferroni, holm } from './multiple-testing.js';
export { binMoments } from './profiles/bin-moments.js';
export type { CategoricalProfileOptions } from './profiles/categorical-profile.js';
export { categoricalProfile } from './profiles/categorical-profile.js';
export { commonGrid } from './profiles/common-grid.js';
export { mergeProfiles } from './profiles/merge-profiles.js';
export type { NumericProfileOptions } from './profiles/numeric-profile.js';
export { numericProfile } from './profiles/numeric-profile.js';
export type {
  NumericProfileCounter,
  NumericProfileCounterOptions,
} from './profiles/numeric-profile-counter.js';
export { createNumericProfileCounter } from './profiles/numeric-profile-counter.js';
export type { CategoricalProfile, FeatureProfile, NumericProfile } from './profiles/profile.js';
export type {
  CategoricalProfileJson,
  FeatureProfileJson,
  NumericProfileJson,
} from './profiles/profile-json.js';
export { profileFromJson, profileToJson } from './profiles/profile-json.js';
export { binCounts, quantileBins } from './profiles/quantile-bins.js';
export type { Random } from './random.js';
export { createRandom } from './random.js';
export { profileFromSketch } from './sketches/profile-from-sketch.js';
export type {
  BucketJson,
  ValueSketch,
  ValueSketchJson,
  ValueSketchOptions,
  ValueSketchSummary,
} from './sketches/value-sketch.js';
export { createValueSketch } from './sketches/value-sketch.js';
export { valueSketchFromJson } from './sketches/value-sketch-json.js';
export type { VocabularyCounter, VocabularyCounterOptions } from './sketches/vocabulary-counter.js';
export { createVocabularyCounter } from './sketches/vocabulary-counter.js';
export type { AndersonDarlingTest } from './statistics/anderson-darling.js';
export { andersonDarling } from './statistics/anderson-darling.js';
export { builtInStatistics } from './statistics/built-in-statistics.js';
export type { ChiSquareTest } from './statistics/chi-square-contingency.js';
export { chiSquareContingency } from './statistics/chi-square-contingency.js';
export type { CramerVonMisesTest } from './statistics/cramer-von-mises.js';
export { cramerVonMises } from './statistics/cramer-von-mises.js';
export type { CramersVOptions } from './statistics/cramers-v.js';
export { cramersV } from './statistics/cramers-v.js';
export type { EnergyFromProfiles } from './statistics/energy-distance.js';
export { energyDistance, energyFromProfiles } from './statistics/energy-distance.js';
export type { FisherExactTest } from './statistics/fisher-exact.js';
export { fisherExact } from './statistics/fisher-exact.js';
export { gTest } from './statistics/g-test.js';
export { hellingerDistance } from './statistics/hellinger.js';
export type { JensenShannonOptions } from './statistics/jensen-shannon.js';
export { jensenShannonDistance, jensenShannonDivergence } from './statistics/jensen-shannon.js';
export type { KsFromBins } from './statistics/ks-from-bins.js';
export { ksFromBins, ksNoiseFloor } from './statistics/ks-from-bins.js';
export { ksTwoSamplePValue } from './statistics/ks-p-value.js';
export type { KullbackLeiblerOptions } from './statistics/kullback-leibler.js';
export { kullbackLeibler } from './statistics/kullback-leibler.js';
export type { LInfinityOptions } from './statistics/l-infinity.js';
export { lInfinity } from './statistics/l-infinity.js';
export type { MannWhitneyTest } from './statistics/mann-whitney.js';
export { mannWhitney } from './statistics/mann-whitney.js';
export type { MeanDiscrepancyOptions, MeanDiscrepancyTest } from './statistics/mean-discrepancy.js';
export { meanDiscrepancy } from './statistics/mean-discrepancy.js';
export type { PooledBins } from './statistics/pool-rare-bins.js';
export {
  minimumExpectedRows,
  poolRareBins,
  rowsForExpectedCount,
} from './statistics/pool-rare-bins.js';
export type { PopulationStabilityIndexOptions } from './statistics/psi.js';
export { populationStabilityIndex, psiNoiseFloor, psiSmoothing } from './statistics/psi.js';
export type { ResampledNoiseFloorOptions } from './statistics/resampled-noise-floor.js';
export { resampledNoiseFloor } from './statistics/resampled-noise-floor.js';
export type {
  Statistic,
  StatisticInput,
  StatisticInputs,
  StatisticOn,
  StatisticResult,
} from './statistics/statistic.js';
export { totalVariationDistance } from './statistics/total-variation.js';
export type { Proportion, TwoProportionZTest } from './statistics/two-proportion-z.js';
export { twoProportionZ } from './statistics/two-proportion-z.js';
export type { WassersteinFromProfiles } from './statistics/wasserstein.js';
export {
  profileDeviation,
  wassersteinDistance,
  wassersteinFromProfiles,
} from './statistics/wasserstein.js';
export type { SampleMoments, WelchTTest } from './statistics/welch-t.js';
export { welchT } from './statistics/welch-t.js';
