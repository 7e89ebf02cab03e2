import { modelText } from './description.js';
import { byModel, divide, increaseBy, jobSelector, modelIncrease, onModel } from './expressions.js';
import { percentText } from './limits.js';
import type { RuleOptions } from './options.js';
import type { AlertRule, RuleFile } from './rule.js';

const dashboard = { name: 'model_performance', variables: ['job', 'model_name'] } as const;

/** Targets that do not find their predictions. */
export function targets(options: RuleOptions): RuleFile {
  return {
    name: 'targets',
    groups: [{ name: 'targets', rules: [unmatched(options), neverMatched(options)] }],
  };
}

function unmatched(options: RuleOptions): AlertRule {
  const { unmatchedTargetsRatio, minimumCalls } = options.limits;
  const scope = { selector: jobSelector(options), range: '1h' };
  const of = (status: string): string =>
    modelIncrease('model_targets_total', scope, `status=~"${status}"`);
  return {
    alert: 'ModelTargetsUnmatched',
    expression: `${divide(of('unmatched'), `${of('matched|unmatched')} >= ${minimumCalls}`)}
> ${unmatchedTargetsRatio}`,
    holdsFor: '15m',
    severity: 'warning',
    summary: 'Most targets do not match a prediction.',
    description: `Over the last hour, {{ $value | humanizePercentage }} of the targets of ${modelText} matched no prediction (limit ${percentText(unmatchedTargetsRatio)}), so its quality is measured on few of them. At least ${minimumCalls} targets are required.`,
    dashboard,
  };
}

/**
 * A version whose predictions of the day before have had a day to be matched, where nine of ten
 * targets of the model match within one, and none has.
 */
function neverMatched(options: RuleOptions): AlertRule {
  const { minimumCalls } = options.limits;
  const selector = jobSelector(options);
  const onName = 'on (job, model_name)';
  const byName = 'by (job, model_name)';
  const yesterday = { selector, range: '1d', offset: '1d' };
  const matched = (grouping: string, range: string): string =>
    increaseBy(grouping, 'model_targets_total', { selector, range }, 'status="matched"');
  const delays = increaseBy('by (job, model_name, le)', 'model_target_delay_seconds_bucket', {
    selector,
    range: '1w',
  });
  return {
    alert: 'ModelTargetsNeverMatched',
    expression: `${modelIncrease('model_predictions_total', yesterday, 'status="success"')} >= ${minimumCalls}
and ${onModel}
  ${modelIncrease('model_predictions_total', { selector, range: '1h' })} > 0
unless ${onModel}
  ${matched(byModel, '1w')} > 0
and ${onName}
  ${matched(byName, '2d')} > 0
and ${onName}
  histogram_quantile(0.9, ${delays}) < 86400`,
    holdsFor: '1h',
    severity: 'warning',
    summary: 'No target has matched a version of a model.',
    description: `${modelText} made about {{ $value | humanize }} successful calls on the day before, and no target has matched them, while targets of another version match. The quality of this version is unknown. At least ${minimumCalls} calls are required.`,
    dashboard,
  };
}
