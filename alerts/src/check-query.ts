import { catalogue, type MetricDeclaration } from '@modelmeter/core/catalogue';
import { externalMetrics } from './external-metrics.js';
import { metricFamily, readPromql } from './promql.js';
import { recordedMetrics } from './recorded-metrics.js';

const families: Readonly<Record<string, MetricDeclaration>> = catalogue;

/** Labels that a scrape adds to every series. */
const scrapeLabels: readonly string[] = ['job', 'instance'];

/**
 * What is wrong with an expression: places that are not PromQL, metrics that nobody exports, and
 * labels that a metric does not have. Empty when all is well.
 */
export function queryProblems(expression: string): string[] {
  const { syntaxErrors, uses } = readPromql(expression);
  const problems = syntaxErrors.map((place) => `not PromQL ${place}`);
  for (const { metric, labels } of uses) {
    const known = labelsOf(metric);
    if (known === undefined) {
      problems.push(`metric ${metric || '(without a name)'} is not in the catalogue`);
      continue;
    }
    for (const label of labels) {
      if (!known.includes(label)) problems.push(`metric ${metric} has no label ${label}`);
    }
  }
  return problems;
}

function labelsOf(metric: string): readonly string[] | undefined {
  const other = externalMetrics[metric] ?? recordedMetrics[metric];
  if (other !== undefined) return [...scrapeLabels, ...other];
  const family = metricFamily(metric, families);
  if (family === undefined) return undefined;
  const bucket = metric === `${family}_bucket` ? ['le'] : [];
  return [...scrapeLabels, ...families[family]!.labels, ...bucket];
}
