import { jobSelector, slowPredictions, slowRatio } from './expressions.js';
import type { RuleOptions } from './options.js';
import type { RuleFile } from './rule.js';

export function latencySpike(options: RuleOptions): RuleFile {
  const selector = jobSelector(options);
  const scope = { selector, range: '5m' };
  return {
    name: 'latency_spike',
    rules: [
      {
        alert: 'ModelLatencyHigh',
        // More than 1 % slower than the objective is the same as "p99 above the objective", without
        // interpolation. Fewer than five slow calls say nothing about a 99th percentile.
        expression: `${slowRatio(scope)}
> 0.01
and
${slowPredictions(scope)} >= 5`,
        holdsFor: '10m',
        severity: 'critical',
        summary: 'Model latency is above its objective.',
        description:
          'Over the last 5 minutes, {{ $value | humanizePercentage }} of the successful predictions of {{ $labels.model_name }} {{ $labels.model_version }} took longer than the configured latency objective; the 99th percentile allows 1%.',
      },
    ],
  };
}
