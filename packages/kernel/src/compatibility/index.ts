export { chiSquareGoodnessOfFit } from './chi-square-goodness-of-fit.js';
export type { EqualWidthPsiOptions } from './equal-width-psi.js';
export { equalWidthPsi } from './equal-width-psi.js';
export { evidentlyJensenShannon, evidentlyPsi, evidentlyWasserstein } from './evidently.js';
export { evidentlyCategoryDrift, evidentlyDrift } from './evidently-drift.js';
export type { MethodDrift } from './method-drift.js';
export {
  nannymlChiSquare,
  nannymlHellinger,
  nannymlJensenShannon,
  nannymlThresholds,
} from './nannyml.js';
export type { NannymlDrift } from './nannyml-drift.js';
export { nannymlCategoryDrift, nannymlChunks, nannymlDrift } from './nannyml-drift.js';
