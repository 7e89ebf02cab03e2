import { byModel, jobSelector, modelGauge, modelIncrease, onModel } from './expressions.js';
import type { RuleOptions } from './options.js';
import type { RuleFile } from './rule.js';

/** What is loaded, without a threshold that a rule or a dashboard needs. */
function withoutThreshold(selector: string, loaded: string, threshold: string): string {
  return `label_replace(
  ${loaded}
unless ${onModel}
  ${modelGauge(threshold, selector)},
  "threshold", "${threshold}", "", ""
)`;
}

const loadedClassifiersOf = (selector: string): string => `(
    max ${byModel} (0 * model_outcomes_total{${selector}} + 1)
  or
    max ${byModel} (0 * model_class_outcomes_total{${selector}} + 1)
  )`;

export function health(options: RuleOptions): RuleFile {
  const selector = jobSelector(options);
  const loadedModels = modelGauge('model_info', selector);
  const loadedClassifiers = loadedClassifiersOf(selector);
  return {
    name: 'health',
    rules: [
      {
        alert: 'ModelExporterDown',
        expression: `up{${selector}} == 0`,
        holdsFor: '2m',
        severity: 'critical',
        summary: 'A Modelmeter exporter cannot be scraped.',
        description:
          'Prometheus has not reached {{ $labels.instance }} of job {{ $labels.job }} for 2 minutes. No other alert of its models can ring until it is back.',
      },
      {
        alert: 'ModelExporterAbsent',
        expression: `absent(up{${selector}})`,
        holdsFor: '5m',
        severity: 'critical',
        summary: 'No Modelmeter exporter is known to Prometheus.',
        description:
          'The scrape job {{ $labels.job }} has had no target for 5 minutes, so no model is monitored.',
      },
      {
        alert: 'ModelNotReady',
        expression: `min by (job, instance, model_name, model_version) (model_ready{${selector}}) == 0`,
        holdsFor: '5m',
        severity: 'critical',
        summary: 'A model is not ready to predict.',
        description:
          '{{ $labels.model_name }} {{ $labels.model_version }} on {{ $labels.instance }} has not been ready for 5 minutes.',
      },
      {
        alert: 'ModelTargetsMissing',
        // A week of memory tells a model that never gets targets from one that no longer does.
        expression: `${modelIncrease('model_predictions_total', { selector, range: '1h' }, 'status="success"')} > 0
and ${onModel}
  ${modelIncrease('model_targets_total', { selector, range: '1w' }, 'status="matched"')} > 0
unless ${onModel}
  ${modelIncrease('model_targets_total', { selector, range: '1d' }, 'status="matched"')} > 0`,
        holdsFor: '15m',
        severity: 'warning',
        summary: 'Targets no longer arrive.',
        description:
          '{{ $labels.model_name }} {{ $labels.model_version }} makes predictions and had targets within the last week, but none matched for a day. Its quality is unknown and ModelAccuracyDrop cannot ring.',
      },
      {
        alert: 'ModelThresholdsMissing',
        expression: [
          withoutThreshold(selector, loadedModels, 'model_slo_latency_threshold_seconds'),
          withoutThreshold(selector, loadedModels, 'model_slo_error_rate_threshold_ratio'),
          withoutThreshold(selector, loadedClassifiers, 'model_slo_accuracy_threshold_ratio'),
          withoutThreshold(selector, loadedClassifiers, 'model_quality_minimum_samples'),
        ].join('\nor\n'),
        holdsFor: '10m',
        severity: 'warning',
        summary: 'A threshold that alert rules compare with is missing.',
        description:
          '{{ $labels.model_name }} {{ $labels.model_version }} does not export {{ $labels.threshold }}; the rule that compares with it cannot ring.',
      },
      {
        alert: 'ModelMonitorErrors',
        expression: `sum by (job, model_name, model_version, stage) (increase(model_monitor_errors_total{${selector}}[10m])) > 0`,
        holdsFor: '10m',
        severity: 'warning',
        summary: 'The monitoring of a model fails.',
        description:
          'About {{ $value | humanize }} failures within 10 minutes in stage {{ $labels.stage }} of the monitoring of {{ $labels.model_name }} {{ $labels.model_version }}. Predictions are not affected, its metrics are.',
      },
      {
        alert: 'ModelMonitorSeriesDropped',
        expression: `sum by (job, instance) (increase(model_monitor_dropped_series_total{${selector}}[10m])) > 0`,
        holdsFor: '10m',
        severity: 'warning',
        summary: 'The metric store is full and refuses series.',
        description:
          '{{ $labels.instance }} refused about {{ $value | humanize }} series within 10 minutes, so some models or features are not monitored.',
      },
    ],
  };
}
