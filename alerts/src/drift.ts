import {
  byFeature,
  byModel,
  jobSelector,
  modelGauge,
  modelIncrease,
  onFeature,
  onModel,
} from './expressions.js';
import type { RuleOptions } from './options.js';
import type { RuleFile } from './rule.js';

/**
 * Features that at least two runs in a row found in drift; the value is the number of runs. A gauge
 * that changes once per run makes `for` meaningless, so persistence is counted in runs.
 */
const driftedFeaturesOf = (
  selector: string,
): string => `max ${byFeature} (model_feature_drift_consecutive_runs{${selector}}) >= 2
and ${onFeature}
  max ${byFeature} (model_feature_drift_state{${selector},state="drift"}) == 1`;

const watchedFeaturesOf = (selector: string): string =>
  `max ${byFeature} (model_feature_drift_consecutive_runs{${selector}})`;

function runs(selector: string, status: 'error' | 'success', range: string): string {
  return modelIncrease('model_drift_runs_total', { selector, range }, `status="${status}"`);
}

export function drift(options: RuleOptions): RuleFile {
  const selector = jobSelector(options);
  const driftedFeatures = driftedFeaturesOf(selector);
  const watchedFeatures = watchedFeaturesOf(selector);
  return {
    name: 'drift',
    rules: [
      {
        alert: 'ModelDataDrift',
        expression: driftedFeatures,
        holdsFor: '5m',
        severity: 'warning',
        summary: 'A feature has drifted from its reference.',
        description:
          'The last {{ $value | humanize }} drift runs all found feature {{ $labels.feature }} of {{ $labels.model_name }} {{ $labels.model_version }} in drift: the shift is significant and above the configured threshold.',
      },
      {
        alert: 'ModelDriftManyFeatures',
        expression: `(
  count ${byModel} (
    ${driftedFeatures.replaceAll('\n', '\n    ')}
  )
/ ${onModel}
  count ${byModel} (${watchedFeatures})
) > 0.3
and ${onModel}
  count ${byModel} (
    ${driftedFeatures.replaceAll('\n', '\n    ')}
  ) >= 3`,
        holdsFor: '5m',
        severity: 'critical',
        summary: 'Many features have drifted at the same time.',
        description:
          '{{ $value | humanizePercentage }} of the features of {{ $labels.model_name }} {{ $labels.model_version }} are in drift. That is seldom the world and often the pipeline in front of the model.',
      },
      {
        alert: 'ModelDriftRunFailing',
        // The first branch is for schedules of some hours, the second for daily ones.
        expression: `(
  ${runs(selector, 'error', '12h')} >= 2
unless ${onModel}
  ${runs(selector, 'success', '12h')} > 0
)
or ${onModel}
(
  ${runs(selector, 'error', '2d')} > 0
unless ${onModel}
  ${runs(selector, 'success', '2d')} > 0
)`,
        holdsFor: '5m',
        severity: 'warning',
        summary: 'Drift runs fail.',
        description:
          'About {{ $value | humanize }} drift runs of {{ $labels.model_name }} {{ $labels.model_version }} failed and none succeeded, so its drift scores are old.',
      },
      {
        alert: 'ModelDriftRunStale',
        // Without predictions for a day there is nothing to compare, and nothing to be late with.
        expression: `time()
- ${modelGauge('model_drift_next_run_timestamp_seconds', selector)}
> 900
and ${onModel}
  time() - ${modelGauge('model_last_prediction_timestamp_seconds', selector)} < 86400`,
        holdsFor: '5m',
        severity: 'warning',
        summary: 'The scheduled drift run is overdue.',
        description:
          'The next drift run of {{ $labels.model_name }} {{ $labels.model_version }} is overdue by {{ $value | humanizeDuration }}, so its drift scores are old.',
      },
    ],
  };
}
