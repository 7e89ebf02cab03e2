import { detectorLimit } from '@modelmeter/alerts/detector';
import { latest } from '@modelmeter/alerts/detector-rules';
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
import { fleetSelector, modelLegend, modelSelector as selector } from './selectors.js';
import { modelVariables } from './variables.js';

const recent = { selector, range: '5m' };
const shown = { selector, range: '$__rate_interval' };
const hour = { selector, range: '1h' };
const whole = { selector, range: '$__range' };
const quantiles = [0.5, 0.95, 0.99] as const;

/** The ratio of slow calls that the 99th percentile allows. */
const allowedSlowRatio = 0.01;

type Scope = typeof recent;

/** Slow calls as a multiple of the number that the objective allows. */
const latencyBurn = (scope: Scope): string => `${slowRatio(scope)} / ${allowedSlowRatio}`;

/** Failed calls as a multiple of the number that the threshold allows. */
const errorBurn = (scope: Scope): string => `${errorRatio(scope)}
/ ${onModel}
${modelGauge('model_slo_error_rate_threshold_ratio', selector)}`;

/** Bad events of the other objectives, as a multiple of the number that each of them allows. */
const otherBurn = `max by (model_name, model_version, slo) (model_slo:bad_calls:ratio_increase1h{${fleetSelector},slo!~"errors|latency"})
/ on (model_name, model_version, slo)
(1 - max by (model_name, model_version, slo) (model_slo_objective_ratio{${selector}}))`;

export const servingLatency: DashboardSpec = {
  name: 'serving_latency',
  title: 'Serving latency',
  description: 'Latency and errors of the models relative to their objectives.',
  from: 'now-6h',
  variables: modelVariables,
  rows: [
    {
      title: 'Now',
      panels: [
        stat({
          title: 'p99',
          description: '99th percentile of the duration of prediction calls over five minutes.',
          unit: 's',
          width: 5,
          height: 5,
          queries: [
            { expression: whereCounted(latencyQuantile(0.99, recent)), legend: modelLegend },
          ],
        }),
        stat({
          title: 'Slow calls now',
          description:
            'Ratio of successful calls over five minutes that exceed the latency threshold; p99 allows 1 %.',
          unit: 'percentunit',
          width: 5,
          height: 5,
          steps: redFrom(allowedSlowRatio),
          alerts: ['ModelLatencyHigh'],
          queries: [{ expression: slowRatio(recent), legend: modelLegend }],
        }),
        stat({
          title: 'Failed calls',
          description: 'Ratio of failed prediction calls over five minutes.',
          unit: 'percentunit',
          width: 4,
          height: 5,
          alerts: ['ModelErrorRateHigh'],
          queries: [{ expression: errorRatio(recent), legend: modelLegend }],
        }),
        stat({
          title: 'Latency budget left',
          description:
            'Unused ratio of the slow calls that the objective allows in the shown time. Below 0 the objective is missed.',
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
            'Unused ratio of the failed calls that the threshold allows in the shown time. Below 0 the threshold is exceeded.',
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
            'Duration of prediction calls, failed calls included, over all processes. Dashed: the threshold for p99.',
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
          description: 'Prediction calls by latency bucket over time.',
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
          description: 'Shows a single slow process, which the percentile of the fleet can hide.',
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
          title: 'Slow calls',
          description:
            'Ratio of successful calls that exceed the latency threshold. ModelLatencyHigh fires above 1 %.',
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
            'Rate at which slow or failed calls, and bad events of other objectives, use up the error budget. At 1 the budget lasts exactly as long as planned.',
          unit: 'short',
          width: 12,
          minimum: 0,
          line: 1,
          alerts: ['ModelErrorBudgetBurn', 'ModelLatencyBudgetBurn', 'ModelObjectiveBudgetBurn'],
          queries: [
            { expression: latencyBurn(hour), legend: `latency ${modelLegend}` },
            { expression: errorBurn(hour), legend: `errors ${modelLegend}` },
            { expression: otherBurn, legend: `{{slo}} ${modelLegend}` },
          ],
        }),
        timeseries({
          title: 'Level of the call detector',
          description:
            'Evidence that failed or slow calls exceed their threshold, added up every five minutes. Dashed: the level from which ModelErrorRateHigh and ModelLatencyHigh fire. A level that has fired falls again as good calls arrive.',
          unit: 'short',
          width: 24,
          minimum: 0,
          line: detectorLimit,
          alerts: ['ModelErrorRateHigh', 'ModelLatencyHigh'],
          queries: [
            {
              expression: `sum by (model_name, model_version, slo) (${latest('model_slo:bad_calls:e_detector', fleetSelector)})`,
              legend: `{{slo}} ${modelLegend}`,
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
          title: 'Error rate',
          description: 'Ratio of failed calls. Dashed: the threshold of ModelErrorRateHigh.',
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
          description: 'Failed calls per second; the reason shows who has to act.',
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
          title: 'Calls in progress',
          description:
            'Prediction calls in progress. Steady growth means that a queue is building up.',
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
          description: 'Rows predicted by successful calls.',
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
          description: 'Successful calls by number of rows over time.',
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
