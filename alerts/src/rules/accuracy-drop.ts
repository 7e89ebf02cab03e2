import { gaugeText, modelText } from './description.js';
import {
  arrivedTargets,
  fleetAccuracy,
  jobSelector,
  modelGauge,
  onModel,
  type Scope,
} from './expressions.js';
import { percentText } from './limits.js';
import type { RuleOptions } from './options.js';
import type { AlertRule, RecordingRule, RuleFile } from './rule.js';
import { targetsMissing } from './targets-missing.js';

const dashboard = { name: 'model_performance', variables: ['job', 'model_name'] } as const;
const thresholdText = gaugeText('model_slo_accuracy_threshold_ratio', 'humanizePercentage');

export function accuracyDrop(options: RuleOptions): RuleFile {
  const selector = jobSelector(options);
  return {
    name: 'accuracy_drop',
    groups: [
      {
        name: 'accuracy_drop',
        rules: [
          ...recordings(selector),
          dropAlert(options),
          degradingAlert(options),
          targetsMissing(options),
        ],
      },
    ],
  };
}

function dropAlert(options: RuleOptions): AlertRule {
  const selector = jobSelector(options);
  const scope = { selector, range: options.qualityWindow };
  return {
    alert: 'ModelAccuracyDrop',
    expression: `${fleetAccuracy(scope)}
< ${onModel}
  ${modelGauge('model_slo_accuracy_threshold_ratio', selector)}
and ${onModel}
${arrivedTargets(scope)}
  >= ${onModel}
  ${minimumTargets(selector)}`,
    holdsFor: '15m',
    severity: 'critical',
    summary: 'Model accuracy is below its threshold.',
    description: `Over the targets of the last ${options.qualityWindow}, the accuracy of ${modelText} is {{ $value | humanizePercentage }} (threshold ${thresholdText}).`,
    dashboard,
  };
}

function degradingAlert(options: RuleOptions): AlertRule {
  const { accuracyRatio, accuracyStandardErrors } = options.limits;
  return {
    alert: 'ModelAccuracyDegrading',
    expression: degrading(options),
    holdsFor: '1h',
    severity: 'warning',
    summary: 'Model accuracy is falling.',
    description: `Over the targets of the last 6 hours, the accuracy of ${modelText} is {{ $value | humanizePercentage }} of its accuracy over the week before (limit ${percentText(accuracyRatio)}), a fall of more than ${accuracyStandardErrors} standard errors. Its threshold is ${thresholdText}.`,
    dashboard,
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

function minimumTargets(selector: string): string {
  return modelGauge('model_quality_minimum_samples', selector);
}

/** Accuracy and targets of the last six hours, and of the week before them. */
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
 * The accuracy of six hours relative to that of the week before, where it is below the limit and
 * the fall is beyond chance. The difference of two ratios has the standard error
 * sqrt(p (1 - p) (1/n + 1/m)).
 */
function degrading(options: RuleOptions): string {
  const { accuracyRatio, accuracyStandardErrors } = options.limits;
  const selector = jobSelector(options);
  const minimum = minimumTargets(selector);
  const of = (metric: string): string => `${metric}{${selector}}`;
  return `${of(accuracy.recent)} / ${onModel} (${of(accuracy.before)} > 0) < ${accuracyRatio}
and ${onModel}
  (
    ${of(accuracy.before)} - ${onModel} ${of(accuracy.recent)}
  > ${onModel}
    ${accuracyStandardErrors} * sqrt(
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
