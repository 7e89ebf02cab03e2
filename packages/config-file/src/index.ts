export type { ActionEvent, ActionsConfig, ActionWebhookConfig } from './action-settings.js';
export {
  ConfigFileError,
  type ConfigFileErrorCode,
  configFileErrors,
  messageOf,
} from './errors.js';
export {
  type AlertsConfig,
  alertsSchema,
  batchSchema,
  type ExporterConfig,
  exporterDefaults,
  exporterSchema,
  type ModelConfig,
  type MonitoringConfig,
} from './exporter-settings.js';
export { type LimitsConfig, limitsSchema } from './limit-settings.js';
export {
  type BatchConfig,
  type LoadedConfig,
  loadBatchConfig,
  loadConfig,
  parseConfig,
  writtenConfig,
} from './load-config.js';
export { type LoadedStatistics, loadStatistics } from './load-statistics.js';
export { type HeartbeatOptions, notificationDefaults } from './notification-settings.js';
export { prepareModel, unreadableModel, unreadableReference } from './prepare-model.js';
export { type Permission, permissions } from './token-settings.js';
