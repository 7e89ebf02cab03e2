import type { Dashboard } from '@modelmeter/dashboards';

/** The queries of a panel in the form that Grafana sends. */
export interface PanelQueries {
  readonly title: string;
  readonly unit: string;
  readonly queries: readonly {
    readonly refId: string;
    readonly expression: string;
    readonly isInstant: boolean;
  }[];
}

/** The values of the variables of a dashboard; several values or `all` where allowed. */
export type Choice = Readonly<Record<string, string | readonly string[]>>;

/** The shown time in seconds, and the scrape interval. */
export interface ShownTime {
  readonly from: number;
  readonly to: number;
  readonly scrapeSeconds: number;
}

/** Maximum points of a panel; Grafana uses its width in pixels. */
const maximumPoints = 1000;

/** The step of range queries in seconds. */
export function stepOf({ from, to, scrapeSeconds }: ShownTime): number {
  return Math.max(scrapeSeconds, Math.ceil((to - from) / maximumPoints));
}

/** The panels with queries, with all variables replaced as in Grafana. */
export function panelQueries(
  dashboard: Dashboard,
  choice: Choice,
  time: ShownTime,
): PanelQueries[] {
  const panels = dashboard.panels.flatMap((panel) =>
    panel.type === 'row' ? (panel.panels ?? []) : [panel],
  );
  return panels.map((panel) => {
    const { defaults } = panel.fieldConfig as { defaults: { unit: string } };
    return {
      title: panel.title,
      unit: defaults.unit,
      queries: (panel.targets ?? []).map(({ refId, expr, instant }) => ({
        refId,
        expression: fillIn(expr, dashboard, choice, time),
        isInstant: instant === true,
      })),
    };
  });
}

/** Replaces the variables of a dashboard and the durations of the shown time in a query. */
export function fillIn(
  query: string,
  { templating }: Pick<Dashboard, 'templating'>,
  choice: Choice,
  time: ShownTime,
): string {
  const step = stepOf(time);
  const durations: Readonly<Record<string, number>> = {
    __rate_interval: Math.max(step + time.scrapeSeconds, 4 * time.scrapeSeconds),
    __interval: step,
    __range: Math.round(time.to - time.from),
  };
  return query.replaceAll(/\$([a-z_]\w*)/g, (_, name: string) => {
    if (durations[name] !== undefined) return `${durations[name]}s`;
    const variable = templating.list.find((candidate) => candidate.name === name);
    const value = choice[name];
    if (variable === undefined) throw new Error(`the dashboard has no variable ${name}`);
    if (value === undefined && variable.includeAll === true) return String(variable.allValue);
    if (value === undefined) throw new Error(`no value is chosen for ${name}`);
    if (variable.multi !== true)
      return String(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"');
    const values = typeof value === 'string' ? [value] : value;
    const escaped = values.map((text) => text.replaceAll(/[$^*{}[\]+?.()|\\]/g, '\\\\$&'));
    return escaped.length === 1 ? escaped[0]! : `(${escaped.join('|')})`;
  });
}
