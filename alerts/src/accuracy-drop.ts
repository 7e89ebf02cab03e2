import { arrivedTargets, fleetAccuracy, jobSelector, modelGauge, onModel } from './expressions.js';
import type { RuleOptions } from './options.js';
import type { RuleFile } from './rule.js';

export function accuracyDrop(options: RuleOptions): RuleFile {
  const selector = jobSelector(options);
  const scope = { selector, range: options.qualityWindow };
  return {
    name: 'accuracy_drop',
    rules: [
      {
        alert: 'ModelAccuracyDrop',
        expression: `${fleetAccuracy(scope)}
< ${onModel}
  ${modelGauge('model_slo_accuracy_threshold_ratio', selector)}
and ${onModel}
${arrivedTargets(scope)}
  >= ${onModel}
  ${modelGauge('model_quality_minimum_samples', selector)}`,
        holdsFor: '15m',
        severity: 'critical',
        summary: 'Model accuracy is below its threshold.',
        description:
          'Over the targets of the last hour, {{ $labels.model_name }} {{ $labels.model_version }} was right in {{ $value | humanizePercentage }} of its predictions, which is below its configured accuracy threshold.',
      },
    ],
  };
}
