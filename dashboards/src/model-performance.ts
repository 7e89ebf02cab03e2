import { arrivedTargets, fleetAccuracy, modelGauge } from '@modelmeter/alerts/expressions';
import type { DashboardSpec } from './build.js';
import { stat, timeseries } from './panels.js';
import { modelLegend, modelSelector as selector } from './selectors.js';

const hour = { selector, range: '1h' };
const perReplica = (metric: string): string =>
  `avg by (instance, model_name, model_version) (${metric}{${selector}})`;
const replicaLegend = `${modelLegend} {{instance}}`;

const score = (title: string, metric: string, description: string): ReturnType<typeof timeseries> =>
  timeseries({
    title,
    description: `${description} One line per process, over its quality window; processes are not averaged.`,
    unit: 'percentunit',
    width: 8,
    minimum: 0,
    maximum: 1,
    queries: [{ expression: perReplica(metric), legend: replicaLegend }],
  });

const error = (title: string, metric: string): ReturnType<typeof timeseries> =>
  timeseries({
    title,
    description:
      'Of a regression, over the quality window, in the unit of the output. One line per process.',
    unit: 'short',
    width: 12,
    minimum: 0,
    queries: [{ expression: perReplica(metric), legend: replicaLegend }],
  });

export const modelPerformance: DashboardSpec = {
  name: 'model_performance',
  title: 'Model performance',
  description:
    'How right the models are: accuracy, precision, recall, F1, errors, and their targets.',
  from: 'now-24h',
  variables: ['job', 'instance', 'model_name'],
  rows: [
    {
      title: 'Accuracy',
      panels: [
        timeseries({
          title: 'Accuracy of the fleet',
          description:
            'Share of right predictions among the targets that arrived within the last hour, all processes summed; dashed: the configured threshold of ModelAccuracyDrop.',
          unit: 'percentunit',
          width: 16,
          maximum: 1,
          queries: [
            { expression: fleetAccuracy(hour), legend: modelLegend },
            {
              expression: modelGauge('model_slo_accuracy_threshold_ratio', selector),
              legend: `threshold ${modelLegend}`,
              isThreshold: true,
            },
          ],
        }),
        stat({
          title: 'Accuracy now',
          description: 'Accuracy over the targets of the last hour, all processes summed.',
          unit: 'percentunit',
          width: 8,
          queries: [{ expression: fleetAccuracy(hour), legend: modelLegend }],
        }),
      ],
    },
    {
      title: 'Precision, recall, F1',
      panels: [
        score(
          'Precision',
          'model_precision_score',
          'Precision of the positive class or over classes.',
        ),
        score('Recall', 'model_recall_score', 'Recall of the positive class or over classes.'),
        score('F1', 'model_f1_score', 'Harmonic mean of precision and recall.'),
        timeseries({
          title: 'Outcomes of binary classifiers',
          description: 'Outcomes within the last hour as targets arrived: the confusion matrix.',
          unit: 'short',
          width: 12,
          minimum: 0,
          stacked: true,
          queries: [
            {
              expression: `sum by (model_name, model_version, outcome) (increase(model_outcomes_total{${selector}}[1h]))`,
              legend: `${modelLegend} {{outcome}}`,
            },
          ],
        }),
        timeseries({
          title: 'Recall per class',
          description:
            'Of classifiers with more than two classes, over the targets of the last hour.',
          unit: 'percentunit',
          width: 12,
          minimum: 0,
          maximum: 1,
          queries: [
            {
              expression: `sum by (model_name, model_version, class) (increase(model_class_outcomes_total{${selector},outcome="tp"}[1h]))
/ on (model_name, model_version, class)
(sum by (model_name, model_version, class) (increase(model_class_outcomes_total{${selector},outcome=~"tp|fn"}[1h])) > 0)`,
              legend: `${modelLegend} {{class}}`,
            },
          ],
        }),
      ],
    },
    {
      title: 'Regression',
      panels: [
        error('Mean absolute error', 'model_mean_absolute_error'),
        error('Root mean squared error', 'model_root_mean_squared_error'),
      ],
    },
    {
      title: 'Targets',
      panels: [
        timeseries({
          title: 'Targets of the last hour',
          description:
            'Targets behind the accuracy; dashed: the number below which no score and no alert is given.',
          unit: 'short',
          width: 12,
          minimum: 0,
          queries: [
            { expression: arrivedTargets(hour), legend: modelLegend },
            {
              expression: modelGauge('model_quality_minimum_samples', selector),
              legend: `minimum ${modelLegend}`,
              isThreshold: true,
            },
          ],
        }),
        timeseries({
          title: 'Targets by what became of them',
          description: 'Matched, unmatched (no such prediction), duplicate, invalid.',
          unit: 'cps',
          width: 12,
          minimum: 0,
          queries: [
            {
              expression: `sum by (model_name, model_version, status) (rate(model_targets_total{${selector}}[$__rate_interval]))`,
              legend: `${modelLegend} {{status}}`,
            },
          ],
        }),
        timeseries({
          title: 'Delay of targets',
          description: 'Median and 95th percentile of the time from a prediction to its target.',
          unit: 's',
          width: 12,
          minimum: 0,
          queries: ([0.5, 0.95] as const).map((quantile) => ({
            expression: `histogram_quantile(${quantile}, sum by (model_name, model_version, le) (rate(model_target_delay_seconds_bucket{${selector}}[1h])))`,
            legend: `p${quantile * 100} ${modelLegend}`,
          })),
        }),
        timeseries({
          title: 'Coverage',
          description: 'Share of the predictions of the quality window whose target has arrived.',
          unit: 'percentunit',
          width: 12,
          minimum: 0,
          maximum: 1,
          queries: [
            { expression: perReplica('model_target_coverage_ratio'), legend: replicaLegend },
          ],
        }),
      ],
    },
  ],
};
