import { errorRatio, latencyQuantile, modelGauge, slowRatio } from '@modelmeter/alerts/expressions';
import type { DashboardSpec } from './build.js';
import { heatmap, stat, timeseries } from './panels.js';
import { modelLegend, modelSelector as selector } from './selectors.js';

const scope = { selector, range: '$__rate_interval' };
const quantiles = [0.5, 0.95, 0.99] as const;

export const servingLatency: DashboardSpec = {
  name: 'serving_latency',
  title: 'Serving latency',
  description: 'How fast and how reliably the models answer, against their objectives.',
  from: 'now-6h',
  variables: ['job', 'instance', 'model_name'],
  rows: [
    {
      title: 'Now',
      panels: [
        stat({
          title: 'p99',
          description: '99th percentile of the time of a prediction call over five minutes.',
          unit: 's',
          width: 8,
          height: 4,
          queries: [
            { expression: latencyQuantile(0.99, { selector, range: '5m' }), legend: modelLegend },
          ],
        }),
        stat({
          title: 'Slower than the objective',
          description: 'Share of the successful calls of five minutes; the objective allows 1 %.',
          unit: 'percentunit',
          width: 8,
          height: 4,
          steps: [
            { from: null, color: 'green' },
            { from: 0.01, color: 'red' },
          ],
          queries: [{ expression: slowRatio({ selector, range: '5m' }), legend: modelLegend }],
        }),
        stat({
          title: 'Failed calls',
          description: 'Share of the prediction calls of five minutes that failed.',
          unit: 'percentunit',
          width: 8,
          height: 4,
          queries: [{ expression: errorRatio({ selector, range: '5m' }), legend: modelLegend }],
        }),
      ],
    },
    {
      title: 'Latency',
      panels: [
        timeseries({
          title: 'Latency: p50, p95, p99',
          description:
            'Time of a prediction call, failed calls included, all processes together; dashed: the objective of the 99th percentile.',
          unit: 's',
          width: 24,
          height: 10,
          minimum: 0,
          queries: [
            ...quantiles.map((quantile) => ({
              expression: latencyQuantile(quantile, scope),
              legend: `p${quantile * 100} ${modelLegend}`,
            })),
            {
              expression: modelGauge('model_slo_latency_threshold_seconds', selector),
              legend: `objective ${modelLegend}`,
              isThreshold: true,
            },
          ],
        }),
        heatmap({
          title: 'Calls by latency',
          description: 'Prediction calls per latency bucket over time.',
          unit: 's',
          width: 12,
          queries: [
            {
              expression: `sum by (le) (increase(model_prediction_seconds_bucket{${selector}}[$__rate_interval]))`,
              legend: '{{le}}',
              format: 'heatmap',
            },
          ],
        }),
        timeseries({
          title: 'p99 per process',
          description: 'A single slow process hides in the percentile of the fleet.',
          unit: 's',
          width: 12,
          minimum: 0,
          queries: [
            {
              expression: `histogram_quantile(0.99, sum by (instance, model_name, model_version, le) (rate(model_prediction_seconds_bucket{${selector}}[$__rate_interval])))`,
              legend: `${modelLegend} {{instance}}`,
            },
          ],
        }),
      ],
    },
    {
      title: 'Traffic and errors',
      panels: [
        timeseries({
          title: 'Prediction calls',
          description: 'Calls per second by status.',
          unit: 'reqps',
          width: 8,
          minimum: 0,
          queries: [
            {
              expression: `sum by (model_name, model_version, status) (rate(model_predictions_total{${selector}}[$__rate_interval]))`,
              legend: `${modelLegend} {{status}}`,
            },
          ],
        }),
        timeseries({
          title: 'Share of failed calls',
          description: 'Dashed: the configured threshold of ModelErrorRateHigh.',
          unit: 'percentunit',
          width: 8,
          minimum: 0,
          queries: [
            { expression: errorRatio(scope), legend: modelLegend },
            {
              expression: modelGauge('model_slo_error_rate_threshold_ratio', selector),
              legend: `threshold ${modelLegend}`,
              isThreshold: true,
            },
          ],
        }),
        timeseries({
          title: 'Failed calls by reason',
          description: 'Failures per second; the reason decides who acts.',
          unit: 'reqps',
          width: 8,
          minimum: 0,
          stacked: true,
          queries: [
            {
              expression: `sum by (model_name, model_version, reason) (rate(model_prediction_errors_total{${selector}}[$__rate_interval]))`,
              legend: `${modelLegend} {{reason}}`,
            },
          ],
        }),
        timeseries({
          title: 'Rows per call',
          description: 'Mean batch size of successful calls.',
          unit: 'short',
          width: 12,
          minimum: 0,
          queries: [
            {
              expression: `sum by (model_name, model_version) (rate(model_prediction_samples_total{${selector}}[$__rate_interval]))
/ on (model_name, model_version)
(sum by (model_name, model_version) (rate(model_predictions_total{${selector},status="success"}[$__rate_interval])) > 0)`,
              legend: modelLegend,
            },
          ],
        }),
        timeseries({
          title: 'Slower than the objective',
          description: 'Share of the successful calls; ModelLatencyHigh rings above 1 %.',
          unit: 'percentunit',
          width: 12,
          minimum: 0,
          queries: [{ expression: slowRatio(scope), legend: modelLegend }],
        }),
      ],
    },
  ],
};
