import {
  byModel,
  errorRatio,
  latencyQuantile,
  modelGauge,
  onModel,
  slowRatio,
} from '@modelmeter/alerts/expressions';
import type { DashboardSpec } from './build.js';
import { whereCounted } from './expressions.js';
import { heatmap, redFrom, stat, timeseries } from './panels.js';
import { modelLegend, modelSelector as selector } from './selectors.js';
import { modelVariables } from './variables.js';

const recent = { selector, range: '5m' };
const shown = { selector, range: '$__rate_interval' };
const hour = { selector, range: '1h' };
const whole = { selector, range: '$__range' };
const quantiles = [0.5, 0.95, 0.99] as const;

/** The share of slow calls that an objective of the 99th percentile allows. */
const allowedSlowRatio = 0.01;

type Scope = typeof recent;

/** Slow calls as a multiple of what the objective allows. */
const latencyBurn = (scope: Scope): string => `${slowRatio(scope)} / ${allowedSlowRatio}`;

/** Failed calls as a multiple of what the threshold allows. */
const errorBurn = (scope: Scope): string => `${errorRatio(scope)}
/ ${onModel}
${modelGauge('model_slo_error_rate_threshold_ratio', selector)}`;

export const servingLatency: DashboardSpec = {
  name: 'serving_latency',
  title: 'Serving latency',
  description: 'How fast and how reliably the models answer, against their objectives.',
  from: 'now-6h',
  variables: modelVariables,
  rows: [
    {
      title: 'Now',
      panels: [
        stat({
          title: 'p99',
          description: '99th percentile of the time of a prediction call over five minutes.',
          unit: 's',
          width: 5,
          height: 5,
          queries: [
            { expression: whereCounted(latencyQuantile(0.99, recent)), legend: modelLegend },
          ],
        }),
        stat({
          title: 'Slower than the objective now',
          description: 'Share of the successful calls of five minutes; the objective allows 1 %.',
          unit: 'percentunit',
          width: 5,
          height: 5,
          steps: redFrom(allowedSlowRatio),
          alerts: ['ModelLatencyHigh'],
          queries: [{ expression: slowRatio(recent), legend: modelLegend }],
        }),
        stat({
          title: 'Failed calls',
          description: 'Share of the prediction calls of five minutes that failed.',
          unit: 'percentunit',
          width: 4,
          height: 5,
          alerts: ['ModelErrorRateHigh'],
          queries: [{ expression: errorRatio(recent), legend: modelLegend }],
        }),
        stat({
          title: 'Latency budget left',
          description:
            'Of the slow calls that the objective allows within the shown time, the share that was not used up; below 0 the objective is missed.',
          unit: 'percentunit',
          width: 5,
          height: 5,
          steps: [
            { from: null, color: 'red' },
            { from: 0, color: 'green' },
          ],
          alerts: ['ModelLatencyBudgetBurn'],
          queries: [{ expression: `1 - ${latencyBurn(whole)}`, legend: modelLegend }],
        }),
        stat({
          title: 'Error budget left',
          description:
            'Of the failed calls that the threshold allows within the shown time, the share that was not used up; below 0 the threshold is crossed.',
          unit: 'percentunit',
          width: 5,
          height: 5,
          steps: [
            { from: null, color: 'red' },
            { from: 0, color: 'green' },
          ],
          alerts: ['ModelErrorBudgetBurn'],
          queries: [{ expression: `1 - ${errorBurn(whole)}`, legend: modelLegend }],
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
          alerts: ['ModelLatencyHigh'],
          queries: [
            ...quantiles.map((quantile) => ({
              expression: whereCounted(latencyQuantile(quantile, shown)),
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
            },
          ],
        }),
        timeseries({
          title: 'p99 by process',
          description: 'A single slow process hides in the percentile of the fleet.',
          unit: 's',
          width: 12,
          minimum: 0,
          queries: [
            {
              expression: whereCounted(
                `histogram_quantile(0.99, sum by (instance, model_name, model_version, le) (rate(model_prediction_seconds_bucket{${selector}}[$__rate_interval])))`,
              ),
              legend: `${modelLegend} {{instance}}`,
            },
          ],
        }),
      ],
    },
    {
      title: 'Objectives',
      panels: [
        timeseries({
          title: 'Slower than the objective',
          description: 'Share of the successful calls; ModelLatencyHigh rings above 1 %.',
          unit: 'percentunit',
          width: 12,
          minimum: 0,
          line: allowedSlowRatio,
          alerts: ['ModelLatencyHigh'],
          queries: [{ expression: slowRatio(shown), legend: modelLegend }],
        }),
        timeseries({
          title: 'Burn rate over an hour',
          description:
            'How many times faster than allowed the budget of slow or failed calls is used up; at 1 it lasts exactly as long as the objective says.',
          unit: 'short',
          width: 12,
          minimum: 0,
          line: 1,
          alerts: ['ModelErrorBudgetBurn', 'ModelLatencyBudgetBurn'],
          queries: [
            { expression: latencyBurn(hour), legend: `latency ${modelLegend}` },
            { expression: errorBurn(hour), legend: `errors ${modelLegend}` },
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
          width: 12,
          minimum: 0,
          alerts: ['ModelTrafficAbsent'],
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
          width: 12,
          minimum: 0,
          alerts: ['ModelErrorRateHigh'],
          queries: [
            { expression: errorRatio(shown), legend: modelLegend },
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
          width: 16,
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
          title: 'Calls in flight',
          description: 'Calls that the models work on; steady growth is a queue.',
          unit: 'short',
          width: 8,
          minimum: 0,
          queries: [
            {
              expression: `sum ${byModel} (model_predictions_in_flight{${selector}})`,
              legend: modelLegend,
            },
          ],
        }),
        timeseries({
          title: 'Rows per second',
          description: 'Rows predicted by successful calls, whatever their batch size.',
          unit: 'cps',
          width: 8,
          minimum: 0,
          queries: [
            {
              expression: `sum ${byModel} (rate(model_prediction_samples_total{${selector}}[$__rate_interval]))`,
              legend: modelLegend,
            },
          ],
        }),
        timeseries({
          title: 'Rows per call',
          description: 'Mean batch size of successful calls.',
          unit: 'short',
          width: 8,
          minimum: 0,
          queries: [
            {
              expression: `sum ${byModel} (rate(model_prediction_samples_total{${selector}}[$__rate_interval]))
/ ${onModel}
(sum ${byModel} (rate(model_predictions_total{${selector},status="success"}[$__rate_interval])) > 0)`,
              legend: modelLegend,
            },
          ],
        }),
        heatmap({
          title: 'Calls by batch size',
          description: 'Successful calls per bucket of their number of rows over time.',
          unit: 'short',
          width: 8,
          queries: [
            {
              expression: `sum by (le) (increase(model_prediction_batch_size_bucket{${selector}}[$__rate_interval]))`,
              legend: '{{le}}',
            },
          ],
        }),
      ],
    },
  ],
};
