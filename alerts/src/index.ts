export { type AlertmanagerOptions, renderAlertmanager } from './alertmanager.js';
export { type Channel, notificationChannels, type SecretFile } from './notification-channels.js';
export { defaultRuleOptions, RuleOptionError, type RuleOptions } from './options.js';
export { type RuleFileText, renderRules } from './render.js';
