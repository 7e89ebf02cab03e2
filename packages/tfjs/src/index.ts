export { type ModelOptions, monitorModel } from './monitor-model.js';
export type { TfjsModel, TfjsTensor, TfjsTensors } from './structural-types.js';
export type { Reading } from './tensor-reader.js';
