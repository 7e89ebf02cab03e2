import type { Registry } from 'prom-client';

/** A scrape: its text and the content type that announces it. */
export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

const prometheusText = 'text/plain; version=0.0.4; charset=utf-8';
const openMetricsText = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/**
 * Renders a registry as OpenMetrics where the scraper accepts it, else as Prometheus text.
 *
 * prom-client fixes one format per registry and renames metrics in the other, so the text is
 * written here from the values that the registry collects.
 */
export async function renderMetrics(registry: Registry, accept: string): Promise<Exposition> {
  const openMetrics = accept.includes('application/openmetrics-text');
  const lines: string[] = [];
  for (const family of await registry.getMetricsAsJSON()) {
    const { name, help } = family;
    const type = String(family.type);
    const isCounter = openMetrics && type === 'counter';
    const familyName = isCounter ? name.replace(/_total$/, '') : name;
    lines.push(`# HELP ${familyName} ${escapeHelp(help)}`, `# TYPE ${familyName} ${type}`);
    for (const sample of family.values) {
      const sampleName =
        'metricName' in sample && typeof sample.metricName === 'string'
          ? sample.metricName
          : isCounter
            ? `${familyName}_total`
            : name;
      lines.push(`${sampleName}${formatLabels(sample.labels)} ${formatValue(sample.value)}`);
    }
  }
  if (openMetrics) lines.push('# EOF');
  return {
    contentType: openMetrics ? openMetricsText : prometheusText,
    text: `${lines.join('\n')}\n`,
  };
}

function formatLabels(labels: Partial<Record<string, string | number>>): string {
  const parts = Object.entries(labels).map(
    ([name, value]) => `${name}="${escapeLabel(String(value ?? ''))}"`,
  );
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}

function formatValue(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
