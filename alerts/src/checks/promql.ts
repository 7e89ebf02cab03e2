import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

/** A metric that an expression reads, with the labels that it uses. */
export interface MetricUse {
  readonly metric: string;
  /** Labels that are matched, or grouped by around this metric. */
  readonly labels: readonly string[];
}

/** The metrics that an expression reads, and the places of its syntax errors. */
export interface PromqlReading {
  readonly syntaxErrors: readonly string[];
  readonly uses: readonly MetricUse[];
}

/** Parses a PromQL expression without a server. Replace Grafana variables first. */
export function readPromql(expression: string): PromqlReading {
  const text = (node: SyntaxNode): string => expression.slice(node.from, node.to);
  const syntaxErrors: string[] = [];
  const uses: MetricUse[] = [];
  parser.parse(expression).iterate({
    enter: ({ node, type }) => {
      if (type.isError) {
        syntaxErrors.push(`at ${node.from}: ${expression.slice(node.from, node.from + 40)}`);
      }
      if (type.name !== 'VectorSelector') return;
      const metric = node.getChild('Identifier');
      const matched = labelNames(node.getChild('LabelMatchers'), text);
      uses.push({
        metric: metric === null ? '' : text(metric),
        labels: [...new Set([...matched, ...groupedLabels(node, text)])],
      });
    },
  });
  return { syntaxErrors, uses };
}

/**
 * The family of a sample: `x_bucket`, `x_count` and `x_sum` belong to the histogram `x`. A histogram
 * without a sum has buckets only.
 */
export function metricFamily(
  metric: string,
  families: Readonly<Record<string, { readonly type: string; readonly sum?: false }>>,
): string | undefined {
  if (families[metric] !== undefined) return metric;
  const family = metric.replace(/_(bucket|count|sum)$/, '');
  const found = families[family];
  const exposed = found?.sum !== false || metric.endsWith('_bucket');
  return found?.type === 'histogram' && exposed ? family : undefined;
}

/**
 * Labels of the aggregations around a selector, up to the point where its own labels end: at a
 * function that sets labels, and at an operator that keeps the labels of the other side.
 */
function groupedLabels(selector: SyntaxNode, text: (node: SyntaxNode) => string): string[] {
  const labels: string[] = [];
  let inner = selector;
  for (let node = selector.parent; node !== null; inner = node, node = node.parent) {
    const modifier = node.getChild('MatchingModifierClause');
    const keepsLeft =
      modifier?.getChild('GroupLeft') ?? node.getChild('And') ?? node.getChild('Unless');
    if (keepsLeft && inner.from === node.lastChild?.from) break;
    if (node.name === 'FunctionCall' && node.firstChild?.firstChild?.name === 'LabelReplace') break;
    if (node.name !== 'AggregateExpr') continue;
    labels.push(...labelNames(node.getChild('AggregateModifier'), text));
  }
  return labels;
}

function labelNames(node: SyntaxNode | null, text: (node: SyntaxNode) => string): string[] {
  if (node === null) return [];
  const names: string[] = [];
  node.cursor().iterate((inner) => {
    if (inner.name === 'LabelName') names.push(text(inner.node));
  });
  return names;
}
