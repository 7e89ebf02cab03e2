import {
  type MetricFamily,
  type MetricLabels,
  type MetricNumbers,
  type StoredExemplar,
  type StoredSeries,
  samplesOf,
} from './metric-family.js';

/** The text formats of a scrape: Prometheus text 0.0.4 and OpenMetrics 1.0. */
export type MetricsFormat = 'prometheus' | 'openmetrics';

/** The `Content-Type` of each format. */
export const metricsContentTypes: Readonly<Record<MetricsFormat, string>> = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/**
 * The text of a metric family of the store; empty without samples. Both formats have the same
 * series. The text of a series up to its number is written once: a scrape appends numbers.
 *
 * @param commonLabels Labels of every series of the registry; the same object while they last.
 */
export function familyText(
  family: MetricFamily,
  { values }: MetricNumbers,
  format: MetricsFormat,
  commonLabels: MetricLabels,
): string {
  const { name, declaration } = family;
  const withExemplars = format === 'openmetrics';
  let text = '';
  for (const series of family.series.values()) {
    const prefixes = prefixesOf(family, series, commonLabels);
    if (declaration.type !== 'histogram') {
      const value = values[series.offset]!;
      if (!Number.isNaN(value)) text += `${prefixes[0]!}${numberText(value)}\n`;
      continue;
    }
    const buckets = series.bounds.length + 1;
    const exemplars = withExemplars ? series.exemplars : undefined;
    let count = 0;
    for (let bucket = 0; bucket < buckets; bucket += 1) {
      count += values[series.offset + bucket]!;
      text += `${prefixes[bucket]!}${count}${exemplarText(exemplars?.[bucket])}\n`;
    }
    if (series.hasSum) {
      text += `${prefixes[buckets]!}${numberText(values[series.offset + buckets]!)}\n`;
      text += `${prefixes[buckets + 1]!}${count}\n`;
    }
  }
  return text === '' ? '' : headerText(name, declaration.help, declaration.type, format) + text;
}

/** The lines before the samples of a family; `type` is one of the format. */
export function headerText(
  name: string,
  help: string,
  type: string,
  format: MetricsFormat,
): string {
  if (format === 'prometheus')
    return `# HELP ${name} ${escapeText(help)}\n# TYPE ${name} ${type}\n`;
  const family = type === 'counter' ? name.replace(/_total$/, '') : name;
  const unit = unitOf(family);
  return `# HELP ${family} ${escapeQuoted(help)}\n# TYPE ${family} ${type}\n${unit === undefined ? '' : `# UNIT ${family} ${unit}\n`}`;
}

/** Units that end the names of our metrics and of the clients' default metrics. */
const units: ReadonlySet<string> = new Set(['seconds', 'bytes', 'ratio', 'celsius', 'watts']);

function unitOf(family: string): string | undefined {
  const last = family.slice(family.lastIndexOf('_') + 1);
  return units.has(last) ? last : undefined;
}

/** The text of a sample up to its number. */
export function samplePrefix(name: string, labels: MetricLabels): string {
  const text = labelsText(labels);
  return text === '' ? `${name} ` : `${name}{${text}} `;
}

function labelsText(labels: MetricLabels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeQuoted(value)}"`)
    .join(',');
}

/** A number as both formats and both versions of Prometheus read it. */
export function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return `${value}`;
}

/** The exemplar after the number of a bucket or counter in OpenMetrics; empty without one. */
export function exemplarText(exemplar: StoredExemplar | undefined): string {
  if (exemplar === undefined) return '';
  const { labelSet, value, timestamp } = exemplar;
  return ` # {${labelsText(labelSet)}} ${numberText(value)} ${timestamp}`;
}

function prefixesOf(
  family: MetricFamily,
  series: StoredSeries,
  commonLabels: MetricLabels,
): readonly string[] {
  if (series.prefixes?.commonLabels !== commonLabels) {
    const texts = samplesOf(family, series).map(({ name, labels }) =>
      samplePrefix(name, { ...commonLabels, ...labels }),
    );
    series.prefixes = { commonLabels, texts };
  }
  return series.prefixes.texts;
}

function escapeText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeQuoted(text: string): string {
  return escapeText(text).replaceAll('"', '\\"');
}
