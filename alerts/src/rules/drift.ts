import { decidingSizesText, modelText, recordedThresholdText } from './description.js';
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
/** The longest cycle that a feature may declare. */
const longestCycle = '7d';
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
          oldReference(options),
          ...runAlerts(options),
          undecided(options),
          featureQuality(options),
          finding(options),
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
      description: `The last {{ $value | humanize }} drift runs found drift in ${featureText}: the shift is significant and its size is now ${decidingSizesText}. At least ${options.limits.driftRunsInARow} consecutive runs are required. A shift older than ${secondsText(options.limits.lastingDriftSeconds)} is not reported again.`,
      dashboard: featureDashboard,
    },
    {
      alert: 'ModelDataDrift',
      expression: driftOfFleet(options),
      holdsFor: '1h',
      severity: 'warning',
      summary: 'Fleet-wide drift of a feature while drift runs are missing.',
      description: `Over the last ${options.driftWindow} and all replicas, {{ if eq $labels.statistic "psi" }}the population stability index (PSI){{ else }}the largest move of the share of one bin{{ end }} of ${featureText} is {{ $value | printf "%.3f" }} (threshold ${recordedThresholdText}). The recording rules found it, because drift runs are overdue, failing or not configured.`,
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

function oldReference(options: RuleOptions): AlertRule {
  const { lastingDriftSeconds, oldReferenceRatio } = options.limits;
  const selector = jobSelector(options);
  return {
    alert: 'ModelReferenceOld',
    expression: `(
  count ${byModel} (
${indent(indent(lastingShifts(options)))}
  )
/ ${onModel}
  count ${byModel} (max ${byFeature} (model_feature_drift_consecutive_runs{${selector}}))
) > ${oldReferenceRatio}`,
    holdsFor: '1h',
    severity: 'warning',
    summary: 'Most features have differed from the reference for long.',
    description: `{{ $value | humanizePercentage }} of the features of ${modelText} have been in drift for more than ${secondsText(lastingDriftSeconds)} (limit ${percentText(oldReferenceRatio)}). If the quality of the model is fine, the reference is out of date: replace it with one of recent data.`,
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

function undecided(options: RuleOptions): AlertRule {
  const selector = jobSelector(options);
  return {
    alert: 'ModelDriftUndecided',
    // A window may be as long as the longest cycle, a week; until it is complete nothing is decided.
    expression: `count ${byModel} (
  max ${byFeature} (model_feature_drift_state{${selector},state="insufficient_data"}) == 1
and ${onFeature}
  max ${byFeature} (model_feature_drift_window_samples{${selector}}) > 0
and ${onFeature}
  (
    (
      ${hadReference(selector, options.driftWindow)}
    unless ${onReference}
      ${longerCycle(options)}
    )
  or
    ${hadReference(selector, longestCycle)}
  )
)
and ${onModel}
${predictedWithinDay(selector)}`,
    holdsFor: '2d',
    severity: 'warning',
    summary: 'Drift of some features has not been decided for days.',
    description: `For two days, drift runs have not been able to decide whether {{ $value | humanize }} features of ${modelText} have drifted, although there is traffic: too few rows, or nothing that can be compared.`,
    dashboard: modelDashboard,
  };
}

function finding(options: RuleOptions): AlertRule {
  const selector = jobSelector(options);
  return {
    alert: 'ModelFeatureFinding',
    expression: `max by (job, model_name, model_version, feature, finding) (model_feature_finding_ratio{${selector}}) > 0
and ${onFeature}
  max ${byFeature} (model_feature_drift_state{${selector},state=~"investigate|drift"}) == 1`,
    holdsFor: '5m',
    severity: 'warning',
    summary: 'A drift run found a problem with the data of a feature.',
    description: `The last drift run of ${modelText} has the finding {{ $labels.finding }} for feature {{ $labels.feature }}. It affects {{ $value | humanizePercentage }} of the rows{{ if eq $labels.finding "vanished_categories" }} of the reference{{ end }}.`,
    dashboard: featureDashboard,
  };
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
 * Features whose shift was reported long ago; the value is its age in seconds, at the last run: both
 * times are of the clock of the monitor, which may be a simulated one.
 */
function lastingShifts(options: RuleOptions): string {
  const selector = jobSelector(options);
  return `max ${byModel} (model_drift_last_success_timestamp_seconds{${selector}})
- ${onModel} group_right ()
  max ${byFeature} (model_feature_drift_since_timestamp_seconds{${selector}})
> ${options.limits.lastingDriftSeconds}`;
}

/**
 * Features in which consecutive runs found drift; the value is the number of runs. The gauge
 * changes once per run, so persistence is counted in runs; `for` would measure the schedule. A shift
 * that lasts is reported once: after some days the alert ends, and the state stays.
 */
function driftedFeatures(options: RuleOptions): string {
  const selector = jobSelector(options);
  return `max ${byFeature} (model_feature_drift_consecutive_runs{${selector}}) >= ${options.limits.driftRunsInARow}
and ${onFeature}
  max ${byFeature} (model_feature_drift_state{${selector},state="drift"}) == 1
unless ${onFeature}
(
${indent(lastingShifts(options))}
)`;
}

/**
 * Features that moved over the counters of the fleet by as much as a drift threshold while drift runs
 * are overdue, failing or absent. A score of the bins that chance reaches in one of 10,000 runs takes
 * the place of the corrected p-value. Like the drift runs, it requires a complete window. A feature
 * whose cycle is longer than the window is left to the drift runs.
 */
function driftOfFleet(options: RuleOptions): string {
  const { driftRunDelaySeconds } = options.limits;
  const selector = jobSelector(options);
  const reached = (statistic: string, recorded: string): string =>
    withLabel(
      `max ${byFeature} (
  (
    ${recorded}{${selector}}
  >= ${onReference}
    max ${byReference} (model_feature_drift_threshold{${selector},statistic="${statistic}",level="drift"})
  )
and ${onReference}
  (
    feature:model_feature_drift_chi2_statistic:increase_drift_window{${selector}}
  > ${onReference}
    feature:model_feature_drift_chi2_statistic:chance_drift_window{${selector}}
  )
and ${onReference}
  ${hadReference(selector, options.driftWindow)}
unless ${onReference}
  ${longerCycle(options)}
)`,
      'statistic',
      statistic,
    );
  return `(
${indent(reached('psi', 'feature:model_feature_drift_psi_effect:increase_drift_window'))}
or ${onFeature}
${indent(reached('share_moved', 'feature:model_feature_drift_share_moved:increase_drift_window'))}
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

/** Features that had their reference a window ago, so that the window is complete. */
function hadReference(selector: string, window: string): string {
  return `max_over_time(model_feature_reference_samples{${selector}}[1h] offset ${window})`;
}

/** Features whose cycle is longer than the window of the rules. */
function longerCycle(options: RuleOptions): string {
  return `(model_feature_cycle_seconds{${jobSelector(options)}} > ${durationSeconds(options.driftWindow)})`;
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
