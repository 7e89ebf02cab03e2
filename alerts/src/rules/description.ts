/** How Prometheus formats a value in a text for people; `humanize` would write 0.25 as 250m. */
export type ValueFormat =
  | 'printf "%.3f"'
  | 'printf "%.4g"'
  | 'humanizePercentage'
  | 'humanizeDuration';

/**
 * Template for the value of a gauge in a description, such as the threshold that an alert is
 * compared with, at the time of the evaluation. Empty where the gauge is missing.
 *
 * @param labels Labels of the alert that the gauge has too.
 * @param matchers Further matchers, such as `level="drift"`.
 */
export function gaugeText(
  metric: string,
  format: ValueFormat,
  labels: readonly string[] = ['job', 'model_name', 'model_version'],
  matchers = '',
): string {
  const selector = [...labels.map((label) => `${label}=%q`), ...(matchers ? [matchers] : [])];
  const query = `max(${metric}{${selector.join(',')}})`;
  return `{{ with printf \`${query}\`${labelValues(labels)} | query }}{{ . | first | value | ${format} }}{{ end }}`;
}

const featureLabels = ['job', 'model_name', 'model_version', 'feature'];

/** The drift threshold of the feature and the statistic that an alert is about. */
export const recordedThresholdText: string = gaugeText(
  'model_feature_drift_threshold',
  'printf "%.3f"',
  [...featureLabels, 'statistic'],
  'level="drift"',
);

/**
 * The sizes that decide for the feature that an alert is about, each with its drift threshold, such
 * as `psi 0.412 (threshold 0.250), share_moved 0.310 (threshold 0.250)`.
 */
export const decidingSizesText: string = decidingSizes();

/** Only the sizes that decide have an effect; thresholds of PSI are exported in any case. */
function decidingSizes(): string {
  const matchers = featureLabels.map((label) => `${label}=%q`).join(',');
  const sizes = `max by (statistic) (model_feature_drift_effect{${matchers},bound="estimate"})`;
  const threshold = `max(model_feature_drift_threshold{${matchers},statistic=%q,level="drift"})`;
  return `{{ range $index, $size := printf \`${sizes}\`${labelValues(featureLabels)} | query | sortByLabel "statistic" }}{{ if $index }}, {{ end }}{{ $statistic := label "statistic" $size }}{{ $statistic }} {{ $size | value | printf "%.3f" }} (threshold {{ with printf \`${threshold}\`${labelValues(featureLabels)} $statistic | query }}{{ . | first | value | printf "%.3f" }}{{ end }}){{ end }}`;
}

function labelValues(labels: readonly string[]): string {
  return labels.map((label) => ` $labels.${label}`).join('');
}

/** Start of every description about one version of a model. */
export const modelText = '{{ $labels.model_name }} {{ $labels.model_version }}';
