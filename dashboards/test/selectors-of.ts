import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

/** A selector of a query, as far as the rules for dashboards look at it. */
export interface Selector {
  readonly metric: string;
  /** Matchers as they are written, such as `job=~"$job"`. */
  readonly matchers: readonly string[];
  /** Text of the range, such as `$__rate_interval`; undefined for an instant selector. */
  readonly range: string | undefined;
  /** The function around it, and nothing but a range between them. */
  readonly innerFunction: string | undefined;
}

/** Durations that nobody writes, for the variables of Grafana that stand for durations. */
const durations = {
  $__rate_interval: '12345001s',
  $__interval: '12345002s',
  $__range: '12345003s',
} as const;

/** A query that a parser of PromQL reads. */
export function withDurations(query: string): string {
  return Object.entries(durations).reduce(
    (text, [variable, duration]) => text.replaceAll(variable, duration),
    query,
  );
}

/** The selectors of a query, and the places that are not PromQL. */
export function readQuery(query: string): {
  readonly selectors: readonly Selector[];
  readonly syntaxErrors: readonly string[];
} {
  const text = withDurations(query);
  const textOf = (node: SyntaxNode | null | undefined): string =>
    node === null || node === undefined ? '' : text.slice(node.from, node.to);
  const selectors: Selector[] = [];
  const syntaxErrors: string[] = [];
  parser.parse(text).iterate({
    enter: ({ node, type }) => {
      if (type.isError) syntaxErrors.push(text.slice(node.from, node.from + 40));
      if (type.name !== 'VectorSelector') return;
      const matrix = node.parent?.name === 'MatrixSelector' ? node.parent : undefined;
      const call = (matrix ?? node).parent?.parent;
      selectors.push({
        metric: textOf(node.getChild('Identifier')),
        matchers: (node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []).map(
          textOf,
        ),
        range:
          matrix === undefined ? undefined : withVariables(text.slice(node.to + 1, matrix.to - 1)),
        innerFunction:
          call?.name === 'FunctionCall' ? textOf(call.getChild('FunctionIdentifier')) : undefined,
      });
    },
  });
  return { selectors, syntaxErrors };
}

function withVariables(duration: string): string {
  const [variable] = Object.entries(durations).find(([, text]) => text === duration) ?? [];
  return variable ?? duration;
}
