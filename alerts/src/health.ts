import { modelText } from './description.js';
import {
  byFeature,
  byModel,
  jobSelector,
  modelGauge,
  modelIncrease,
  onFeature,
  onModel,
  withLabel,
} from './expressions.js';
import type { RuleOptions } from './options.js';
import type { AlertRule, RuleFile } from './rule.js';

const processDashboard = { name: 'system_health', variables: ['job', 'instance'] } as const;
const healthDashboard = { name: 'system_health', variables: ['job', 'model_name'] } as const;

const driftThreshold = 'model_feature_drift_threshold';

export function health(options: RuleOptions): RuleFile {
  const selector = jobSelector(options);
  return {
    name: 'health',
    groups: [
      {
        name: 'health',
        rules: [
          ...exporterAlerts(selector),
          trafficAbsent(options),
          thresholdsMissing(selector),
          ...monitorAlerts(selector),
        ],
      },
      { name: 'alerting', rules: alertingAlerts(selector) },
    ],
  };
}

function exporterAlerts(selector: string): AlertRule[] {
  return [
    {
      alert: 'ModelExporterDown',
      expression: `up{${selector}} == 0`,
      holdsFor: '2m',
      severity: 'critical',
      summary: 'A Modelmeter exporter cannot be scraped.',
      description:
        'Prometheus has not reached {{ $labels.instance }} of job {{ $labels.job }} for 2 minutes. No other alert of its models can ring until it is back.',
      dashboard: processDashboard,
    },
    {
      alert: 'ModelExporterAbsent',
      expression: `absent(up{${selector}})`,
      holdsFor: '5m',
      severity: 'critical',
      summary: 'No Modelmeter exporter is known to Prometheus.',
      description:
        'The scrape job {{ $labels.job }} has had no target for 5 minutes, so no model is monitored.',
      dashboard: { name: 'system_health', variables: ['job'] },
    },
    {
      alert: 'ModelNotReady',
      expression: `min by (job, instance, model_name, model_version) (model_ready{${selector}}) == 0`,
      holdsFor: '5m',
      severity: 'critical',
      summary: 'A model is not ready to predict.',
      description: `${modelText} on {{ $labels.instance }} has not been ready for 5 minutes.`,
      dashboard: { name: 'system_health', variables: ['job', 'instance', 'model_name'] },
    },
  ];
}

/** By name of the model: the calls of a version end when the next one takes over. */
function trafficAbsent(options: RuleOptions): AlertRule {
  const selector = jobSelector(options);
  const onName = 'on (job, model_name)';
  const calls = (window: string): string =>
    `sum by (job, model_name) (increase(model_predictions_total{${selector}}${window}))`;
  return {
    alert: 'ModelTrafficAbsent',
    // The same hour of the day before, and of the week before where it is known: nights and
    // Sundays without calls are a rhythm.
    expression: `${calls('[10m]')} == 0
and ${onName}
  ${calls('[1h] offset 1d')} >= ${options.minimumCalls}
unless ${onName}
  ${calls('[1h] offset 1w')} < ${options.minimumCalls}`,
    holdsFor: '15m',
    severity: 'warning',
    summary: 'A model gets no calls any more.',
    description: `No replica has had a call for {{ $labels.model_name }} for 25 minutes; at this time of yesterday there were ${options.minimumCalls} calls an hour or more.`,
    dashboard: { name: 'serving_latency', variables: ['job', 'model_name'] },
  };
}

function thresholdsMissing(selector: string): AlertRule {
  const models = modelGauge('model_info', selector);
  const classifiers = `(
  max ${byModel} (0 * model_outcomes_total{${selector}} + 1)
or
  max ${byModel} (0 * model_class_outcomes_total{${selector}} + 1)
)`;
  const without = (loaded: string, threshold: string): string =>
    withLabel(
      `${loaded}
unless ${onModel}
  max ${byModel} (${threshold}{${selector}})`,
      'threshold',
      threshold,
    );
  return {
    alert: 'ModelThresholdsMissing',
    expression: [
      without(models, 'model_slo_latency_threshold_seconds'),
      without(models, 'model_slo_error_rate_threshold_ratio'),
      without(models, 'model_slo_objective_ratio'),
      featuresWithoutThreshold(selector),
      without(classifiers, 'model_slo_accuracy_threshold_ratio'),
      without(classifiers, 'model_quality_minimum_samples'),
    ].join('\nor\n'),
    holdsFor: '10m',
    severity: 'warning',
    summary: 'A threshold that alert rules compare with is missing.',
    description: `${modelText} does not export {{ $labels.threshold }}{{ if eq $labels.threshold "${driftThreshold}" }} for {{ $value | humanize }} of its features{{ end }}; the rule that compares with it cannot fire.`,
    dashboard: healthDashboard,
  };
}

/** How many features of a model have a reference, and no threshold to compare their drift with. */
function featuresWithoutThreshold(selector: string): string {
  return withLabel(
    `count ${byModel} (
  max ${byFeature} (model_feature_reference_samples{${selector}})
unless ${onFeature}
  max ${byFeature} (${driftThreshold}{${selector},statistic="psi",level="drift"})
)`,
    'threshold',
    driftThreshold,
  );
}

function monitorAlerts(selector: string): AlertRule[] {
  const scope = { selector, range: '10m' };
  return [
    {
      alert: 'ModelMonitorErrors',
      expression: `sum by (job, model_name, model_version, stage) (increase(model_monitor_errors_total{${selector}}[10m])) > 0`,
      holdsFor: '10m',
      severity: 'warning',
      summary: 'The monitoring of a model fails.',
      description: `About {{ $value | humanize }} failures within 10 minutes in stage {{ $labels.stage }} of the monitoring of ${modelText}. Predictions are not affected, its metrics are.`,
      dashboard: healthDashboard,
    },
    {
      alert: 'ModelMonitorDroppingEvents',
      expression: [
        withLabel(
          `${modelIncrease('model_targets_expired_total', scope, 'reason="capacity"')} > 0`,
          'loss',
          'targets',
        ),
        withLabel(
          `${modelIncrease('model_prediction_unread_calls_total', scope, 'reason="busy"')} > 0`,
          'loss',
          'features',
        ),
      ].join('\nor\n'),
      holdsFor: '10m',
      severity: 'warning',
      summary: 'The monitoring drops events because it is full.',
      description: `Within 10 minutes, about {{ $value | humanize }} {{ if eq $labels.loss "targets" }}predictions of ${modelText} were forgotten before their targets came, since no more may wait{{ else }}calls of ${modelText} came while too many were being read, so their features were not counted{{ end }}.`,
      dashboard: healthDashboard,
    },
    {
      alert: 'ModelMonitorCardinalityLimit',
      expression: `max by (job, instance) (model_monitor_series{${selector}})
/ on (job, instance)
(max by (job, instance) (model_monitor_series_limit{${selector}}) > 0)
> 0.9`,
      holdsFor: '10m',
      severity: 'warning',
      summary: 'The metric store is nearly full.',
      description:
        'The metric store of {{ $labels.instance }} holds {{ $value | humanizePercentage }} of the series that it may; the limit is 90%. When it is full, models and features that come later are not monitored.',
      dashboard: processDashboard,
    },
    {
      alert: 'ModelMonitorSeriesDropped',
      expression: `sum by (job, instance) (increase(model_monitor_dropped_series_total{${selector}}[10m])) > 0`,
      holdsFor: '10m',
      severity: 'warning',
      summary: 'The metric store is full and refuses series.',
      description:
        '{{ $labels.instance }} refused about {{ $value | humanize }} series within 10 minutes, so some models or features are not monitored.',
      dashboard: processDashboard,
    },
    {
      alert: 'ModelMonitorConfigReloadFailed',
      expression: `max by (job, instance) (model_monitor_config_last_reload_successful{${selector}}) == 0`,
      holdsFor: '10m',
      severity: 'warning',
      summary: 'A changed configuration could not be loaded.',
      description:
        '{{ $labels.instance }} could not load its configuration for 10 minutes and runs on with the one before.',
      dashboard: processDashboard,
    },
  ];
}

function alertingAlerts(selector: string): AlertRule[] {
  return [
    {
      alert: 'Watchdog',
      expression: 'vector(1)',
      severity: 'none',
      summary: 'Alerting works from end to end.',
      description:
        'This alert always fires. A service outside that no longer gets it should ring: then Prometheus, Alertmanager or the way between them is broken.',
      dashboard: { name: 'system_health', variables: [] },
    },
    {
      alert: 'InfoInhibitor',
      expression: `max by (job, model_name) (ALERTS{${selector},severity="info",alertstate="firing"})
unless on (job, model_name)
  ALERTS{${selector},severity=~"warning|critical",alertstate="firing"}`,
      severity: 'none',
      summary: 'Only alerts of severity info fire for a model.',
      description:
        'Alertmanager mutes the info alerts of {{ $labels.model_name }} while this alert fires: by themselves they are no reason to look.',
      dashboard: { name: 'system_health', variables: ['job'] },
    },
  ];
}
