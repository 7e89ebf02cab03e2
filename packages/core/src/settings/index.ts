export { type CallsConfig, type CallsOptions, callsShape } from './calls.js';
export { type ChampionConfig, type ChampionOptions, championSchema } from './champion.js';
export type { CriteriaOptions } from './criteria.js';
export { settingDefaults } from './defaults.js';
export {
  type DriftConfig,
  type DriftOptions,
  driftSchema,
  type PrometheusConfig,
  type PrometheusOptions,
  prometheusSchema,
} from './drift.js';
export { type Duration, duration, durationText } from './duration.js';
export type { Effective } from './effective.js';
export {
  type ColumnFeature,
  columnFeatures,
  type FeatureConfig,
  featureListSchema,
  featuresSchema,
  multivariateName,
} from './features.js';
export {
  type ModelIdentity,
  type MonitorSettings,
  type MonitorSettingsOptions,
  modelShape,
} from './monitor.js';
export { type ObjectivesConfig, type ObjectivesOptions, objectivesShape } from './objectives.js';
export { type OutputsConfig, type OutputsOptions, outputNameOf, outputsSchema } from './outputs.js';
export {
  formatPath,
  parseSettings,
  type SettingPath,
  type SettingsSource,
  setting,
  settingError,
  settingProblem,
  settingsError,
  settingsInCode,
} from './problems.js';
export { type QualityConfig, type QualityOptions, qualitySchema } from './quality.js';
export { camelCaseKeys, snakeCase, snakeCaseKeys } from './spelling.js';
