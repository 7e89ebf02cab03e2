import type { Scenario } from '../alert-scenario.js';
import { driftScenarios } from './drift.js';
import { healthScenarios } from './health.js';
import { qualityScenarios } from './quality.js';
import { resourceScenarios } from './resources.js';
import { servingScenarios } from './serving.js';
import { targetScenarios } from './targets.js';
import { unmatchedTargetScenarios } from './unmatched-targets.js';

/** Every scenario of an alert. */
export const scenarios: readonly Scenario[] = [
  ...servingScenarios,
  ...qualityScenarios,
  ...targetScenarios,
  ...unmatchedTargetScenarios,
  ...driftScenarios,
  ...healthScenarios,
  ...resourceScenarios,
];
