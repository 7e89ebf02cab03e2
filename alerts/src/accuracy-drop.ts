import { gaugeText, modelText } from './description.js';
import {
  arrivedTargets,
  fleetAccuracy,
  jobSelector,
  modelGauge,
  modelIncrease,
  onModel,
  type Scope,
} from './expressions.js';
import type { RuleOptions } from './options.js';
import type { RecordingRule, RuleFile } from './rule.js';

export function accuracyDrop(options: RuleOptions): RuleFile {
  const selector = jobSelector(options);
  const scope = { selector, range: options.qualityWindow };
  const minimum = modelGauge('model_quality_minimum_samples', selector);
  return {
    name: 'accuracy_drop',
    groups: [
      {
        name: 'accuracy_drop',
        rules: [
          ...recordings(selector),
          {
            alert: 'ModelAccuracyDrop',
            expression: `${fleetAccuracy(scope)}
< ${onModel}
  ${modelGauge('model_slo_accuracy_threshold_ratio', selector)}
and ${onModel}
${arrivedTargets(scope)}
  >= ${onModel}
  ${minimum}`,
            holdsFor: '15m',
            severity: 'critical',
            summary: 'Model accuracy is below its threshold.',
            description: `Over the targets of the last ${options.qualityWindow}, ${modelText} was right in {{ $value | humanizePercentage }} of its predictions; its threshold is ${gaugeText('model_slo_accuracy_threshold_ratio', 'humanizePercentage')}.`,
            dashboard: { name: 'model_performance', variables: ['job', 'model_name'] },
          },
          {
            alert: 'ModelAccuracyDegrading',
            expression: degrading(selector, minimum),
            holdsFor: '1h',
            severity: 'warning',
            summary: 'Model accuracy is falling.',
            description: `Over the targets of the last 6 hours, the accuracy of ${modelText} is {{ $value | humanizePercentage }} of what it was over the week before; the rule asks for less than 95%, and for a fall of more than 3 standard errors. Its threshold is ${gaugeText('model_slo_accuracy_threshold_ratio', 'humanizePercentage')}.`,
            dashboard: { name: 'model_performance', variables: ['job', 'model_name'] },
          },
          {
            alert: 'ModelTargetsMissing',
            // A week of memory tells a model that never gets targets from one that no longer does.
            expression: `${modelIncrease('model_predictions_total', { selector, range: '1h' }, 'status="success"')} > 0
and ${onModel}
  ${modelIncrease('model_targets_total', { selector, range: '1w' }, 'status="matched"')} > 0
unless ${onModel}
  ${modelIncrease('model_targets_total', { selector, range: '1d' }, 'status="matched"')} > 0`,
            holdsFor: '15m',
            severity: 'warning',
            summary: 'Targets no longer arrive.',
            description: `${modelText} made about {{ $value | humanize }} predictions within the last hour and had targets within the last week, but none matched for a day. Its quality is unknown and ModelAccuracyDrop cannot ring.`,
            dashboard: { name: 'model_performance', variables: ['job', 'model_name'] },
          },
        ],
      },
    ],
  };
}

const accuracy = {
  recent: 'model:model_accuracy_score:recent',
  before: 'model:model_accuracy_score:before',
} as const;
const targets = {
  recent: 'model:model_targets:recent',
  before: 'model:model_targets:before',
} as const;

/** Six hours, and the week before them. */
function recordings(selector: string): RecordingRule[] {
  const recent: Scope = { selector, range: '6h' };
  const before: Scope = { selector, range: '1w', offset: '6h' };
  return [
    { record: accuracy.recent, expression: fleetAccuracy(recent) },
    { record: accuracy.before, expression: fleetAccuracy(before) },
    { record: targets.recent, expression: arrivedTargets(recent) },
    { record: targets.before, expression: arrivedTargets(before) },
  ];
}

/**
 * The accuracy of six hours as a share of that of the week before: below 95 %, and by more than
 * chance. The difference of two shares has the standard error sqrt(p (1 - p) (1/n + 1/m)).
 */
function degrading(selector: string, minimum: string): string {
  const of = (metric: string): string => `${metric}{${selector}}`;
  return `${of(accuracy.recent)} / ${onModel} (${of(accuracy.before)} > 0) < 0.95
and ${onModel}
  (
    ${of(accuracy.before)} - ${onModel} ${of(accuracy.recent)}
  > ${onModel}
    3 * sqrt(
      ${of(accuracy.before)}
    * ${onModel}
      (1 - ${of(accuracy.before)})
    * ${onModel}
      (1 / ${of(targets.recent)} + ${onModel} 1 / ${of(targets.before)})
    )
  )
and ${onModel}
  (${of(targets.recent)} >= ${onModel} ${minimum})
and ${onModel}
  (${of(targets.before)} >= ${onModel} 10 * ${minimum})`;
}
