export { checkSession } from './check-session.js';
export { monitorSession, type SessionOptions } from './monitor-session.js';
export type { OnnxSession, OnnxTensor } from './structural-types.js';
