import { accuracyDrop } from './accuracy-drop.js';
import { drift } from './drift.js';
import { errorRate } from './error-rate.js';
import { health } from './health.js';
import { latencySpike } from './latency-spike.js';
import { completeOptions, type RuleOptions } from './options.js';
import type { RuleFile } from './rule.js';

/** Every rule file, in the order in which a reader would open them. */
export function ruleFiles(options: Partial<RuleOptions> = {}): readonly RuleFile[] {
  const complete = completeOptions(options);
  return [accuracyDrop, latencySpike, errorRate, drift, health].map((file) => file(complete));
}
