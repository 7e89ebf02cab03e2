import { gaugeText, modelText } from './description.js';
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
import { durationSeconds, type RuleOptions } from './options.js';
import type { RuleFile } from './rule.js';

const featureText = `feature {{ $labels.feature }} of ${modelText}`;
const featureDashboard = {
  name: 'data_drift',
  variables: ['job', 'model_name', 'feature'],
} as const;
const modelDashboard = { name: 'data_drift', variables: ['job', 'model_name'] } as const;

export function drift(options: RuleOptions): RuleFile {
  const selector = jobSelector(options);
  const drifted = driftedFeatures(selector);
  const watched = `max ${byFeature} (model_feature_drift_consecutive_runs{${selector}})`;
  return {
    name: 'drift',
    groups: [
      {
        name: 'drift',
        rules: [
          {
            alert: 'ModelDataDriftPersistent',
            expression: drifted,
            holdsFor: '5m',
            severity: 'warning',
            summary: 'A feature has drifted from its reference.',
            description: `The last {{ $value | humanize }} drift runs all found ${featureText} in drift: the shift is significant, and above the threshold of the feature (${decidingThreshold}). Two runs in a row are needed.`,
            dashboard: featureDashboard,
          },
          {
            alert: 'ModelDataDrift',
            expression: driftOfFleet(options),
            holdsFor: '1h',
            severity: 'warning',
            summary: 'A feature of the fleet has drifted, and no drift run looks after it.',
            description: `Over the last ${options.driftWindow}, the population stability index of ${featureText} is {{ $value | printf "%.3f" }} over all replicas; its threshold is ${psiThreshold}. The recording rules found it, since no drift run is on time.`,
            dashboard: featureDashboard,
          },
          {
            alert: 'ModelDriftManyFeatures',
            expression: `(
  count ${byModel} (
${indent(indent(drifted))}
  )
/ ${onModel}
  count ${byModel} (${watched})
) > 0.3
and ${onModel}
  count ${byModel} (
${indent(indent(drifted))}
  ) >= 3`,
            holdsFor: '5m',
            severity: 'critical',
            summary: 'Many features have drifted at the same time.',
            description: `{{ $value | humanizePercentage }} of the features of ${modelText} are in drift; the limit is 30%, and at least 3 features. That is seldom the world and often the pipeline in front of the model.`,
            dashboard: modelDashboard,
          },
          {
            alert: 'ModelDriftRunFailing',
            expression: failingRuns(selector),
            holdsFor: '5m',
            severity: 'warning',
            summary: 'Drift runs fail.',
            description: `About {{ $value | humanize }} drift runs of ${modelText} failed and none succeeded, so its drift scores are old.`,
            dashboard: modelDashboard,
          },
          {
            alert: 'ModelDriftRunStale',
            // Without predictions for a day there is nothing to compare, and nothing to be late with.
            expression: `time()
- ${modelGauge('model_drift_next_run_timestamp_seconds', selector)}
> 900
and ${onModel}
${predictedWithinDay(selector)}`,
            holdsFor: '5m',
            severity: 'warning',
            summary: 'The scheduled drift run is overdue.',
            description: `The next drift run of ${modelText} is overdue by {{ $value | humanizeDuration }}; the limit is 15m. Its drift scores are old.`,
            dashboard: modelDashboard,
          },
          {
            alert: 'ModelFeatureQuality',
            expression: `${withLabel(missingRatio(options), 'problem', 'missing')}
or
${withLabel(invalidRatio(options), 'problem', 'invalid')}`,
            holdsFor: '15m',
            severity: 'warning',
            summary: 'Too many values of a feature are missing or invalid.',
            description: `{{ $value | humanizePercentage }} of the values of ${featureText} within 15 minutes are {{ $labels.problem }}{{ if eq $labels.problem "missing" }}, more than in the reference{{ end }}; the limit is 5%. At least ${options.minimumCalls} rows are needed.`,
            dashboard: featureDashboard,
          },
        ],
      },
    ],
  };
}

const featureLabels = ['job', 'model_name', 'model_version', 'feature'];

const psiThreshold = gaugeText(
  'model_feature_drift_threshold',
  'printf "%.3f"',
  featureLabels,
  'statistic="psi",level="drift"',
);

/** The statistic that decides for the feature of an alert, and its threshold. */
const decidingThreshold = decidingThresholdText();

/** Every feature exports a threshold of psi; another one there is that of the statistic it chose. */
function decidingThresholdText(): string {
  const threshold = (matcher: string): string =>
    `max by (statistic) (model_feature_drift_threshold{${featureLabels.map((label) => `${label}=%q`).join(',')},${matcher},level="drift"})`;
  const values = [...featureLabels, ...featureLabels].map((label) => ` $labels.${label}`).join('');
  return `{{ with printf \`${threshold('statistic!="psi"')} or on () ${threshold('statistic="psi"')}\`${values} | query }}{{ . | first | label "statistic" }} {{ . | first | value | printf "%.3f" }}{{ end }}`;
}

/**
 * Features that at least two runs in a row found in drift; the value is the number of runs. A gauge
 * that changes once per run makes `for` meaningless, so persistence is counted in runs.
 */
function driftedFeatures(selector: string): string {
  return `max ${byFeature} (model_feature_drift_consecutive_runs{${selector}}) >= 2
and ${onFeature}
  max ${byFeature} (model_feature_drift_state{${selector},state="drift"}) == 1`;
}

/**
 * Features whose index over the fleet's counters reaches the threshold of the feature while no
 * evaluator is on time. As the engine does, it asks for samples in which chance stays below the level of
 * `investigate`, and for a whole window; features with a longer rhythm than the window are left to
 * the engine.
 */
function driftOfFleet(options: RuleOptions): string {
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
  time() - ${modelGauge('model_drift_next_run_timestamp_seconds', selector)} <= 900
unless ${onModel}
${indent(failingRuns(selector))}
)
and ${onModel}
${predictedWithinDay(selector)}`;
}

/** The first branch is for schedules of some hours, the second for daily ones. */
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

/** What is missing of a feature beyond its share in the reference, where it is more than 5 %. */
function missingRatio(options: RuleOptions): string {
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
${indent(rows)} >= ${options.minimumCalls}
)
- ${onFeature}
  max ${byFeature} (model_feature_reference_missing_ratio{${selector}})
> 0.05`;
}

/** The share of invalid values of a feature, where it is more than 5 %. */
function invalidRatio(options: RuleOptions): string {
  const scope = { selector: jobSelector(options), range: '15m' };
  return `${increaseBy(byFeature, 'model_feature_invalid_total', scope)}
/ ${onModel} group_left ()
(
  ${modelIncrease('model_prediction_samples_total', scope)} >= ${options.minimumCalls}
)
> 0.05`;
}
