export { defaultRuleOptions, RuleOptionError, type RuleOptions } from './options.js';
export { type RuleFileText, renderRules } from './render.js';
