import { badCallsAboveThreshold, callWindowsText } from './call-evidence.js';
import { gaugeText, modelText } from './description.js';
import type { RuleOptions } from './options.js';
import type { RuleFile } from './rule.js';

export function errorRate(options: RuleOptions): RuleFile {
  return {
    name: 'error_rate',
    groups: [
      {
        name: 'error_rate',
        rules: [
          {
            alert: 'ModelErrorRateHigh',
            expression: badCallsAboveThreshold(options, 'errors'),
            severity: 'warning',
            summary: 'Too many predictions fail.',
            description: `{{ $value | humanizePercentage }} of the prediction calls of ${modelText} failed (threshold ${gaugeText('model_slo_error_rate_threshold_ratio', 'humanizePercentage')}) over the shortest window of ${callWindowsText} that shows it. Exactly at the threshold, chance fires it once in half a year at most.`,
            dashboard: { name: 'serving_latency', variables: ['job', 'model_name'] },
          },
        ],
      },
    ],
  };
}
