export { type FunctionOptions, monitorFunction } from './monitor-function.js';
