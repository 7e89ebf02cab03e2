import { gaugeText, modelText } from './description.js';
import { jobSelector, onModel, slowPredictions, slowRatio } from './expressions.js';
import type { RuleOptions } from './options.js';
import type { RuleFile } from './rule.js';

export function latencySpike(options: RuleOptions): RuleFile {
  const { minimumSlowCalls } = options.limits;
  const selector = jobSelector(options);
  const scope = { selector, range: '5m' };
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
            expression: `${slowRatio(scope)}
> 0.01
and ${onModel}
${slowPredictions(scope)} >= ${minimumSlowCalls}`,
            holdsFor: '10m',
            severity: 'critical',
            summary: 'The 99th percentile of model latency is above its threshold.',
            description: `Over the last 5 minutes, {{ $value | humanizePercentage }} of the successful predictions of ${modelText} took longer than ${gaugeText('model_slo_latency_threshold_seconds', 'humanizeDuration')}; the 99th percentile allows 1%. At least ${minimumSlowCalls} slow calls are required.`,
            dashboard: { name: 'serving_latency', variables: ['job', 'model_name'] },
          },
        ],
      },
    ],
  };
}
