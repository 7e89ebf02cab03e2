export { binomialProbability, binomialSurvival } from './binomial.js';
export { chiSquareQuantile, chiSquareSurvival } from './chi-square.js';
export { fSurvival } from './fisher-snedecor.js';
export { hypergeometricProbability, hypergeometricSurvival } from './hypergeometric.js';
export { logBeta } from './incomplete-beta.js';
export { kolmogorovSurvival } from './kolmogorov.js';
export { nonCentralChiSquareSurvival } from './non-central-chi-square.js';
export { normalQuantile, normalSurvival } from './normal.js';
export { studentTSurvival } from './student-t.js';
