export { benjaminiHochberg } from './benjamini-hochberg.js';
export type { CategoricalProfileOptions } from './categorical-profile.js';
export { categoricalProfile } from './categorical-profile.js';
export type { ChiSquareTest } from './chi-square-contingency.js';
export { chiSquareContingency } from './chi-square-contingency.js';
export type { Counts } from './counts.js';
export type { KernelOptions } from './create-kernel.js';
export { createKernel } from './create-kernel.js';
export { chiSquareQuantile, chiSquareSurvival } from './distributions/chi-square.js';
export { normalQuantile, normalSurvival } from './distributions/normal.js';
export type { KernelErrorCode, KernelErrorDetail } from './errors.js';
export { KernelError, kernelErrorCodes } from './errors.js';
export type { JensenShannonOptions } from './jensen-shannon.js';
export { jensenShannonDistance, jensenShannonDivergence } from './jensen-shannon.js';
export type {
  EdgeCounts,
  GridCounter,
  Kernel,
  KernelImplementation,
  KsStatistic,
  Moments,
  NumericArray,
} from './kernel.js';
export type { KsFromCells } from './ks-from-cells.js';
export { ksFromCells, ksNoiseFloor } from './ks-from-cells.js';
export { ksTwoSamplePValue } from './ks-p-value.js';
export { mergeProfiles } from './merge-profiles.js';
export { mergeMoments } from './moments.js';
export type { NumericProfileOptions } from './numeric-profile.js';
export { numericProfile } from './numeric-profile.js';
export type { PooledCells } from './pool-rare-cells.js';
export { poolRareCells } from './pool-rare-cells.js';
export type { CategoricalProfile, FeatureProfile, NumericProfile } from './profile.js';
export type {
  CategoricalProfileJson,
  FeatureProfileJson,
  NumericProfileJson,
} from './profile-json.js';
export { profileFromJson, profileToJson } from './profile-json.js';
export type { PopulationStabilityIndexOptions } from './psi.js';
export { populationStabilityIndex, psiNoiseFloor } from './psi.js';
export { binCounts, quantileBins } from './quantile-bins.js';
