export { type FunctionOptions, monitorFunction } from './monitor-function.js';
export { monitorPredictor, type Predictor } from './monitor-predictor.js';
