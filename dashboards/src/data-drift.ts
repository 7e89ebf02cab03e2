import { byFeature, modelGauge, onModel } from '@modelmeter/alerts/expressions';
import { defaultLimits } from '@modelmeter/alerts/limits';
import type { DashboardSpec } from './build.js';
import {
  barChart,
  type QuerySpec,
  redFrom,
  stat,
  type TableSpec,
  table,
  timeseries,
  type ValueNames,
} from './panels.js';
import {
  featureLegend,
  featureSelector,
  fleetSelector,
  modelLegend,
  modelSelector as selector,
} from './selectors.js';

const ofFeature = 'job, model_name, model_version, feature';
const feature = (metric: string, matchers = ''): string =>
  `max ${byFeature} (${metric}{${selector}${matchers}})`;
const threshold = (matcher: string): string =>
  `max by (${ofFeature}, statistic, level) (model_feature_drift_threshold{${selector},${matcher}})`;
const chosen = (metric: string, matchers = ''): string =>
  `max by (model_name, model_version) (${metric}{${featureSelector}${matchers}})`;

type Size = 'psi' | 'share_moved';
type Bound = 'estimate' | 'low' | 'high';

/** A bound of the size of the shift of every feature. */
const effect = (statistic: Size, bound: Bound): string =>
  feature('model_feature_drift_effect', `,statistic="${statistic}",bound="${bound}"`);

/** The size of the shift of the chosen feature with its interval and its thresholds. */
function chosenSize(statistic: Size): readonly QuerySpec[] {
  const bounds: readonly (readonly [string, Bound])[] = [
    ['estimate', 'estimate'],
    ['from', 'low'],
    ['to', 'high'],
  ];
  return [
    ...bounds.map(([legend, bound]) => ({
      expression: chosen(
        'model_feature_drift_effect',
        `,statistic="${statistic}",bound="${bound}"`,
      ),
      legend: `${legend} ${modelLegend}`,
    })),
    {
      expression: `max by (model_name, model_version, level) (model_feature_drift_threshold{${featureSelector},statistic="${statistic}"})`,
      legend: `threshold {{level}} ${modelLegend}`,
      isThreshold: true,
    },
  ];
}

/** A score of the fleet, which is recorded without the labels of a process. */
const recorded = (score: string): string =>
  `max ${byFeature} (feature:model_feature_drift_${score}:increase_drift_window{${fleetSelector}})`;

/** The columns of a size: its estimate, and the ends of its interval. */
function sizeColumns(
  title: string,
  statistic: Size,
  format: { readonly unit: 'none' | 'percentunit'; readonly decimals: number },
): TableSpec['values'] {
  return [
    { title, expression: effect(statistic, 'estimate'), ...format },
    { title: `${title} from`, expression: effect(statistic, 'low'), ...format },
    { title: `${title} to`, expression: effect(statistic, 'high'), ...format },
  ];
}

const stateNames: ValueNames = {
  ok: { text: 'ok', color: 'green' },
  investigate: { text: 'investigate', color: 'orange' },
  drift: { text: 'drift', color: 'red' },
  insufficient_data: { text: 'insufficient data', color: 'gray' },
};

/** Two references may have different bins for a feature. */
const ofReference = 'model_version, reference_id';

/**
 * The share of rows of the shown time in each bin of a numeric feature: the rows up to the upper
 * edge minus those up to the lower edge. The total includes missing rows, as in the reference.
 */
function currentBins(): string {
  const upTo = (bound: 'lower' | 'upper'): string =>
    `sum by (${ofReference}, ${bound}) (label_replace(increase(model_feature_value_bucket{${featureSelector}}[$__range]), "${bound}", "$1", "le", "(.+)"))`;
  const bins = `max by (${ofReference}, lower, upper) (model_feature_reference_ratio{${featureSelector}})`;
  const lowest = `sum by (${ofReference}, lower) (model_feature_reference_ratio{${featureSelector},lower="-Inf"})`;
  return `(
  (
    0 * ${bins}
  + on (${ofReference}, upper) group_left ()
    ${upTo('upper')}
  )
- on (${ofReference}, lower) group_left ()
  (
    ${upTo('lower')}
  or
    0 * ${lowest}
  )
)
/ on (model_version) group_left ()
(
  (
    sum by (model_version) (increase(model_feature_value_bucket{${featureSelector},le="+Inf"}[$__range]))
  + sum by (model_version) (increase(model_feature_missing_total{${featureSelector}}[$__range]))
  ) > 0
)`;
}

/** Replaces `-Inf`, which Grafana cannot parse as a number, so that bins sort by their lower edge. */
function sortable(bins: string): string {
  return `label_replace(${bins}, "lower", "-1e308", "lower", "-Inf")`;
}

const shareOfRows = (metric: string, labels: string): string => `sum by (${labels}) (
  rate(${metric}{${selector}}[$__rate_interval])
)
/ ${onModel} group_left ()
(sum by (job, model_name, model_version) (rate(model_prediction_samples_total{${selector}}[$__rate_interval])) > 0)`;

export const dataDrift: DashboardSpec = {
  name: 'data_drift',
  title: 'Data drift',
  description: 'Features that differ from their reference, by how much, and since when.',
  from: 'now-7d',
  variables: [
    { name: 'job' },
    { name: 'instance' },
    { name: 'model_name', single: true },
    { name: 'model_version' },
    { name: 'feature', single: true },
  ],
  rows: [
    {
      title: 'Now',
      panels: [
        stat({
          title: 'Drifted features',
          description: 'After the last drift run.',
          unit: 'none',
          width: 5,
          height: 4,
          steps: redFrom(1),
          alerts: ['ModelDataDrift', 'ModelDriftManyFeatures', 'ModelReferenceOld'],
          queries: [
            { expression: modelGauge('model_drifted_features', selector), legend: modelLegend },
          ],
        }),
        stat({
          title: 'Undecided features',
          description:
            'In state insufficient_data after the last run: the shift may be large, or nothing could be compared.',
          unit: 'none',
          width: 5,
          height: 4,
          alerts: ['ModelDriftUndecided'],
          queries: [
            {
              expression: `sum by (job, model_name, model_version) (${feature('model_feature_drift_state', ',state="insufficient_data"')})`,
              legend: modelLegend,
            },
          ],
        }),
        stat({
          title: 'Time since the last successful run',
          description: 'Age of the drift scores.',
          unit: 's',
          width: 5,
          height: 4,
          alerts: ['ModelDriftRunFailing'],
          queries: [
            {
              expression: `time() - ${modelGauge('model_drift_last_success_timestamp_seconds', selector)}`,
              legend: modelLegend,
            },
          ],
        }),
        stat({
          title: 'Time until the next run',
          description: 'Negative when the run is overdue.',
          unit: 's',
          width: 5,
          height: 4,
          alerts: ['ModelDriftRunStale'],
          queries: [
            {
              expression: `${modelGauge('model_drift_next_run_timestamp_seconds', selector)} - time()`,
              legend: modelLegend,
            },
          ],
        }),
        stat({
          title: 'Rows of the reference',
          description: 'Smallest number over all features, missing values included.',
          unit: 'short',
          width: 4,
          height: 4,
          queries: [
            {
              expression: `min by (job, model_name, model_version) (model_feature_reference_samples{${selector}})`,
              legend: modelLegend,
            },
          ],
        }),
        table({
          title: 'Features',
          description:
            'Results of the last run, largest PSI first. Sizes are without what chance adds to them, each with its 95 % interval. A feature drifts when its shift is significant (adjusted p) and a size reaches its drift threshold.',
          unit: 'none',
          width: 24,
          height: 10,
          alerts: ['ModelDataDrift'],
          sortedBy: 'PSI',
          labels: [
            {
              label: 'feature',
              title: 'Feature',
              links: [
                {
                  to: 'dashboard',
                  title: 'Show this feature in detail',
                  dashboard: 'data_drift',
                  set: {
                    model_name: '__data.fields.model_name',
                    model_version: '__data.fields.model_version',
                    feature: '__data.fields.feature',
                  },
                },
              ],
            },
            { label: 'model_name', title: 'Model' },
            { label: 'model_version', title: 'Version' },
            { label: 'state', title: 'State', valueNames: stateNames },
          ],
          values: [
            {
              title: 'Is in state',
              expression: `max by (job, model_name, model_version, feature, state) (model_feature_drift_state{${selector}}) == 1`,
              unit: 'none',
              hidden: true,
            },
            ...sizeColumns('PSI', 'psi', { unit: 'none', decimals: 3 }),
            ...sizeColumns('Share moved', 'share_moved', { unit: 'percentunit', decimals: 1 }),
            {
              title: 'Adjusted p',
              expression: `min ${byFeature} (model_feature_drift_adjusted_p_value{${selector}})`,
              unit: 'none',
              decimals: 4,
            },
            {
              title: 'Runs in drift',
              expression: feature('model_feature_drift_consecutive_runs'),
              unit: 'none',
            },
            {
              title: 'Rows in the window',
              expression: feature('model_feature_drift_window_samples'),
              unit: 'short',
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
          description:
            'Without what chance adds to it. Dashed: the thresholds of each feature for investigate and drift.',
          unit: 'none',
          width: 12,
          height: 10,
          minimum: 0,
          alerts: ['ModelDataDrift'],
          queries: [
            { expression: effect('psi', 'estimate'), legend: featureLegend },
            {
              expression: threshold('statistic="psi"'),
              legend: `threshold {{level}} ${featureLegend}`,
              isThreshold: true,
            },
          ],
        }),
        timeseries({
          title: 'Share moved',
          description:
            'Largest move of the share of one bin or category, without what chance adds to it. Dashed: the thresholds of each feature.',
          unit: 'percentunit',
          width: 12,
          height: 10,
          minimum: 0,
          alerts: ['ModelDataDrift'],
          queries: [
            { expression: effect('share_moved', 'estimate'), legend: featureLegend },
            {
              expression: threshold('statistic="share_moved"'),
              legend: `threshold {{level}} ${featureLegend}`,
              isThreshold: true,
            },
          ],
        }),
        timeseries({
          title: 'Kolmogorov-Smirnov distance',
          description: 'Numeric features only, on the grid of the reference. The maximum is 1.',
          unit: 'none',
          width: 8,
          minimum: 0,
          maximum: 1,
          queries: [
            { expression: feature('model_feature_drift_ks_statistic'), legend: featureLegend },
          ],
        }),
        timeseries({
          title: 'Jensen-Shannon distance',
          description: 'All features, with natural logarithms. The maximum is 0.83.',
          unit: 'none',
          width: 8,
          minimum: 0,
          queries: [
            { expression: feature('model_feature_drift_js_distance'), legend: featureLegend },
          ],
        }),
        timeseries({
          title: 'Other statistics',
          description:
            'Scores of statistics without a metric of their own. Dashed: the thresholds of features for which a statistic other than PSI and the share moved decides.',
          unit: 'none',
          width: 8,
          minimum: 0,
          queries: [
            {
              expression: `max by (job, model_name, model_version, feature, statistic) (model_feature_drift_score{${selector}})`,
              legend: `{{statistic}} ${featureLegend}`,
            },
            {
              expression: threshold('statistic!~"psi|share_moved"'),
              legend: `threshold {{statistic}} {{level}} ${featureLegend}`,
              isThreshold: true,
            },
          ],
        }),
        timeseries({
          title: 'Adjusted p-value',
          description:
            'Corrected for the number of features of the run. Small values are significant.',
          unit: 'none',
          width: 12,
          minimum: 0,
          maximum: 1,
          queries: [
            {
              expression: `min ${byFeature} (model_feature_drift_adjusted_p_value{${selector}})`,
              legend: featureLegend,
            },
          ],
        }),
        timeseries({
          title: 'Consecutive runs in drift',
          description: `ModelDataDriftPersistent fires from ${defaultLimits.driftRunsInARow} runs on.`,
          unit: 'none',
          width: 12,
          minimum: 0,
          line: defaultLimits.driftRunsInARow,
          alerts: ['ModelDataDrift', 'ModelDataDriftPersistent'],
          queries: [
            { expression: feature('model_feature_drift_consecutive_runs'), legend: featureLegend },
          ],
        }),
      ],
    },
    {
      title: 'Fleet, from counters',
      panels: [
        timeseries({
          title: 'Population stability index of the fleet',
          description:
            'Recorded from the counters of all processes over the window of the rules, without what chance adds to it. The PSI above is that of single processes.',
          unit: 'none',
          width: 6,
          minimum: 0,
          queries: [{ expression: recorded('psi_effect'), legend: featureLegend }],
        }),
        timeseries({
          title: 'Share moved of the fleet',
          description:
            'Recorded from the counters of all processes: the largest move of the share of one bin or category.',
          unit: 'percentunit',
          width: 6,
          minimum: 0,
          queries: [{ expression: recorded('share_moved'), legend: featureLegend }],
        }),
        timeseries({
          title: 'Kolmogorov-Smirnov distance of the fleet',
          description:
            'Recorded from the counters of all processes, at the edges of the bins, so it is a lower bound.',
          unit: 'none',
          width: 6,
          minimum: 0,
          maximum: 1,
          queries: [{ expression: recorded('ks_statistic'), legend: featureLegend }],
        }),
        timeseries({
          title: 'Jensen-Shannon distance of the fleet',
          description: 'Recorded from the counters of all processes, with natural logarithms.',
          unit: 'none',
          width: 6,
          minimum: 0,
          queries: [{ expression: recorded('js_distance'), legend: featureLegend }],
        }),
      ],
    },
    {
      title: 'Feature $feature',
      panels: [
        timeseries({
          title: 'PSI and its interval',
          description:
            'The size of the shift by PSI, with the ends of its 95 % interval. Dashed: the thresholds of the feature.',
          unit: 'none',
          width: 8,
          minimum: 0,
          queries: chosenSize('psi'),
        }),
        timeseries({
          title: 'Share moved and its interval',
          description:
            'The largest move of the share of one bin or category, with the ends of its 95 % interval. Dashed: the thresholds of the feature.',
          unit: 'percentunit',
          width: 8,
          minimum: 0,
          queries: chosenSize('share_moved'),
        }),
        timeseries({
          title: 'Rows in the drift window',
          description: 'The more rows, the narrower the intervals.',
          unit: 'short',
          width: 8,
          minimum: 0,
          queries: [
            { expression: chosen('model_feature_drift_window_samples'), legend: modelLegend },
          ],
        }),
        barChart({
          title: 'Numeric: current and reference',
          description:
            'Share of rows in each bin, in the shown time and in the reference. Bins are named by their upper edge. Empty for a categorical feature; choose one version.',
          unit: 'percentunit',
          width: 12,
          height: 10,
          category: 'upper',
          order: { by: 'number-in-label', label: 'lower' },
          bars: [
            { title: 'Current', expression: sortable(currentBins()) },
            {
              title: 'Reference',
              expression: sortable(
                `max by (${ofReference}, lower, upper) (model_feature_reference_ratio{${featureSelector}})`,
              ),
            },
          ],
        }),
        barChart({
          title: 'Categorical: current and reference',
          description:
            'Share of rows in each category, in the shown time and in the reference. Empty for a numeric feature; choose one version.',
          unit: 'percentunit',
          width: 12,
          height: 10,
          category: 'category',
          order: { by: 'bars', title: 'Reference' },
          bars: [
            {
              title: 'Current',
              expression: `sum by (${ofReference}, category) (increase(model_feature_category_total{${featureSelector}}[$__range]))
/ on (${ofReference}) group_left ()
(sum by (${ofReference}) (increase(model_feature_category_total{${featureSelector}}[$__range])) > 0)`,
            },
            {
              title: 'Reference',
              expression: `max by (${ofReference}, category) (model_feature_reference_category_ratio{${featureSelector}})`,
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
          description: 'Ratio of rows in which a feature is absent, null or NaN.',
          unit: 'percentunit',
          width: 8,
          minimum: 0,
          alerts: ['ModelFeatureQuality'],
          queries: [
            {
              expression: shareOfRows('model_feature_missing_total', ofFeature),
              legend: featureLegend,
            },
          ],
        }),
        timeseries({
          title: 'Invalid values',
          description:
            'Ratio of rows with an invalid value: wrong type, missing although required, out of range, or an undeclared category.',
          unit: 'percentunit',
          width: 8,
          minimum: 0,
          queries: [
            {
              expression: shareOfRows('model_feature_invalid_total', `${ofFeature}, reason`),
              legend: `{{reason}} ${featureLegend}`,
            },
          ],
        }),
        timeseries({
          title: 'Findings',
          description:
            'Ratio of rows in the drift window with a data-quality finding, such as new categories or values out of range.',
          unit: 'percentunit',
          width: 8,
          minimum: 0,
          alerts: ['ModelFeatureFinding'],
          queries: [
            {
              expression: `max by (job, model_name, model_version, feature, finding) (model_feature_finding_ratio{${selector}})`,
              legend: `{{finding}} ${featureLegend}`,
            },
          ],
        }),
      ],
    },
    {
      title: 'Segments',
      panels: [
        timeseries({
          title: 'Drifted features by segment',
          description: 'If a segment is configured: drift among the rows of each of its values.',
          unit: 'none',
          width: 12,
          minimum: 0,
          queries: [
            {
              expression: `max by (model_name, model_version, segment) (model_segment_drifted_features{${selector}})`,
              legend: `${modelLegend} {{segment}}`,
            },
          ],
        }),
        table({
          title: 'State by segment',
          description: 'State of the worst feature among the rows of the segment.',
          unit: 'none',
          width: 12,
          labels: [
            { label: 'segment', title: 'Segment' },
            { label: 'model_name', title: 'Model' },
            { label: 'model_version', title: 'Version' },
            { label: 'state', title: 'State', valueNames: stateNames },
          ],
          values: [
            {
              title: 'Is in state',
              expression: `max by (model_name, model_version, segment, state) (model_segment_drift_state{${selector}}) == 1`,
              unit: 'none',
              hidden: true,
            },
          ],
        }),
      ],
    },
  ],
};
