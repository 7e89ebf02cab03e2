/** How Prometheus formats a value in a text for people; `humanize` would write 0.25 as 250m. */
export type ValueFormat = 'printf "%.3f"' | 'humanizePercentage' | 'humanizeDuration';

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

/** The PSI threshold of the feature that an alert is about. */
export const psiThresholdText: string = gaugeText(
  'model_feature_drift_threshold',
  'printf "%.3f"',
  featureLabels,
  'statistic="psi",level="drift"',
);

/** The statistic that decides for the feature that an alert is about, and its threshold. */
export const decidingThresholdText: string = decidingThreshold();

/**
 * Every feature exports the thresholds of PSI; a second statistic is the one that was chosen for
 * the feature in its place.
 */
function decidingThreshold(): string {
  const matchers = featureLabels.map((label) => `${label}=%q`).join(',');
  const threshold = (statistic: string): string =>
    `max by (statistic) (model_feature_drift_threshold{${matchers},${statistic},level="drift"})`;
  const query = `${threshold('statistic!="psi"')} or on () ${threshold('statistic="psi"')}`;
  return `{{ with printf \`${query}\`${labelValues([...featureLabels, ...featureLabels])} | query }}{{ . | first | label "statistic" }} {{ . | first | value | printf "%.3f" }}{{ end }}`;
}

function labelValues(labels: readonly string[]): string {
  return labels.map((label) => ` $labels.${label}`).join('');
}

/** Start of every description about one version of a model. */
export const modelText = '{{ $labels.model_name }} {{ $labels.model_version }}';
