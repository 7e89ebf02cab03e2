export {
  type BatchConfig,
  type LoadedConfig,
  loadBatchConfig,
  loadConfig,
} from './load-config.js';
