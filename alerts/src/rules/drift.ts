import { decidingThresholdText, modelText, psiThresholdText } from './description.js';
import {
  byFeature,
  byModel,
  byReference,
  increaseBy,
  indent,
  jobSelector,
  modelGauge,
  modelIncrease,
  onFeature,
  onModel,
  onReference,
  withLabel,
} from './expressions.js';
import { percentText, secondsText } from './limits.js';
import { durationSeconds, type RuleOptions } from './options.js';
import type { AlertRule, RuleFile } from './rule.js';

const featureText = `feature {{ $labels.feature }} of ${modelText}`;
const featureDashboard = {
  name: 'data_drift',
  variables: ['job', 'model_name', 'feature'],
} as const;
const modelDashboard = { name: 'data_drift', variables: ['job', 'model_name'] } as const;

export function drift(options: RuleOptions): RuleFile {
  return {
    name: 'drift',
    groups: [
      {
        name: 'drift',
        rules: [
          ...featureAlerts(options),
          manyFeatures(options),
          ...runAlerts(options),
          featureQuality(options),
        ],
      },
    ],
  };
}

function featureAlerts(options: RuleOptions): AlertRule[] {
  return [
    {
      alert: 'ModelDataDriftPersistent',
      expression: driftedFeatures(options),
      holdsFor: '5m',
      severity: 'warning',
      summary: 'A feature has drifted from its reference.',
      description: `The last {{ $value | humanize }} drift runs found drift in ${featureText}: the shift is significant and reaches the threshold of the feature (${decidingThresholdText}). At least ${options.limits.driftRunsInARow} consecutive runs are required.`,
      dashboard: featureDashboard,
    },
    {
      alert: 'ModelDataDrift',
      expression: driftOfFleet(options),
      holdsFor: '1h',
      severity: 'warning',
      summary: 'Fleet-wide drift of a feature while drift runs are missing.',
      description: `Over the last ${options.driftWindow} and all replicas, the population stability index (PSI) of ${featureText} is {{ $value | printf "%.3f" }} (threshold ${psiThresholdText}). The recording rules found it, because drift runs are overdue, failing or not configured.`,
      dashboard: featureDashboard,
    },
  ];
}

function manyFeatures(options: RuleOptions): AlertRule {
  const { driftedFeatures: minimum, driftedFeaturesRatio } = options.limits;
  const selector = jobSelector(options);
  const drifted = `count ${byModel} (
${indent(driftedFeatures(options))}
)`;
  return {
    alert: 'ModelDriftManyFeatures',
    expression: `(
${indent(drifted)}
/ ${onModel}
  count ${byModel} (max ${byFeature} (model_feature_drift_consecutive_runs{${selector}}))
) > ${driftedFeaturesRatio}
and ${onModel}
${indent(drifted)} >= ${minimum}`,
    holdsFor: '5m',
    severity: 'critical',
    summary: 'Many features have drifted at the same time.',
    description: `{{ $value | humanizePercentage }} of the features of ${modelText} have drifted (limit ${percentText(driftedFeaturesRatio)}, and at least ${minimum} features). The usual cause is a broken data pipeline, not a change in the world.`,
    dashboard: modelDashboard,
  };
}

function runAlerts(options: RuleOptions): AlertRule[] {
  const { driftRunDelaySeconds } = options.limits;
  const selector = jobSelector(options);
  return [
    {
      alert: 'ModelDriftRunFailing',
      expression: failingRuns(selector),
      holdsFor: '5m',
      severity: 'warning',
      summary: 'Drift runs fail.',
      description: `About {{ $value | humanize }} drift runs of ${modelText} failed and none succeeded. Its drift scores are out of date.`,
      dashboard: modelDashboard,
    },
    {
      alert: 'ModelDriftRunStale',
      // A model without predictions for a day has nothing to compare.
      expression: `time()
- ${modelGauge('model_drift_next_run_timestamp_seconds', selector)}
> ${driftRunDelaySeconds}
and ${onModel}
${predictedWithinDay(selector)}`,
      holdsFor: '5m',
      severity: 'warning',
      summary: 'The scheduled drift run is overdue.',
      description: `The next drift run of ${modelText} is overdue by {{ $value | humanizeDuration }} (limit ${secondsText(driftRunDelaySeconds)}). Its drift scores are out of date.`,
      dashboard: modelDashboard,
    },
  ];
}

function featureQuality(options: RuleOptions): AlertRule {
  const { minimumCalls, unusableValuesRatio } = options.limits;
  return {
    alert: 'ModelFeatureQuality',
    expression: `${withLabel(missingRatio(options), 'problem', 'missing')}
or
${withLabel(invalidRatio(options), 'problem', 'invalid')}`,
    holdsFor: '15m',
    severity: 'warning',
    summary: 'Too many values of a feature are missing or invalid.',
    description: `Over the last 15 minutes, {{ $value | humanizePercentage }} of the values of ${featureText} are {{ $labels.problem }}{{ if eq $labels.problem "missing" }}, in addition to the ratio of the reference{{ end }} (limit ${percentText(unusableValuesRatio)}). At least ${minimumCalls} rows are required.`,
    dashboard: featureDashboard,
  };
}

/**
 * Features in which consecutive runs found drift; the value is the number of runs. The gauge
 * changes once per run, so persistence is counted in runs; `for` would measure the schedule.
 */
function driftedFeatures(options: RuleOptions): string {
  const selector = jobSelector(options);
  return `max ${byFeature} (model_feature_drift_consecutive_runs{${selector}}) >= ${options.limits.driftRunsInARow}
and ${onFeature}
  max ${byFeature} (model_feature_drift_state{${selector},state="drift"}) == 1`;
}

/**
 * Features whose PSI over the counters of the fleet reaches the threshold of the feature while
 * drift runs are overdue, failing or absent. Like the drift runs, it requires enough rows that
 * chance stays below the `investigate` threshold, and a complete window. A feature whose cycle is
 * longer than the window is left to the drift runs.
 */
function driftOfFleet(options: RuleOptions): string {
  const { driftRunDelaySeconds } = options.limits;
  const selector = jobSelector(options);
  const threshold = (level: string): string =>
    `max ${byReference} (model_feature_drift_threshold{${selector},statistic="psi",level="${level}"})`;
  return `max ${byFeature} (
  (
    feature:model_feature_drift_psi:increase{${selector}}
  >= ${onReference}
    ${threshold('drift')}
  )
and ${onReference}
  (
    feature:model_feature_drift_psi_noise_floor:increase{${selector}}
  < ${onReference}
    ${threshold('investigate')}
  )
and ${onReference}
  max_over_time(model_feature_reference_samples{${selector}}[1h] offset ${options.driftWindow})
unless ${onReference}
  (model_feature_cycle_seconds{${selector}} > ${durationSeconds(options.driftWindow)})
)
unless ${onModel}
(
  time() - ${modelGauge('model_drift_next_run_timestamp_seconds', selector)} <= ${driftRunDelaySeconds}
unless ${onModel}
${indent(failingRuns(selector))}
)
and ${onModel}
${predictedWithinDay(selector)}`;
}

/** The first branch covers schedules of a few hours, the second daily schedules. */
function failingRuns(selector: string): string {
  const runs = (status: 'error' | 'success', range: string): string =>
    modelIncrease('model_drift_runs_total', { selector, range }, `status="${status}"`);
  return `(
  (
    ${runs('error', '12h')} >= 2
  unless ${onModel}
    ${runs('success', '12h')} > 0
  )
or ${onModel}
  (
    ${runs('error', '2d')} > 0
  unless ${onModel}
    ${runs('success', '2d')} > 0
  )
)`;
}

function predictedWithinDay(selector: string): string {
  return `  time() - ${modelGauge('model_last_prediction_timestamp_seconds', selector)} < 86400`;
}

/** The ratio of missing values of a feature in excess of its reference, where above the limit. */
function missingRatio(options: RuleOptions): string {
  const { minimumCalls, unusableValuesRatio } = options.limits;
  const selector = jobSelector(options);
  const scope = { selector, range: '15m' };
  const missing = increaseBy(byFeature, 'model_feature_missing_total', scope);
  const rows = `(
  ${increaseBy(byFeature, 'model_feature_value_bucket', scope, 'le="+Inf"')} + ${onFeature} ${missing}
or
  ${increaseBy(byFeature, 'model_feature_category_total', scope)}
)`;
  return `${missing}
/ ${onFeature}
(
${indent(rows)} >= ${minimumCalls}
)
- ${onFeature}
  max ${byFeature} (model_feature_reference_missing_ratio{${selector}})
> ${unusableValuesRatio}`;
}

/** The ratio of invalid values of a feature, where above the limit. */
function invalidRatio(options: RuleOptions): string {
  const { minimumCalls, unusableValuesRatio } = options.limits;
  const scope = { selector: jobSelector(options), range: '15m' };
  return `${increaseBy(byFeature, 'model_feature_invalid_total', scope)}
/ ${onModel} group_left ()
(
  ${modelIncrease('model_prediction_samples_total', scope)} >= ${minimumCalls}
)
> ${unusableValuesRatio}`;
}
