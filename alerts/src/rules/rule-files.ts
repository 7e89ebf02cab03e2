import { accuracyDrop } from './accuracy-drop.js';
import { drift } from './drift.js';
import { errorRate } from './error-rate.js';
import { fleet } from './fleet.js';
import { health } from './health.js';
import { increases } from './increases.js';
import { latencySpike } from './latency-spike.js';
import { completeOptions, type GivenRuleOptions } from './options.js';
import { resources } from './resources.js';
import type { AlertRule, RecordingRule, RuleFile } from './rule.js';
import { sloBurn } from './slo-burn.js';
import { targets } from './targets.js';

const files = [
  increases,
  accuracyDrop,
  latencySpike,
  errorRate,
  sloBurn,
  targets,
  drift,
  health,
  resources,
  fleet,
] as const;

/** Every rule file; the series that others read come first. */
export function ruleFiles(options: GivenRuleOptions = {}): readonly RuleFile[] {
  const complete = completeOptions(options);
  return files.map((file) => file(complete));
}

/** The alerts of some rule files. */
export function alertsOf(files: readonly RuleFile[]): AlertRule[] {
  return rulesOf(files).filter((rule) => 'alert' in rule);
}

/** The recording rules of some rule files. */
export function recordingsOf(files: readonly RuleFile[]): RecordingRule[] {
  return rulesOf(files).filter((rule) => 'record' in rule);
}

function rulesOf(files: readonly RuleFile[]): (AlertRule | RecordingRule)[] {
  return files.flatMap(({ groups }) => groups.flatMap(({ rules }) => rules));
}
