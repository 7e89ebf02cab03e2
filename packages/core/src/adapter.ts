/** The contract of an adapter between the calls of a model runtime and a monitor. */
export type {
  CallDetails,
  CallMonitor,
  CallOptions,
  CallReader,
  CallTerms,
} from './call/call-contract.js';
export { type CallMeter, createCallMeter } from './call/call-meter.js';
export { errorReasonOf } from './call/error-reason.js';
export {
  createFeatureInputs,
  type FeatureInput,
  type FeatureInputs,
  type NamedInput,
} from './call/feature-inputs.js';
export { replaceMembers } from './call/replace-members.js';
export { markWrapped, requireModel, requireNoMismatch } from './call/wrapped-models.js';
export { type VectorData, vectorData } from './embeddings.js';
export { outputNameOf } from './settings/outputs.js';
