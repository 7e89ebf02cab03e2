import { modelText } from './description.js';
import { either, jobSelector, modelGauge, modelIncrease, onModel } from './expressions.js';
import type { RuleOptions } from './options.js';
import type { AlertRule } from './rule.js';

/**
 * Fires when targets no longer arrive although those of older predictions should have.
 *
 * A process that has had targets says how many are overdue by the delay and the coverage of its model.
 * After a restart it does not know; then a week of history separates a model that never gets targets
 * from one that no longer does, unless its targets may take more than a day.
 */
export function targetsMissing(options: RuleOptions): AlertRule {
  const selector = jobSelector(options);
  const overdue = `sum by (job, model_name, model_version) (model_targets_overdue{${selector}})`;
  const day = { selector, range: '1d' };
  const unknown = `${modelIncrease('model_predictions_total', day, 'status="success"')}
and ${onModel}
  ${modelIncrease('model_predictions_total', { selector, range: '1h' }, 'status="success"')} > 0
and ${onModel}
  ${modelIncrease('model_targets_total', { selector, range: '1w' }, 'status="matched"')} > 0
unless ${onModel}
  ${modelIncrease('model_targets_total', day, 'status="matched"')} > 0
unless ${onModel}
  ${modelGauge('model_target_expected_delay_seconds', selector)} > 86400
unless ${onModel}
  ${overdue}`;
  return {
    alert: 'ModelTargetsMissing',
    expression: either(`${overdue} >= ${options.limits.overdueTargets}`, unknown),
    holdsFor: '15m',
    severity: 'warning',
    summary: 'Targets no longer arrive.',
    description: `No target of ${modelText} has arrived for longer than their usual delay explains; those of about {{ $value | humanize }} predictions are missing (at least ${options.limits.overdueTargets} are required). Its quality is unknown, and ModelAccuracyDrop cannot fire.`,
    dashboard: { name: 'model_performance', variables: ['job', 'model_name'] },
  };
}
