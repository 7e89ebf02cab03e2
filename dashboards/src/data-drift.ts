import type { DashboardSpec } from './build.js';
import { bars, stat, table, timeseries } from './panels.js';
import { featureSelector, modelLegend, modelSelector as selector } from './selectors.js';

const featureLegend = `${modelLegend} {{feature}}`;
const feature = (metric: string, matchers = ''): string =>
  `max by (model_name, model_version, feature) (${metric}{${selector}${matchers}})`;
const chosen = (metric: string): string =>
  `max by (model_name, model_version) (${metric}{${featureSelector}})`;

export const dataDrift: DashboardSpec = {
  name: 'data_drift',
  title: 'Data drift',
  description: 'Which features differ from their reference, by how much, and since when.',
  from: 'now-7d',
  variables: ['job', 'instance', 'model_name', 'feature'],
  rows: [
    {
      title: 'Now',
      panels: [
        stat({
          title: 'Features in drift',
          description: 'After the last drift run.',
          unit: 'short',
          width: 8,
          height: 4,
          steps: [
            { from: null, color: 'green' },
            { from: 1, color: 'orange' },
          ],
          queries: [
            {
              expression: `max by (model_name, model_version) (model_drifted_features{${selector}})`,
              legend: modelLegend,
            },
          ],
        }),
        stat({
          title: 'Age of the last good run',
          description: 'Scores are as old as this.',
          unit: 's',
          width: 8,
          height: 4,
          queries: [
            {
              expression: `time() - max by (model_name, model_version) (model_drift_last_success_timestamp_seconds{${selector}})`,
              legend: modelLegend,
            },
          ],
        }),
        stat({
          title: 'Next run in',
          description: 'Negative: the run is overdue.',
          unit: 's',
          width: 8,
          height: 4,
          queries: [
            {
              expression: `max by (model_name, model_version) (model_drift_next_run_timestamp_seconds{${selector}}) - time()`,
              legend: modelLegend,
            },
          ],
        }),
        table({
          title: 'Population stability index by feature',
          description: 'Of the last run, the largest first; only features with enough rows.',
          unit: 'none',
          width: 12,
          queries: [
            {
              expression: `sort_desc(${feature('model_feature_drift_psi')})`,
              legend: featureLegend,
            },
          ],
        }),
        table({
          title: 'State by feature',
          description:
            'The state that the last run found: ok, investigate, drift or insufficient_data.',
          unit: 'none',
          width: 12,
          queries: [
            {
              expression: `max by (model_name, model_version, feature, state) (model_feature_drift_state{${selector}}) == 1`,
              legend: `${featureLegend} {{state}}`,
            },
          ],
        }),
      ],
    },
    {
      title: 'Over time',
      panels: [
        timeseries({
          title: 'Population stability index',
          description: 'Dashed: the configured thresholds for investigate and drift.',
          unit: 'none',
          width: 24,
          height: 10,
          minimum: 0,
          queries: [
            { expression: feature('model_feature_drift_psi'), legend: featureLegend },
            {
              expression: `max by (model_name, model_version, level) (model_drift_threshold{${selector},statistic="psi"})`,
              legend: `threshold {{level}} ${modelLegend}`,
              isThreshold: true,
            },
          ],
        }),
        timeseries({
          title: 'Kolmogorov-Smirnov distance',
          description: 'Of numeric features, on the grid of the reference.',
          unit: 'none',
          width: 12,
          minimum: 0,
          maximum: 1,
          queries: [
            { expression: feature('model_feature_drift_ks_statistic'), legend: featureLegend },
          ],
        }),
        timeseries({
          title: 'Jensen-Shannon distance',
          description: 'Of all features, with natural logarithms.',
          unit: 'none',
          width: 12,
          minimum: 0,
          queries: [
            { expression: feature('model_feature_drift_js_distance'), legend: featureLegend },
          ],
        }),
        timeseries({
          title: 'Adjusted p-value',
          description: 'After Benjamini-Hochberg over the features of the run.',
          unit: 'none',
          width: 12,
          minimum: 0,
          maximum: 1,
          queries: [
            { expression: feature('model_feature_drift_adjusted_p_value'), legend: featureLegend },
          ],
        }),
        timeseries({
          title: 'Runs in a row in drift',
          description: 'ModelDataDriftPersistent rings from two on.',
          unit: 'short',
          width: 12,
          minimum: 0,
          queries: [
            { expression: feature('model_feature_drift_consecutive_runs'), legend: featureLegend },
          ],
        }),
      ],
    },
    {
      title: 'Feature $feature',
      panels: [
        timeseries({
          title: 'Score against its noise',
          description:
            'The index, and what the same sample sizes reach by chance in one of twenty windows without drift.',
          unit: 'none',
          width: 12,
          minimum: 0,
          queries: [
            { expression: chosen('model_feature_drift_psi'), legend: `psi ${modelLegend}` },
            {
              expression: chosen('model_feature_drift_psi_noise_floor'),
              legend: `noise ${modelLegend}`,
              isThreshold: true,
            },
          ],
        }),
        timeseries({
          title: 'Rows in the drift window',
          description: 'Too few rows give the state insufficient_data.',
          unit: 'short',
          width: 12,
          minimum: 0,
          queries: [
            { expression: chosen('model_feature_drift_window_samples'), legend: modelLegend },
          ],
        }),
        bars({
          title: 'Values of the shown time (numeric)',
          description: 'Values within the shown time in the quantile bins of the reference.',
          unit: 'short',
          width: 12,
          minimum: 0,
          queries: [
            {
              expression: `sum by (le) (increase(model_feature_value_bucket{${featureSelector}}[$__range]))`,
              legend: '{{le}}',
              format: 'heatmap',
            },
          ],
        }),
        bars({
          title: 'Reference (numeric)',
          description: 'Share of the reference per bin.',
          unit: 'percentunit',
          width: 12,
          minimum: 0,
          queries: [
            {
              expression: `max by (upper) (model_feature_reference_ratio{${featureSelector}})`,
              legend: '{{upper}}',
            },
          ],
        }),
        bars({
          title: 'Values of the shown time (categorical)',
          description: 'Share of each category within the shown time.',
          unit: 'percentunit',
          width: 12,
          minimum: 0,
          queries: [
            {
              expression: `sum by (category) (increase(model_feature_category_total{${featureSelector}}[$__range]))
/ on () group_left ()
(sum(increase(model_feature_category_total{${featureSelector}}[$__range])) > 0)`,
              legend: '{{category}}',
            },
          ],
        }),
        bars({
          title: 'Reference (categorical)',
          description: 'Share of each category in the reference.',
          unit: 'percentunit',
          width: 12,
          minimum: 0,
          queries: [
            {
              expression: `max by (category) (model_feature_reference_category_ratio{${featureSelector}})`,
              legend: '{{category}}',
            },
          ],
        }),
      ],
    },
    {
      title: 'Data quality',
      panels: [
        timeseries({
          title: 'Missing values',
          description: 'Rows per second in which a feature was absent, null or NaN.',
          unit: 'cps',
          width: 12,
          minimum: 0,
          queries: [
            {
              expression: `sum by (model_name, model_version, feature) (rate(model_feature_missing_total{${selector}}[$__rate_interval]))`,
              legend: featureLegend,
            },
          ],
        }),
        timeseries({
          title: 'Invalid values',
          description: 'Values per second that were not of the declared type.',
          unit: 'cps',
          width: 12,
          minimum: 0,
          queries: [
            {
              expression: `sum by (model_name, model_version, feature) (rate(model_feature_invalid_total{${selector}}[$__rate_interval]))`,
              legend: featureLegend,
            },
          ],
        }),
      ],
    },
  ],
};
