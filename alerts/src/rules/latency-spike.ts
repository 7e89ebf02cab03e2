import { badCallsAboveThreshold, callWindowsText } from './call-evidence.js';
import { gaugeText, modelText } from './description.js';
import type { RuleOptions } from './options.js';
import type { RuleFile } from './rule.js';

export function latencySpike(options: RuleOptions): RuleFile {
  return {
    name: 'latency_spike',
    groups: [
      {
        name: 'latency_spike',
        rules: [
          {
            alert: 'ModelLatencyHigh',
            // More than 1 % of the calls slower than the threshold is "p99 above the threshold"
            // without interpolation. The 1 % is the definition of p99, not a limit to adjust.
            expression: badCallsAboveThreshold(options, 'latency'),
            // Only the burn rate pages: it knows how much of the budget is lost.
            severity: 'warning',
            summary: 'The 99th percentile of model latency is above its threshold.',
            description: `{{ $value | humanizePercentage }} of the successful predictions of ${modelText} took longer than ${gaugeText('model_slo_latency_threshold_seconds', 'humanizeDuration')} (the 99th percentile allows 1%) over the shortest window of ${callWindowsText} that shows it. Exactly at the threshold, chance fires it once in half a year at most.`,
            dashboard: { name: 'serving_latency', variables: ['job', 'model_name'] },
          },
        ],
      },
    ],
  };
}
