export { chiSquareGoodnessOfFit } from './chi-square-goodness-of-fit.js';
export type { EqualWidthPsiOptions } from './equal-width-psi.js';
export { equalWidthPsi } from './equal-width-psi.js';
export { evidentlyJensenShannon, evidentlyPsi, evidentlyWasserstein } from './evidently.js';
export { nannymlHellinger, nannymlJensenShannon, nannymlThresholds } from './nannyml.js';
