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
import { percentText } from './limits.js';
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
          ...exporterAlerts(options),
          vanishedModel(selector),
          trafficAbsent(options),
          thresholdsMissing(selector),
          ...monitorAlerts(selector),
          ...storeAlerts(options),
          reloadFailed(selector),
          stateNotKept(selector),
        ],
      },
      { name: 'alerting', rules: alertingAlerts(selector) },
    ],
  };
}

function exporterAlerts(options: RuleOptions): AlertRule[] {
  const { exportersDownRatio } = options.limits;
  const selector = jobSelector(options);
  return [
    {
      alert: 'ModelExporterDown',
      expression: `up{${selector}} == 0`,
      holdsFor: '2m',
      severity: 'warning',
      summary: 'A Modelmeter exporter cannot be scraped.',
      description:
        'Prometheus has been unable to scrape {{ $labels.instance }} of job {{ $labels.job }} for 2 minutes. Alerts about its models are based on the other exporters of the job until it is back.',
      dashboard: processDashboard,
    },
    {
      alert: 'ModelExportersDown',
      expression: `count by (job) (up{${selector}} == 0)
/ on (job)
count by (job) (up{${selector}})
> ${exportersDownRatio}`,
      holdsFor: '2m',
      severity: 'critical',
      summary: 'Most Modelmeter exporters cannot be scraped.',
      description: `For 2 minutes, Prometheus has been unable to scrape {{ $value | humanizePercentage }} of the exporters of job {{ $labels.job }} (limit ${percentText(exportersDownRatio)}). Alerts about their models are based on the other exporters, and without any of them no other alert can fire.`,
      dashboard: { name: 'system_health', variables: ['job'] },
    },
    {
      alert: 'ModelExporterAbsent',
      expression: `absent(up{${selector}})`,
      holdsFor: '5m',
      severity: 'critical',
      summary: 'Prometheus has no Modelmeter exporter to scrape.',
      description:
        'The scrape job {{ $labels.job }} has had no targets for 5 minutes, so no model is monitored.',
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

/** By model name, because a new version takes the place of the one before. */
function vanishedModel(selector: string): AlertRule {
  const byName = 'by (job, instance, model_name)';
  return {
    alert: 'ModelVanished',
    // A step of five minutes is fine enough for a model, and cheaper than every sample.
    expression: `max ${byName} (present_over_time(model_info{${selector}}[6h:5m]))
unless on (job, instance, model_name)
  model_info{${selector}}
and on (job, instance)
  up{${selector}} == 1`,
    holdsFor: '10m',
    severity: 'warning',
    summary: 'A model is no longer exported by an exporter that is up.',
    description:
      '{{ $labels.instance }} is up and exported {{ $labels.model_name }} within the last 6 hours, but for 10 minutes it has not. No alert about this model can fire for it.',
    dashboard: { name: 'system_health', variables: ['job', 'instance', 'model_name'] },
  };
}

/** By model name, because the calls of a version end when the next one takes over. */
function trafficAbsent(options: RuleOptions): AlertRule {
  const { minimumCalls } = options.limits;
  const selector = jobSelector(options);
  const onName = 'on (job, model_name)';
  const calls = (window: string): string =>
    `sum by (job, model_name) (increase(model_predictions_total{${selector}}${window}))`;
  return {
    alert: 'ModelTrafficAbsent',
    // Compared with the same hour of the day before and, where known, of the week before, so that
    // regular nights and weekends without calls do not fire.
    expression: `${calls('[10m]')} == 0
and ${onName}
  ${calls('[1h] offset 1d')} >= ${minimumCalls}
unless ${onName}
  ${calls('[1h] offset 1w')} < ${minimumCalls}`,
    holdsFor: '15m',
    severity: 'warning',
    summary: 'A model no longer receives calls.',
    description: `No replica has received a call for {{ $labels.model_name }} in 25 minutes; at the same time yesterday there were at least ${minimumCalls} calls per hour.`,
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
    summary: 'A threshold that an alert rule needs is missing.',
    description: `${modelText} does not export {{ $labels.threshold }}{{ if eq $labels.threshold "${driftThreshold}" }} for {{ $value | humanize }} of its features{{ end }}; the alert that compares with it cannot fire.`,
    dashboard: healthDashboard,
  };
}

/** The number of features of a model that have a reference but no drift threshold. */
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
      summary: 'The monitoring of a model has errors.',
      description: `Stage {{ $labels.stage }} of the monitoring of ${modelText} failed about {{ $value | humanize }} times in 10 minutes. Predictions are not affected, but metrics are incomplete.`,
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
      summary: 'The monitoring drops events because a buffer is full.',
      description: `{{ if eq $labels.loss "targets" }}In 10 minutes, about {{ $value | humanize }} predictions of ${modelText} were dropped before their targets arrived, because too many were pending{{ else }}In 10 minutes, the features of about {{ $value | humanize }} calls of ${modelText} were not counted, because too many reads were pending{{ end }}.`,
      dashboard: healthDashboard,
    },
  ];
}

function storeAlerts(options: RuleOptions): AlertRule[] {
  const { seriesRatio } = options.limits;
  const selector = jobSelector(options);
  return [
    {
      alert: 'ModelMonitorCardinalityLimit',
      expression: `max by (job, instance) (model_monitor_series{${selector}})
/ on (job, instance)
(max by (job, instance) (model_monitor_series_limit{${selector}}) > 0)
> ${seriesRatio}`,
      holdsFor: '10m',
      severity: 'warning',
      summary: 'The metric store is nearly full.',
      description: `The metric store of {{ $labels.instance }} holds {{ $value | humanizePercentage }} of its maximum number of series (limit ${percentText(seriesRatio)}). Once it is full, additional models and features are not monitored.`,
      dashboard: processDashboard,
    },
    {
      alert: 'ModelMonitorSeriesDropped',
      // Not an increase: series are usually refused before the first scrape, and stay refused.
      expression: `max by (job, instance) (model_monitor_dropped_series_total{${selector}}) > 0`,
      holdsFor: '10m',
      severity: 'warning',
      summary: 'The metric store was full and refused series.',
      description:
        'Since its start, {{ $labels.instance }} has refused {{ $value | humanize }} series because its metric store was full. The models or features that they belong to are not monitored until it restarts with enough room.',
      dashboard: processDashboard,
    },
  ];
}

function reloadFailed(selector: string): AlertRule {
  return {
    alert: 'ModelMonitorConfigReloadFailed',
    expression: `max by (job, instance) (model_monitor_config_last_reload_successful{${selector}}) == 0`,
    holdsFor: '10m',
    severity: 'warning',
    summary: 'A changed configuration could not be loaded.',
    description:
      '{{ $labels.instance }} has been unable to load its configuration for 10 minutes and still uses the previous one.',
    dashboard: processDashboard,
  };
}

function stateNotKept(selector: string): AlertRule {
  return {
    alert: 'ModelMonitorStateNotKept',
    expression: `min by (job, instance) (model_monitor_state_healthy{${selector}}) == 0`,
    holdsFor: '5m',
    severity: 'warning',
    summary: 'The state of an exporter is not on disk.',
    description:
      '{{ $labels.instance }} has been unable to write its state for 5 minutes. It goes on in memory; a restart before it can write again loses what came since.',
    dashboard: processDashboard,
  };
}

function alertingAlerts(selector: string): AlertRule[] {
  return [
    {
      alert: 'Watchdog',
      expression: 'vector(1)',
      severity: 'none',
      summary: 'The alerting pipeline works.',
      description:
        'This alert always fires. An external dead man’s switch should raise an alert when it stops arriving, which means that the alerting pipeline is broken.',
      dashboard: { name: 'system_health', variables: [] },
    },
    {
      alert: 'InfoInhibitor',
      expression: `max by (job, model_name) (ALERTS{${selector},severity="info",alertstate="firing"})
unless on (job, model_name)
  ALERTS{${selector},severity=~"warning|critical",alertstate="firing"}`,
      severity: 'none',
      summary: 'A model has only alerts of severity info.',
      description:
        'While this alert fires, Alertmanager mutes the info alerts of {{ $labels.model_name }}: without a warning or critical alert they need no action.',
      dashboard: { name: 'system_health', variables: ['job'] },
    },
  ];
}
