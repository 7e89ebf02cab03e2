import { arrivedTargets, fleetAccuracy, jobSelector, modelGauge, onModel } from './expressions.js';
import type { RuleFile } from './rule.js';

const scope = { selector: jobSelector, range: '1h' };

export const accuracyDrop: RuleFile = {
  name: 'accuracy_drop',
  rules: [
    {
      alert: 'ModelAccuracyDrop',
      expression: `${fleetAccuracy(scope)}
< ${onModel}
  ${modelGauge('model_slo_accuracy_threshold_ratio', jobSelector)}
and ${onModel}
${arrivedTargets(scope)}
  >= ${onModel}
  ${modelGauge('model_quality_minimum_samples', jobSelector)}`,
      holdsFor: '15m',
      severity: 'critical',
      summary: 'Model accuracy is below its threshold.',
      description:
        'Over the targets of the last hour, {{ $labels.model_name }} {{ $labels.model_version }} was right in {{ $value | humanizePercentage }} of its predictions, which is below its configured accuracy threshold.',
    },
  ],
};
