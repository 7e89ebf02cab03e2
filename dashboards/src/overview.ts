import {
  byModel,
  errorRatio,
  fleetAccuracy,
  latencyQuantile,
  modelGauge,
  modelIncrease,
  onModel,
} from '@modelmeter/alerts/expressions';
import { alertsWithRunbook, runbookPath } from '@modelmeter/alerts/runbook-links';
import type { DashboardSpec } from './build.js';
import { whereCounted } from './expressions.js';
import type { LinkSpec } from './links.js';
import { redFrom, stat, table, timeseries } from './panels.js';
import {
  alertSelector,
  modelAlertSelector,
  modelLegend,
  processSelector,
  modelSelector as selector,
} from './selectors.js';
import { modelVariables } from './variables.js';

const recent = { selector, range: '5m' };
const shown = { selector, range: '$__rate_interval' };
const hour = { selector, range: '1h' };

const drifted = modelGauge('model_drifted_features', selector);
const accuracyMargin = `${fleetAccuracy(hour)}
- ${onModel}
${modelGauge('model_slo_accuracy_threshold_ratio', selector)}`;

function shareOf(value: string, threshold: string): string {
  return `${value}
/ ${onModel}
${modelGauge(threshold, selector)}`;
}

const errorsOfThreshold = (scope: typeof shown): string =>
  shareOf(errorRatio(scope), 'model_slo_error_rate_threshold_ratio');
const p99OfObjective = (scope: typeof shown): string =>
  whereCounted(shareOf(latencyQuantile(0.99, scope), 'model_slo_latency_threshold_seconds'));

const toDashboards: readonly LinkSpec[] = (
  [
    ['serving_latency', 'Serving latency'],
    ['model_performance', 'Model performance'],
    ['data_drift', 'Data drift'],
  ] as const
).map(([dashboard, title]) => ({
  to: 'dashboard',
  title,
  dashboard,
  set: { model_name: '__data.fields.model_name', model_version: '__data.fields.model_version' },
}));

function seriesLink(dashboard: string, title: string): readonly LinkSpec[] {
  return [
    {
      to: 'dashboard',
      title,
      dashboard,
      set: {
        model_name: '__field.labels.model_name',
        model_version: '__field.labels.model_version',
      },
    },
  ];
}

export const overview: DashboardSpec = {
  name: 'overview',
  title: 'Overview',
  description: 'Traffic, errors, latency, accuracy, drift and alerts of all models.',
  from: 'now-6h',
  variables: modelVariables,
  rows: [
    {
      title: 'Now',
      panels: [
        stat({
          title: 'Firing alerts now',
          description: 'Alerts about the chosen models and their processes.',
          unit: 'none',
          width: 4,
          height: 4,
          steps: redFrom(1),
          queries: [
            { expression: `count(ALERTS{${alertSelector}}) or vector(0)`, legend: 'alerts' },
          ],
        }),
        stat({
          title: 'Processes down',
          description: 'Targets of the chosen jobs that Prometheus cannot scrape.',
          unit: 'none',
          width: 4,
          height: 4,
          steps: redFrom(1),
          alerts: ['ModelExporterDown'],
          queries: [
            { expression: `count(up{${processSelector}} == 0) or vector(0)`, legend: 'down' },
          ],
        }),
        stat({
          title: 'Models ready',
          description: 'Ratio of loaded model versions that are ready in every process.',
          unit: 'percentunit',
          width: 4,
          height: 4,
          steps: [
            { from: null, color: 'red' },
            { from: 1, color: 'green' },
          ],
          alerts: ['ModelNotReady'],
          queries: [
            {
              expression: `avg(min ${byModel} (model_ready{${selector}}))`,
              legend: 'ready',
            },
          ],
        }),
        stat({
          title: 'Prediction calls',
          description: 'Calls per second over five minutes, summed over all models.',
          unit: 'reqps',
          width: 4,
          height: 4,
          queries: [
            { expression: `sum(rate(model_predictions_total{${selector}}[5m]))`, legend: 'calls' },
          ],
        }),
        stat({
          title: 'Failed calls',
          description: 'Ratio of failed calls over five minutes, over all models.',
          unit: 'percentunit',
          width: 4,
          height: 4,
          alerts: ['ModelErrorRateHigh'],
          queries: [
            {
              expression: `sum(rate(model_predictions_total{${selector},status="error"}[5m]))
/
(sum(rate(model_predictions_total{${selector}}[5m])) > 0)`,
              legend: 'failed',
            },
          ],
        }),
        stat({
          title: 'Drifted features',
          description: 'After the last drift run of each model, summed over all models.',
          unit: 'none',
          width: 4,
          height: 4,
          steps: redFrom(1),
          alerts: ['ModelDataDrift'],
          queries: [{ expression: `sum(${drifted})`, legend: 'features' }],
        }),
        table({
          title: 'Models',
          description:
            'One row per model version; red where a value is worse than the configured threshold. Click a name to open the other dashboards.',
          unit: 'none',
          width: 24,
          height: 9,
          labels: [
            { label: 'model_name', title: 'Model', links: toDashboards },
            { label: 'model_version', title: 'Version' },
            { label: 'job', title: 'Job' },
          ],
          values: [
            {
              title: 'Ready',
              expression: `min ${byModel} (model_ready{${selector}})`,
              unit: 'none',
              valueNames: {
                '1': { text: 'yes', color: 'green' },
                '0': { text: 'no', color: 'red' },
              },
            },
            {
              title: 'Calls',
              expression: `sum ${byModel} (rate(model_predictions_total{${selector}}[5m]))`,
              unit: 'reqps',
            },
            {
              title: 'Last call',
              expression: `time() - ${modelGauge('model_last_prediction_timestamp_seconds', selector)}`,
              unit: 's',
              decimals: 0,
            },
            { title: 'Failed', expression: errorRatio(recent), unit: 'percentunit' },
            {
              title: 'of the threshold',
              expression: errorsOfThreshold(recent),
              unit: 'percentunit',
              steps: redFrom(1),
            },
            { title: 'p99', expression: whereCounted(latencyQuantile(0.99, recent)), unit: 's' },
            {
              title: 'of the threshold',
              expression: p99OfObjective(recent),
              unit: 'percentunit',
              steps: redFrom(1),
            },
            { title: 'Accuracy', expression: fleetAccuracy(hour), unit: 'percentunit' },
            {
              title: 'above threshold',
              expression: accuracyMargin,
              unit: 'percentunit',
              steps: [
                { from: null, color: 'red' },
                { from: 0, color: 'green' },
              ],
            },
            { title: 'Drifted', expression: drifted, unit: 'none', steps: redFrom(1) },
            {
              title: 'Alerts',
              expression: `count ${byModel} (ALERTS{${modelAlertSelector}})
or ${onModel}
0 * ${modelGauge('model_info', selector)}`,
              unit: 'none',
              steps: redFrom(1),
            },
          ],
        }),
        table({
          title: 'Firing alerts',
          description: 'Alerts that fire now. The last column links to the runbook.',
          unit: 'none',
          width: 24,
          height: 6,
          labels: [
            { label: 'alertname', title: 'Alert' },
            {
              label: 'severity',
              title: 'Severity',
              valueNames: {
                critical: { text: 'critical', color: 'red' },
                warning: { text: 'warning', color: 'orange' },
              },
            },
            { label: 'model_name', title: 'Model', links: toDashboards },
            { label: 'model_version', title: 'Version' },
            { label: 'feature', title: 'Feature' },
            { label: 'instance', title: 'Instance' },
            {
              label: 'runbook',
              title: 'Runbook',
              valueNames: Object.fromEntries(
                alertsWithRunbook().map((alert) => [alert, { text: runbookPath(alert) }]),
              ),
              links: [{ to: 'runbook-of-value', title: 'Open the runbook' }],
            },
          ],
          values: [
            {
              title: 'Firing',
              expression: `label_replace(ALERTS{${alertSelector}}, "runbook", "$1", "alertname", "(.*)")`,
              unit: 'none',
              hidden: true,
            },
          ],
        }),
      ],
    },
    {
      title: 'Over time',
      panels: [
        timeseries({
          title: 'Prediction calls by model',
          description: 'Calls per second, failed ones included.',
          unit: 'reqps',
          width: 12,
          minimum: 0,
          links: seriesLink('serving_latency', 'Serving latency'),
          queries: [
            {
              expression: `sum ${byModel} (rate(model_predictions_total{${selector}}[$__rate_interval]))`,
              legend: modelLegend,
            },
          ],
        }),
        timeseries({
          title: 'Error rate relative to the threshold',
          description: 'Ratio of failed calls divided by the threshold of the model.',
          unit: 'percentunit',
          width: 12,
          minimum: 0,
          line: 1,
          alerts: ['ModelErrorRateHigh'],
          links: seriesLink('serving_latency', 'Serving latency'),
          queries: [{ expression: errorsOfThreshold(shown), legend: modelLegend }],
        }),
        timeseries({
          title: 'p99 relative to the threshold',
          description: '99th percentile of latency divided by the threshold of the model.',
          unit: 'percentunit',
          width: 12,
          minimum: 0,
          line: 1,
          alerts: ['ModelLatencyHigh'],
          links: seriesLink('serving_latency', 'Serving latency'),
          queries: [{ expression: p99OfObjective(shown), legend: modelLegend }],
        }),
        timeseries({
          title: 'Accuracy above the threshold',
          description:
            'Accuracy over the targets of an hour minus the threshold of the model. Below 0 it is too low.',
          unit: 'percentunit',
          width: 12,
          line: 0,
          alerts: ['ModelAccuracyDrop'],
          links: seriesLink('model_performance', 'Model performance'),
          queries: [{ expression: accuracyMargin, legend: modelLegend }],
        }),
        timeseries({
          title: 'Drifted features by model',
          description: 'After each drift run.',
          unit: 'none',
          width: 12,
          minimum: 0,
          alerts: ['ModelDataDrift', 'ModelDriftManyFeatures'],
          links: seriesLink('data_drift', 'Data drift'),
          queries: [{ expression: drifted, legend: modelLegend }],
        }),
        timeseries({
          title: 'Targets by model',
          description: 'Targets of the last hour that matched a prediction.',
          unit: 'short',
          width: 12,
          minimum: 0,
          alerts: ['ModelTargetsMissing', 'ModelTargetsUnmatched', 'ModelTargetsNeverMatched'],
          links: seriesLink('model_performance', 'Model performance'),
          queries: [
            {
              expression: modelIncrease('model_targets_total', hour, 'status="matched"'),
              legend: modelLegend,
            },
          ],
        }),
      ],
    },
  ],
};
