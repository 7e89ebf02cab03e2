export { type AlertmanagerOptions, renderAlertmanager } from './notifications/alertmanager.js';
export {
  type Channel,
  notificationChannels,
  notificationSecrets,
  type SecretFile,
} from './notifications/channels.js';
export {
  defaultLimits,
  type LimitName,
  limitNames,
  limitTable,
  type RuleLimits,
} from './rules/limits.js';
export {
  defaultRuleOptions,
  type GivenRuleOptions,
  RuleOptionError,
  type RuleOptions,
} from './rules/options.js';
export { type RuleFileText, renderPrometheusRule, renderRules } from './rules/render.js';
