import { gaugeText, modelText } from './description.js';
import { errorRatio, jobSelector, modelGauge, modelIncrease, onModel } from './expressions.js';
import type { RuleOptions } from './options.js';
import type { RuleFile } from './rule.js';

export function errorRate(options: RuleOptions): RuleFile {
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
            // Five failures at least: one failed call of three is no error rate.
            expression: `${errorRatio(scope)}
> ${onModel}
  ${modelGauge('model_slo_error_rate_threshold_ratio', selector)}
and ${onModel}
  ${modelIncrease('model_predictions_total', scope, 'status="error"')} >= 5`,
            holdsFor: '5m',
            severity: 'warning',
            summary: 'Too many predictions fail.',
            description: `Over the last 5 minutes, {{ $value | humanizePercentage }} of the prediction calls of ${modelText} failed; its threshold is ${gaugeText('model_slo_error_rate_threshold_ratio', 'humanizePercentage')}. At least 5 failures are needed.`,
            dashboard: { name: 'serving_latency', variables: ['job', 'model_name'] },
          },
        ],
      },
    ],
  };
}
