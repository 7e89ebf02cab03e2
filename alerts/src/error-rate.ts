import { errorRatio, jobSelector, modelGauge, modelIncrease, onModel } from './expressions.js';
import type { RuleOptions } from './options.js';
import type { RuleFile } from './rule.js';

export function errorRate(options: RuleOptions): RuleFile {
  const selector = jobSelector(options);
  const scope = { selector, range: '5m' };
  return {
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
        severity: 'critical',
        summary: 'Too many predictions fail.',
        description:
          'Over the last 5 minutes, {{ $value | humanizePercentage }} of the prediction calls of {{ $labels.model_name }} {{ $labels.model_version }} failed, which is above its configured error rate threshold.',
      },
    ],
  };
}
