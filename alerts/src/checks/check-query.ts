import { catalogue, type MetricDeclaration } from '@modelmeter/core/catalogue';
import { recordedMetrics } from '../rules/recorded-metrics.js';
import { externalMetrics } from './external-metrics.js';
import { metricFamily, readPromql } from './promql.js';

const families: Readonly<Record<string, MetricDeclaration>> = catalogue;

/** Labels that a scrape adds to every series. */
const scrapeLabels: readonly string[] = ['job', 'instance'];

/**
 * Lists the problems of an expression: syntax errors, unknown metrics, and labels that a metric does
 * not have. Empty when there are none.
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
