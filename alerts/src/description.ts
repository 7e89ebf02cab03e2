/** How Prometheus writes a value in a text for people; `humanize` would make 250m of 0.25. */
export type ValueFormat = 'printf "%.3f"' | 'humanizePercentage' | 'humanizeDuration';

/**
 * The value of a gauge in a description: what an alert is compared with, as it is when the text is
 * made. Nothing where the gauge is gone.
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
  const values = labels.map((label) => ` $labels.${label}`).join('');
  return `{{ with printf \`max(${metric}{${selector.join(',')}})\`${values} | query }}{{ . | first | value | ${format} }}{{ end }}`;
}

/** How every description begins that is about one version of a model. */
export const modelText = '{{ $labels.model_name }} {{ $labels.model_version }}';
