export { checkSession } from './check-session.js';
export { OnnxError, type OnnxErrorCode, onnxErrorCodes } from './errors.js';
export { featureNamesOf } from './model-metadata.js';
export { monitorSession, type SessionOptions } from './monitor-session.js';
export type { OnnxSession, OnnxTensor } from './structural-types.js';
