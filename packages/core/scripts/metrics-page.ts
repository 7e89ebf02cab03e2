import {
  catalogue,
  latencyBuckets,
  type MetricAggregator,
  type MetricDeclaration,
  type MetricName,
  qualityScores,
  type ScoreDeclaration,
} from '../src/catalogue.js';
import { settingDefaults } from '../src/settings/defaults.js';

/** The sections of the page; a metric is in the first one whose pattern fits its name. */
const sections: readonly { readonly title: string; readonly pattern: RegExp }[] = [
  { title: 'Monitoring itself', pattern: /^model_monitor_/ },
  { title: 'Objectives', pattern: /^model_slo_/ },
  { title: 'Features and their reference', pattern: /^model_feature_(?!drift_|finding_)/ },
  { title: 'Drift', pattern: /drift|finding/ },
  {
    title: 'Quality and targets',
    pattern:
      /_score$|_score_|_error$|_error_total$|quality|outcomes|target|cohort|duplicates|fairness|challenger/,
  },
  { title: 'Host', pattern: /^system_/ },
  { title: 'GPUs', pattern: /^gpu_/ },
  { title: 'Predictions', pattern: /^model_/ },
];

const order = [
  'Predictions',
  'Features and their reference',
  'Drift',
  'Quality and targets',
  'Objectives',
  'Monitoring itself',
  'Host',
  'GPUs',
];

const increaseOf = (selector: string): string =>
  `sum by (model_name, model_version) (increase(${selector}[1h]))`;
const matched = increaseOf('model_targets_total{status="matched"}');
const outcomes = (pattern: string): string =>
  increaseOf(`model_outcomes_total{outcome=~"${pattern}"}`);

const ofScore = (counter: string): string =>
  `sum by (model_name, model_version, score) (increase(model_score_${counter}_total[1h]))`;

/** Queries over a fleet for metrics whose values cannot be combined across processes. */
const fromCounters: Partial<Record<MetricName, string>> = {
  model_accuracy_score: `${outcomes('tp|tn')} / (${outcomes('tp|tn|fp|fn')} > 0)`,
  model_precision_score: `${outcomes('tp')} / (${outcomes('tp|fp')} > 0)`,
  model_recall_score: `${outcomes('tp')} / (${outcomes('tp|fn')} > 0)`,
  model_f1_score: `2 * ${outcomes('tp')} / (2 * ${outcomes('tp')} + ${outcomes('fp|fn')} > 0)`,
  model_mean_absolute_error: `${increaseOf('model_absolute_error_total')} / (${matched} > 0)`,
  model_root_mean_squared_error: `sqrt(${increaseOf('model_squared_error_total')} / (${matched} > 0))`,
  model_cohort_quality_score:
    'sum by (model_name, model_version, score) (model_cohort_quality_score * ignoring (score) group_left () model_cohort_samples) / on (model_name, model_version) group_left () sum by (model_name, model_version) (model_cohort_samples)',
  model_quality_score: `(${ofScore('sum')} - (${ofScore('negative_sum')} or 0 * ${ofScore('sum')})) / (${ofScore('samples')} > 0)`,
  model_target_coverage_ratio: `${matched} / (${increaseOf('model_prediction_samples_total')} > 0)`,
};

const aggregators: Readonly<Partial<Record<MetricAggregator, string>>> = {
  sum: 'added up',
  max: 'the largest',
  min: 'the smallest',
  average: 'the plain mean, which is right only for processes of equal traffic',
};

/** `docs/metrics.md`: every metric of the catalogue with its declared help text. */
export function metricsPage(): string {
  return [
    introduction(),
    ...order.flatMap((title) => [
      `## ${title}`,
      ...entriesOf(title).map(([name, declaration]) => metricText(name, declaration)),
    ]),
    scoresText(),
  ].join('\n\n');
}

/** The table of the values of the label `score`. */
function scoresText(): string {
  const rows = (Object.entries(qualityScores) as [string, ScoreDeclaration][]).map(
    ([name, { help, tasks, low, high, better, isMean }]) =>
      `| \`${name}\` | ${tasks.join(', ')} | ${endText(low)} to ${endText(high)} | ${better === 'zero' ? 'nearest 0' : better} | ${isMean ? 'yes' : ''} | ${help} |`,
  );
  return `## Scores

The values of the label \`score\`. Those that are the mean of one value per target have the counters \`model_score_samples_total\`, \`model_score_sum_total\` and \`model_score_squares_total\`, and \`model_score_negative_sum_total\` where a value can be below 0: the score of a fleet is the sum of the positive values minus that of the negative ones, divided by the samples, and its variance follows from the squares.

| score | tasks | range | better | mean | is |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

Each has a 95 % interval where there are enough targets. Shares have that of Wilson; other scores one from their own variance (DeLong for the area, the delta method for means over classes, R² and ratios of sums); means over labels and the calibration error have wider ones, which hold whatever the labels or groups have in common. With \`quality.interval: anytime\` all intervals of a growing sample hold together with 95 %, at the price of their width: about 1.5 times that of a fixed one at 500 targets.`;
}

function endText(end: number): string {
  if (Number.isFinite(end)) return String(end);
  return end < 0 ? '-∞' : '∞';
}

/** The section of a metric. */
export function sectionOf(name: string): string | undefined {
  return sections.find(({ pattern }) => pattern.test(name))?.title;
}

function entriesOf(title: string): [MetricName, MetricDeclaration][] {
  const entries = Object.entries(catalogue) as [MetricName, MetricDeclaration][];
  return entries.filter(([name]) => sectionOf(name) === title);
}

function introduction(): string {
  return `# Metrics

Written by \`npm run generate\` from \`packages/core/src/catalogue.ts\`. A monitor adds its metrics to the registry that it is given (\`prom-client\` 15 or \`@prometheus-io/client\` 0.16); the exporter answers \`GET /metrics\` in Prometheus text or OpenMetrics, with gzip, as the scraper asks.

- Counters start at 0 for every value of a closed label, so that the first event is an increase.
- A gauge whose value is unknown or outdated is absent. It is not 0 or NaN instead.
- Bucket bounds in \`le\`, \`lower\` and \`upper\` are written as Prometheus 3 writes them (\`1.0\`, \`2.5e+06\`), so that the same rule works on Prometheus 2 and 3.
- Exemplars of \`model_prediction_seconds\` link to the trace of the last prediction in a bucket if the service uses OpenTelemetry and Prometheus runs with \`--enable-feature=exemplar-storage\`.
- A registry holds at most ${settingDefaults.maximumSeries.toLocaleString('en')} series (\`monitoring.maximum_series\`, or \`metricStoreOf(registry, limit)\` before the first monitor); further series are refused and counted in \`model_monitor_dropped_series_total\`. Categories beyond the ${settingDefaults.maximumCategories} largest of a feature are folded into \`__other__\` and counted in \`model_monitor_label_overflow_total\`.

**Several processes.** Let Prometheus scrape each process. In a Node cluster the primary can also answer for all of them with the client's \`AggregatorRegistry\` (create one in each worker too, and register the worker's registry with \`setRegistries\`). Counters and buckets are added; each gauge below says how the primary combines it. "fleet" is the query over all processes. It is exact for counters. Scores are computed from counters, because the mean of the accuracies of processes is not the accuracy of all predictions. A drift gauge is the result of one process on its own window; the query returns the worst.

\`\`\`ts
// In each worker of a cluster; the primary serves the text of new AggregatorRegistry().clusterMetrics().
import { AggregatorRegistry, Registry } from 'prom-client';

const registry = new Registry(); // createMonitor({ …, registry })
new AggregatorRegistry();
AggregatorRegistry.setRegistries(registry);
\`\`\``;
}

function metricText(name: MetricName, declaration: MetricDeclaration): string {
  const { help, type, aggregator } = declaration;
  const lines = [
    `- ${type}${labelsText(declaration)}`,
    ...bucketsText(name, declaration),
    ...(declaration.sum === false
      ? ['- no sum and no count, since values may be negative; all of them are in `le="+Inf"`']
      : []),
    `- processes of a cluster: ${aggregators[aggregator] ?? aggregator}`,
    `- fleet: \`${fleetQuery(name, declaration)}\``,
  ];
  // Markdown would make bold text of it.
  const text = help.replaceAll(/__\w+__/g, '`$&`');
  return `### \`${name}\`\n\n${text}\n\n${lines.join('\n')}`;
}

function labelsText({ labels, values = {} }: MetricDeclaration): string {
  if (labels.length === 0) return ', no labels';
  const texts = labels.map((label) => {
    const closed = values[label]?.map((value) => `\`${value}\``).join(', ');
    return closed === undefined ? `\`${label}\`` : `\`${label}\` (${closed})`;
  });
  return `, labels ${texts.join(', ')}`;
}

function bucketsText(name: MetricName, { type, buckets }: MetricDeclaration): string[] {
  if (type !== 'histogram') return [];
  if (name === 'model_prediction_seconds') {
    return [`- buckets up to ${latencyBuckets.join(', ')}, and the latency objective of the model`];
  }
  if (buckets === undefined) return ['- buckets of the reference'];
  return [`- buckets up to ${buckets.join(', ')}`];
}

function fleetQuery(name: MetricName, { type, labels, aggregator }: MetricDeclaration): string {
  const computed = fromCounters[name];
  if (computed !== undefined) return computed;
  const by = (...more: readonly string[]): string => {
    const all = [...labels, ...more];
    return all.length === 0 ? ' ' : ` by (${all.join(', ')}) `;
  };
  if (type === 'counter') return `sum${by()}(increase(${name}[1h]))`;
  if (type === 'gauge') return `${aggregator === 'average' ? 'avg' : aggregator}${by()}(${name})`;
  const increases = `sum${by('le')}(increase(${name}_bucket[1h]))`;
  return name === 'model_feature_value' ? increases : `histogram_quantile(0.99, ${increases})`;
}
