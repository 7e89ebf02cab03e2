import { bucketLabel } from './bucket-label.js';
import type { MetricLabels, StoredExemplar } from './metric-family.js';
import { scrapedStoreOf } from './metric-store.js';
import {
  exemplarText,
  familyText,
  headerText,
  type MetricsFormat,
  metricsContentTypes,
  numberText,
  samplePrefix,
} from './metric-text.js';
import type { MetricRegistry } from './registry-metric.js';

/** A registry that can be rendered: of prom-client or of @prometheus-io/client. */
export interface RenderedRegistry extends MetricRegistry {
  getMetricsAsJSON(): Promise<readonly ClientFamily[]>;
}

/** A metric as the registry describes it. */
interface ClientFamily {
  readonly name: string;
  readonly help: string;
  readonly type: unknown;
  readonly values?: readonly ClientSample[];
}

interface ClientSample {
  readonly labels?: Readonly<Partial<Record<string, string | number>>>;
  readonly value: number;
  readonly metricName?: string;
  readonly exemplar?: StoredExemplar | null;
}

/** Labels of every series of a registry by registry; the same object while they do not change. */
const commonLabels = new WeakMap<MetricRegistry, MetricLabels>();

/** The answer to a scrape. */
export interface RenderedMetrics {
  readonly body: string;
  /**
   * The `Content-Type` header to send with the body. A scraper that receives OpenMetrics under
   * another type rejects the whole scrape once it contains an exemplar.
   */
  readonly contentType: string;
}

/**
 * Renders all metrics of a registry, those of monitors and all others, with its default labels.
 *
 * Both formats have the series of `registry.metrics()`, with `le` as Prometheus 3 writes it;
 * OpenMetrics adds exemplars and units. Several times faster than the registry itself.
 *
 * @example
 * const { body, contentType } = await renderMetrics(registry, 'openmetrics');
 * response.writeHead(200, { 'content-type': contentType }).end(body);
 */
export async function renderMetrics(
  registry: RenderedRegistry,
  format: MetricsFormat,
): Promise<RenderedMetrics> {
  return { body: await renderText(registry, format), contentType: metricsContentTypes[format] };
}

async function renderText(registry: RenderedRegistry, format: MetricsFormat): Promise<string> {
  const store = scrapedStoreOf(registry);
  const end = format === 'openmetrics' ? '# EOF\n' : '';
  const ask = (): Promise<readonly ClientFamily[]> => registry.getMetricsAsJSON();
  if (store === undefined) return `${othersText(registry, await ask(), format)}${end}`;
  store.collect();
  const own = store.families();
  const asked = await store.withPlaceholders(ask);
  const names = new Set<string>(own.map(({ name }) => name));
  const placeholder = asked.find(({ name }) => names.has(name));
  const common = commonLabelsOf(registry, placeholder?.values?.[0]?.labels ?? {});
  let text = '';
  for (const family of own) text += familyText(family, store.numbers, format, common);
  const others = asked.filter(({ name }) => !names.has(name));
  return `${text}${othersText(registry, others, format)}${end}`;
}

function commonLabelsOf(
  registry: MetricRegistry,
  read: NonNullable<ClientSample['labels']>,
): MetricLabels {
  const labels = textLabels(read);
  const known = commonLabels.get(registry);
  if (known !== undefined && JSON.stringify(known) === JSON.stringify(labels)) return known;
  commonLabels.set(registry, labels);
  return labels;
}

function othersText(
  registry: MetricRegistry,
  families: readonly ClientFamily[],
  format: MetricsFormat,
): string {
  let text = '';
  for (const { name: given, help, type, values = [] } of families) {
    const name = type === 'counter' ? counterName(given, registry) : given;
    text += headerText(name, help, typeIn(format, name, String(type)), format);
    for (const { labels = {}, value, metricName, exemplar } of values) {
      const shown = format === 'openmetrics' ? (exemplar ?? undefined) : undefined;
      text += `${samplePrefix(metricName ?? name, textLabels(labels))}${numberText(value)}${exemplarText(shown)}\n`;
    }
  }
  return text;
}

/** A client in OpenMetrics mode drops the `_total` of counters, because it appends it itself. */
function counterName(name: string, { contentType }: MetricRegistry): string {
  const ends = contentType?.startsWith('application/openmetrics') && !name.endsWith('_total');
  return ends ? `${name}_total` : name;
}

/** In OpenMetrics a counter must end in `_total`; any other name is kept and its type dropped. */
function typeIn(format: MetricsFormat, name: string, type: string): string {
  if (format === 'openmetrics' && type === 'counter' && !name.endsWith('_total')) return 'unknown';
  return type;
}

function textLabels(labels: NonNullable<ClientSample['labels']>): MetricLabels {
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [
      name,
      name === 'le' && Number.isFinite(Number(value))
        ? bucketLabel(Number(value))
        : `${value ?? ''}`,
    ]),
  );
}
