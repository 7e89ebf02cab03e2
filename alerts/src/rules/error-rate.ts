import { gaugeText, modelText } from './description.js';
import { errorRatio, jobSelector, modelGauge, modelIncrease, onModel } from './expressions.js';
import type { RuleOptions } from './options.js';
import type { RuleFile } from './rule.js';

export function errorRate(options: RuleOptions): RuleFile {
  const { minimumFailedCalls } = options.limits;
  const selector = jobSelector(options);
  const scope = { selector, range: '5m' };
  return {
    name: 'error_rate',
    groups: [
      {
        name: 'error_rate',
        rules: [
          {
            alert: 'ModelErrorRateHigh',
            // One failed call of three is not an error rate.
            expression: `${errorRatio(scope)}
> ${onModel}
  ${modelGauge('model_slo_error_rate_threshold_ratio', selector)}
and ${onModel}
  ${modelIncrease('model_predictions_total', scope, 'status="error"')} >= ${minimumFailedCalls}`,
            holdsFor: '5m',
            severity: 'warning',
            summary: 'Too many predictions fail.',
            description: `Over the last 5 minutes, {{ $value | humanizePercentage }} of the prediction calls of ${modelText} failed (threshold ${gaugeText('model_slo_error_rate_threshold_ratio', 'humanizePercentage')}). At least ${minimumFailedCalls} failed calls are required.`,
            dashboard: { name: 'serving_latency', variables: ['job', 'model_name'] },
          },
        ],
      },
    ],
  };
}
